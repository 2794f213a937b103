import { describe, expect, it } from 'vitest';
import { readContainerId, readMinerId } from './ids.ts';

describe('a container id', () => {
  it.each([
    ['C01', 'QATAR-C01'],
    ['c01', 'QATAR-C01'],
    ['  C01  ', 'QATAR-C01'],
    ['C1', 'QATAR-C01'],
    ['C001', 'QATAR-C001'],
    ['C1234', 'QATAR-C1234'],
    ['QATAR-C58', 'QATAR-C58'],
    ['qatar-c7', 'QATAR-C07'],
    ['DOHA-C07', 'DOHA-C07'],
  ])('%j is %s', (written, id) => {
    expect(readContainerId(written, 'QATAR-001')).toEqual({ value: id });
  });

  it.each([
    '',
    '1',
    'C',
    'C12345',
    'C0x1',
    'C-01',
    'Container 1',
    'QATAR-001-C01',
    'QATAR-C01-M001',
    'C01\n',
    'C\u00001',
    'C０１',
    'ıC01',
    'qıtar-C01',
    '-C01',
    '1QATAR-C01',
    `${'A'.repeat(70)}-C01`,
  ])('%j is none', (written) => {
    expect(readContainerId(written, 'QATAR-001')).toMatchObject({ why: 'is no id of a container' });
  });
});

describe('a miner id', () => {
  it.each([
    ['QATAR-C01-M001', 'QATAR-C01', 'QATAR-C01-M001', 1],
    ['QATAR-C01-M001', null, 'QATAR-C01-M001', 1],
    ['C01-M001', 'C01', 'QATAR-C01-M001', 1],
    ['C01-M001', 'QATAR-C01', 'QATAR-C01-M001', 1],
    ['C1-M308', 'c01', 'QATAR-C01-M308', 308],
    ['c02-m004', null, 'QATAR-C02-M004', 4],
    ['M001', 'C01', 'QATAR-C01-M001', 1],
    [' M7 ', ' QATAR-C58 ', 'QATAR-C58-M007', 7],
    ['M0012', 'C01', 'QATAR-C01-M012', 12],
    ['M99999', 'C01', 'QATAR-C01-M99999', 99_999],
  ])('%j in %j is %s', (written, container, minerId, position) => {
    const containerId = minerId.replace(/-M.*/, '');
    expect(readMinerId(written, container, 'QATAR-001')).toEqual({ value: { minerId, containerId, position } });
  });

  it.each([
    ['', 'C01', 'is no id of a miner'],
    ['17', 'C01', 'is no id of a miner'],
    ['M000', 'C01', 'is no id of a miner'],
    ['M123456', 'C01', 'is no id of a miner'],
    ['C01-R07-04', 'C01', 'is no id of a miner'],
    ['C01M001', 'C01', 'is no id of a miner'],
    ['rack 3-M001', null, 'is no id of a miner'],
    ['M001', null, 'names no container'],
    ['M001', 'hall 2', 'stands in hall 2, which is no id'],
    ['C01-M001', 'hall 2', 'stands in hall 2, which is no id'],
    ['C01-M001', 'C02', 'stands in another container'],
    ['DOHA-C01-M001', 'C01', 'stands in another container'],
    ['rack 3-M001', 'C01', 'stands in another container'],
  ])('%j in %j is none', (written, container, why) => {
    expect(readMinerId(written, container, 'QATAR-001')).toMatchObject({ why: expect.stringContaining(why) });
  });
});
