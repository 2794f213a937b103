import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SiteFileError } from './fault.ts';
import { loadSiteFile } from './load.ts';
import { macOf, parsePositions } from './positions.ts';

test('what a spreadsheet writes: any order of columns, separators, a byte order mark, others passed over', () => {
  const text =
    "\ufeffPosition;Container;note;MAC;ip;serial\r\n1;qatar-c01;first;28E2970A1B2C;10.0.1.1;SN1\r\n\r\n2;QATAR-C01;;;;'=SN2\r\n";
  expect(parsePositions(text)).toEqual({
    rows: [
      { line: 2, container: 'QATAR-C01', position: 1, ip: 167772417, serial: 'SN1', mac: '28:e2:97:0a:1b:2c' },
      { line: 4, container: 'QATAR-C01', position: 2, ip: null, serial: '=SN2', mac: null },
    ],
    faults: [],
  });
});

test('a line that names neither container nor position is not filled in, and says nothing', () => {
  const { rows, faults } = parsePositions('container,position,ip\n,,10.0.1.1\nQATAR-C01,1,10.0.1.2\n, ,10.0.1.1\n');
  expect([rows.length, faults]).toEqual([1, []]);
  expect(parsePositions('container,position,ip\n,1,10.0.1.1\nQATAR-C01,,10.0.1.2\n').faults).toHaveLength(2);
});

test.each([
  ['', [[1, /names no column container/]]],
  ['container,ip\n', [[1, /names no column position/]]],
  ['container,position,ip\nC01,1,\n', [[2, /container "C01"/]]],
  [
    'container,position,ip\nQATAR-C01,0,\nQATAR-C01,x,\nQATAR-C01,,\n',
    [
      [2, /position/],
      [3, /position "x"/],
      [4, /position/],
    ],
  ],
  ['container,position,ip\nQATAR-C01,1,10.0.1.300\n', [[2, /ip "10.0.1.300"/]]],
  ['container,position,mac\nQATAR-C01,1,12:34\n', [[2, /mac "12:34"/]]],
  [
    'container,position,ip\nQATAR-C01,1,10.0.1.1\nQATAR-C01,1,10.0.1.1\n',
    [
      [3, /position 1 stands on line 2/],
      [3, /ip 10.0.1.1 stands/],
    ],
  ],
  ['container,position,ip\n"QATAR-C01,1\n', [[2, /no CSV/]]],
] as const)('%j', (text, faults) => {
  const found = parsePositions(text).faults;
  expect(found).toHaveLength(faults.length);
  for (const [i, [line, what]] of faults.entries()) {
    expect(found[i]?.what).toMatch(what);
    expect(found[i]?.line).toBe(line);
  }
});

test.each([
  ['28-E2-97-0A-1B-2C', '28:e2:97:0a:1b:2c'],
  ['28e2.970a.1b2c', '28:e2:97:0a:1b:2c'],
  ['00:00:00:00:00:00', null],
  ['ff:ff:ff:ff:ff:ff', null],
  ['28:e2:97:0a:1b', null],
  [null, null],
])('MAC %j is %j', (text, mac) => expect(macOf(text)).toBe(mac));

describe('a site file that takes its addresses from a table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'positions-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const load = (table: string | null, more = '') => {
    const file = join(folder, 'agent.yaml');
    if (table !== null) writeFileSync(join(folder, 'positions.csv'), table);
    writeFileSync(
      file,
      `version: 1\nsite: { project: QATAR-001 }\ncontainers:\n  - id: QATAR-C01\n    miners: 2\n    addresses: { file: ${table === null ? 'none.csv' : 'positions.csv'} }\n${more}`,
    );
    return loadSiteFile(file, []);
  };
  const faultsOf = (table: string | null, more = ''): string[] => {
    try {
      load(table, more);
      return [];
    } catch (error) {
      if (!(error instanceof SiteFileError)) throw error;
      return error.faults.map(({ code, place, what }) => `${code} ${place?.line}:${place?.column} ${what}`);
    }
  };

  test('gives each position its address, and what is known of the hardware', () => {
    const { site } = load(
      'container,position,ip,serial\nQATAR-C01,2,10.0.0.9,SN2\nQATAR-C01,1,10.0.3.1,\nQATAR-C09,1,10.0.0.1,\n',
    );
    expect(site.containers[0]).toMatchObject({ addresses: ['10.0.3.1', '10.0.0.9'], addressedBy: 'file' });
    expect([...site.containers[0]!.identities]).toEqual([[2, { serial: 'SN2', mac: null }]]);
    expect(site.positionFiles).toEqual(['positions.csv']);
  });

  test('every fault with the line of the site file, and that of the table', () => {
    expect(faultsOf(null)).toEqual(['E1214 6:24 none.csv: the file cannot be read: ENOENT']);
    expect(faultsOf('container,position,ip\nQATAR-C01,1,10.0.0.1\n')).toEqual([
      'E1214 6:16 containers[0].addresses gives no ip for position 2',
    ]);
    expect(faultsOf('container,position,ip\nQATAR-C02,1,10.0.0.1\n')).toEqual([
      'E1214 6:16 containers[0].addresses (positions.csv) has no line for QATAR-C01',
    ]);
    expect(faultsOf('container,position,ip\nQATAR-C01,1,10.0.0.1\nQATAR-C01,two,10.0.0.2\n')).toEqual([
      'E1214 6:24 positions.csv:3: position "two": expected a whole number from 1',
    ]);
    const good = 'container,position,ip\nQATAR-C01,1,10.0.0.1\nQATAR-C01,2,10.0.0.2\n';
    expect(faultsOf(good, '    range: 10.0.0.1-10.0.0.2\n')).toEqual([
      'E1203 6:16 containers[0] has both range and addresses',
    ]);
  });

  test('ranges to sweep: sound or told with their line', () => {
    const good = 'container,position,ip\nQATAR-C01,1,10.0.0.1\nQATAR-C01,2,10.0.0.2\n';
    expect(
      load(good, 'networks: { ranges: [10.0.0.0/16, 10.1.0.1-10.1.0.9], exclude: [10.0.9.0/24] }\n').site.networks,
    ).toEqual({
      ranges: ['10.0.0.0/16', '10.1.0.1-10.1.0.9'],
      exclude: ['10.0.9.0/24'],
      rate: 500,
    });
    expect(faultsOf(good, 'networks:\n  ranges: [10.0.0.0/33]\n  exclude:\n    - 10.0.0.9-10.0.0.1\n')).toEqual([
      'E1215 8:12 networks.ranges[0]: "10.0.0.0/33" is no CIDR such as 10.20.4.0/23',
      'E1215 10:7 networks.exclude[0]: ends at 10.0.0.1, before it begins at 10.0.0.9',
    ]);
  });
});
