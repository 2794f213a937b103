import { describe, expect, it } from 'vitest';
import { decodeRegister, strikeMisread, valuesOf } from './decode.ts';
import { parseProfile } from './profile-file.ts';
import type { Register } from './register.ts';

/** Registers as a profile would have them, from lines of its list. */
function registers(of: 'meter' | 'cooling', ...lines: string[]): Register[] {
  const text = [
    'id: t',
    'make: m',
    'model: m',
    `of: ${of}`,
    'source: s',
    'registers:',
    ...lines.map((line, i) => `  - { name: n${i}, ${line} }`),
    `  - { name: other, address: 999, type: u16, metric: ${of === 'meter' ? 'thd_voltage_pct' : 'fan_2'} }`,
  ];
  const read = parseProfile('t.yaml', text.join('\n'));
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.profile.registers.slice(0, -1);
}

const decode = (line: string, hex: string, of: 'meter' | 'cooling' = 'meter') => {
  const [register] = registers(of, line);
  return decodeRegister(register!, Buffer.from(hex.replaceAll(' ', ''), 'hex'), 0);
};
const NA = 'not_available';
const BAD = 'implausible';

describe('decoding', () => {
  it.each([
    ['f32, high word first', 'address: 0, type: f32', '4204 cccd', 33.2],
    ['f32, low word first', 'address: 0, type: f32, word_order: low_word_first', 'cccd 4204', 33.2],
    ['f32 with all its digits', 'address: 0, type: f32', '4b7f ffff', 16777215],
    ['f64, high word first', 'address: 0, type: f64', '4040 9999 9999 999a', 33.2],
    ['f64, low word first', 'address: 0, type: f64, word_order: low_word_first', '999a 9999 9999 4040', 33.2],
    ['u16', 'address: 0, type: u16', '9c40', 40000],
    ['i16', 'address: 0, type: i16', 'ffff', -1],
    ['u32', 'address: 0, type: u32', '0001 0002', 65538],
    ['i32, low word first', 'address: 0, type: i32, word_order: low_word_first', 'fffe ffff', -2],
    ['u64', 'address: 0, type: u64', '0000 0001 0000 0000', 2 ** 32],
    ['i64', 'address: 0, type: i64', 'ffff ffff ffff ffff', -1],
    ['i64, low word first', 'address: 0, type: i64, word_order: low_word_first', '0002 0001 0000 0000', 65538],
    ['scale, without the noise of 0.1', 'address: 0, type: u16, scale: 0.1', '014d', 33.3],
    ['scale and offset', 'address: 0, type: u16, scale: 0.5, offset: -40', '0064', 10],
    ['minus zero as zero', 'address: 0, type: f32', '8000 0000', 0],
    ['a bit', 'address: 0, type: bit, bit: 15', '8000', 1],
    ['another bit', 'address: 0, type: bit, bit: 0', '8000', 0],
    ['an inverted bit', 'address: 0, type: bit, bit: 0, invert: true', '8000', 1],
    ['an inverted bool', 'address: 0, type: bool, invert: true', '0001', 0],
  ])('reads %s', (_, line, hex, value) => {
    expect(decode(line, hex)).toMatchObject({ value, verdict: 'ok' });
  });

  it.each([
    ['f32 not a number', 'address: 0, type: f32', '7fc0 0000'],
    ['f32 of all ones', 'address: 0, type: f32', 'ffff ffff'],
    ['f32 infinite', 'address: 0, type: f32', '7f80 0000'],
    ['f64 not a number', 'address: 0, type: f64', '7ff8 0000 0000 0000'],
    ['u16 0xFFFF', 'address: 0, type: u16', 'ffff'],
    ['i16 0x8000', 'address: 0, type: i16', '8000'],
    ['u32 all ones', 'address: 0, type: u32', 'ffff ffff'],
    ['i32 lowest', 'address: 0, type: i32', '8000 0000'],
    ['i32 lowest, low word first', 'address: 0, type: i32, word_order: low_word_first', '0000 8000'],
    ['u64 all ones', 'address: 0, type: u64', 'ffff ffff ffff ffff'],
    ['i64 lowest', 'address: 0, type: i64', '8000 0000 0000 0000'],
    ['bool 0xFFFF', 'address: 0, type: bool', 'ffff'],
    ['a pattern of the profile', 'address: 0, type: i16, not_available: [0x7FFF]', '7fff'],
    ['a pattern given as a number', 'address: 0, type: i16, not_available: [-999]', 'fc19'],
    ['a pattern of 64 bits', 'address: 0, type: u64, not_available: ["0x7FFFFFFFFFFFFFFF"]', '7fff ffff ffff ffff'],
  ])('takes %s for no value', (_, line, hex) => {
    expect(decode(line, hex)).toMatchObject({ value: null, read: null, verdict: NA });
  });

  it('lets the patterns of a profile replace the usual ones', () => {
    expect(decode('address: 0, type: u16, not_available: []', 'ffff')).toMatchObject({ value: 65535, verdict: 'ok' });
  });

  it.each([
    ['2.4e-41', '0000 42fd'],
    ['9e-33', '0a3d 4248'],
    ['1e38', '7e96 7699'],
    ['a frequency of 0', '0000 0000'],
    ['a frequency of 100 Hz', '42c8 0000'],
  ])('does not believe %s', (_, hex) => {
    const reading = decode('address: 0, type: f32, metric: frequency_hz', hex);
    expect(reading).toMatchObject({ value: null, verdict: BAD });
    expect(valuesOf([reading])).toEqual({
      values: { frequency_hz: null },
      implausible: [{ metric: 'frequency_hz', value: reading.read }],
    });
  });

  it('does not believe a state that is neither 0 nor 1', () => {
    expect(decode('address: 0, type: bool, metric: fan_1', '0002', 'cooling')).toMatchObject({
      value: null,
      verdict: BAD,
    });
  });

  it.each([
    ['MPa', '0.001', 2.3],
    ['kPa', '1', 2.3],
    ['bar', '0.01', 2.3],
  ])('turns a pressure in %s into bar', (unit, scale, value) => {
    const line = `address: 0, type: i16, metric: pressure_supply_bar, unit: ${unit}, scale: ${scale}`;
    expect(decode(line, '00e6', 'cooling')).toMatchObject({ value });
  });

  it.each([
    ['lagging', 0.95, 0.95],
    ['leading', 1.05, 0.95],
    ['lagging, power returned', -0.95, -0.95],
    ['leading, power returned', -1.05, -0.95],
    ['exactly one', 1, 1],
  ])('reads a power factor of four quadrants: %s', (_, sent, value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(sent);
    const line = 'address: 0, type: f32, metric: power_factor, coding: schneider_4q_pf';
    expect(decode(line, bytes.toString('hex'))).toMatchObject({ value, verdict: 'ok' });
  });

  it('does not believe a power factor beyond 2', () => {
    const line = 'address: 0, type: f32, metric: power_factor, coding: schneider_4q_pf';
    expect(decode(line, '4040 0000')).toMatchObject({ value: null, read: 3, verdict: BAD });
  });

  it('takes the largest of several registers of one metric, and none of those without a value', () => {
    const three = registers(
      'meter',
      ...[0, 1, 2].map((address) => `address: ${address}, type: u16, metric: thd_current_pct, largest: true`),
    );
    const read = (hex: string) =>
      valuesOf(three.map((register, i) => decodeRegister(register, Buffer.from(hex, 'hex'), 2 * i))).values;
    expect(read('000300070005')).toEqual({ thd_current_pct: 7 });
    expect(read('ffff0000ffff')).toEqual({ thd_current_pct: 0 });
    expect(read('ffffffffffff')).toEqual({ thd_current_pct: null });
  });

  it('believes no float of a reading when most of them are absurd', () => {
    const list = registers(
      'meter',
      'address: 0, type: f32, metric: voltage_l1_v',
      'address: 2, type: f32, metric: voltage_l2_v',
      'address: 4, type: f32, metric: voltage_l3_v',
      'address: 6, type: u16, metric: current_l1_a',
    );
    const read = (hex: string) => {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      return strikeMisread(list.map((register) => decodeRegister(register, bytes, 2 * register.address)));
    };
    // 2.4e-41, 9e-33, and 230 by luck.
    const misread = read('000042fd 0a3d4248 43660000 0005');
    expect(valuesOf(misread).values).toEqual({
      voltage_l1_v: null,
      voltage_l2_v: null,
      voltage_l3_v: null,
      current_l1_a: 5,
    });
    expect(valuesOf(misread).implausible).toContainEqual({ metric: 'voltage_l3_v', value: 230 });
    // One broken sensor is one broken sensor.
    expect(valuesOf(read('000042fd 43650000 43660000 0005')).values).toMatchObject({
      voltage_l1_v: null,
      voltage_l2_v: 229,
      voltage_l3_v: 230,
    });
    // A meter without voltage reads zeros, and zero is nothing absurd.
    expect(valuesOf(read('00000000 00000000 00000000 0000')).values).toMatchObject({ voltage_l1_v: 0 });
  });
});
