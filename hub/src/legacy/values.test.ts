import { describe, expect, it } from 'vitest';
import { readContainerStatus, readMinerStatus } from './statuses.ts';
import { NOT_NEGATIVE, readCount, readIp, readMac, readNumber, readText } from './values.ts';

/** What a fault begins with, or the value. */
function said(read: { value: unknown } | { why: string }): unknown {
  return 'value' in read ? read.value : read.why;
}

describe('a number', () => {
  it.each([
    ['0', 0],
    ['473.25', 473.25],
    [' 12. ', 12],
    ['.5', 0.5],
    ['1e3', 1000],
    ['-0', 0],
    ['NaN', 'is no number that was measured'],
    ['Infinity', 'is no number that was measured'],
    ['-inf', 'is no number that was measured'],
    ['-0.001', 'is negative'],
    ['1e999', 'is above'],
    ['twelve', 'is not a number'],
    ['12,5', 'is not a number'],
    ['0x10', 'is not a number'],
    ['12 TH', 'is not a number'],
    ['1_000', 'is not a number'],
  ])('%j gives %j', (written, outcome) => {
    const read = said(readNumber(written, NOT_NEGATIVE));
    if (typeof outcome === 'number') expect(read).toBe(outcome);
    else expect(read).toEqual(expect.stringContaining(outcome));
  });

  it('is scaled before it is held against the range', () => {
    expect(readNumber('8.45', { min: 0, max: 1e7 }, 1e6)).toEqual({ value: 8_450_000 });
    expect(said(readNumber('5001', { min: 0, max: 5000 }))).toBe('is above 5000, which cannot be');
    expect(said(readNumber('-31', { min: -30, max: 150 }))).toBe('is below -30, which cannot be');
  });
});

describe('a count', () => {
  it.each([
    ['300', 300],
    ['300.00', 300],
    ['12.5', 'is not a whole number'],
    ['-1', 'is negative'],
    ['2147483648', 'is above 2147483647, which cannot be'],
    ['NaN', 'is no number that was measured'],
  ])('%j gives %j', (written, outcome) => {
    expect(said(readCount(written))).toBe(outcome);
  });
});

describe('a text', () => {
  it.each([
    [' Nord 1 ', 'Nord 1'],
    ['Aurélie', 'Aurélie'],
    ["'; drop table miners; --", "'; drop table miners; --"],
  ])('%j gives %j', (written, text) => expect(readText(written)).toEqual({ value: text }));

  it.each(['bell\u0007', 'two\nlines', 'right\u202eleft', 'half \ud800', 'x'.repeat(129)])(
    '%j is refused',
    (written) => {
      expect(said(readText(written))).toMatch(/^holds control characters or is longer/);
    },
  );
});

describe('an address', () => {
  it.each([
    ['02:00:0A:ff:01:02', '02:00:0A:ff:01:02'],
    ['0200.0aff.0102', '0200.0aff.0102'],
    ['02:00:0a:ff:01', 'is no MAC address'],
    ['zz:00:0a:ff:01:02', 'is no MAC address'],
  ])('%j as MAC gives %j', (written, outcome) => expect(said(readMac(written))).toBe(outcome));

  it.each([
    ['10.20.1.7', '10.20.1.7'],
    ['10.20.1.7/32', '10.20.1.7'],
    ['fd00::7/128', 'fd00::7'],
    ['10.20.1.0/24', 'is no IP address'],
    ['10.20.1.256', 'is no IP address'],
    ['10.20.1.7:4028', 'is no IP address'],
  ])('%j as IP gives %j', (written, outcome) => expect(said(readIp(written))).toBe(outcome));
});

describe('a status', () => {
  const NONE = expect.stringContaining('is no status');

  it.each([
    ['online', 'active', 'hashing'],
    [' RUNNING ', 'active', 'hashing'],
    ['warning', 'warning', 'degraded'],
    ['critical', 'critical', NONE],
    ['error', 'critical', NONE],
    ['offline', 'offline', 'offline'],
    ['Maintenance', 'maintenance', NONE],
    ['in_maintenance', 'maintenance', NONE],
    ['standby', NONE, 'sleeping'],
    ['idle', NONE, 'idle'],
    ['unknown', 'unknown', 'unknown'],
    ['exploded', NONE, NONE],
    ['constructor', NONE, NONE],
  ])('%j is %j of a container and %j of a miner', (written, container, miner) => {
    expect(said(readContainerStatus(written))).toEqual(container);
    expect(said(readMinerStatus(written))).toEqual(miner);
  });
});
