import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRegister } from '../../agent/src/drivers/modbus/decode.ts';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import type { Register, RegisterType } from '../../agent/src/drivers/modbus/register.ts';
import { encodeByProfile, encodeRegister } from './register-bank.ts';

const profiles = loadProfiles();
const hd5 = profiles.get('antspace-hd5')!;
const meter = profiles.get('schneider-pm5xxx')!;

const INTEGERS: [RegisterType, number, number, number][] = [
  ['u16', 1, 0, 0xfffe],
  ['i16', 1, -0x7fff, 0x7fff],
  ['u32', 2, 0, 0xfffffffe],
  ['i32', 2, -0x7fffffff, 0x7fffffff],
  ['u64', 4, 0, 2 ** 45],
  ['i64', 4, -(2 ** 45), 2 ** 45],
];

describe('encoding is the inverse of decoding', () => {
  it('for scales that are set in the meter, and numbers to base 10000', () => {
    const satec = profiles.get('satec-pm130')!;
    const of = (name: string) => satec.registers.find((register) => register.name === name)!;
    const roundTrip = (name: string, value: number) =>
      decodeRegister(of(name), encodeRegister(of(name), value), 0).value;
    expect(roundTrip('kW total', 3500)).toBeCloseTo(3500, -1);
    expect(roundTrip('Voltage L1', 231.5)).toBeCloseTo(231.5, 1);
    expect(roundTrip('kWh import', 7_896_789)).toBe(7_896_789);
  });

  const numbers: fc.Arbitrary<[Register, number]> = fc
    .record({
      type: fc.constantFrom(...INTEGERS),
      scale: fc.constantFrom(1, 0.1, 0.001, -1, 10),
      factor: fc.constantFrom(1, 0.001, 10, 0.06),
      offset: fc.constantFrom(0, -40, 0.5),
      lowWordFirst: fc.boolean(),
    })
    .chain(({ type: [type, words, min, max], ...rest }) => {
      const register: Register = { ...hd5.registers[0]!, type, words, metric: null, range: [-1e30, 1e30], ...rest };
      const value = (raw: number) => (raw * rest.scale + rest.offset) * rest.factor;
      return fc.maxSafeInteger().map((n) => [register, value(min + (Math.abs(n) % (max - min)))]);
    });

  it('for every type, scale, unit and word order', () => {
    fc.assert(
      fc.property(numbers, ([register, value]) => {
        const reading = decodeRegister(register, encodeRegister(register, value), 0);
        expect(reading.verdict).toBe('ok');
        const step = Math.abs(register.scale * register.factor);
        expect(Math.abs(reading.value! - value)).toBeLessThanOrEqual(step / 2 + Math.abs(value) * 1e-12);
      }),
    );
  });

  it('for floats, to their last digit', () => {
    const single = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(1e-6), max: Math.fround(1e9) });
    const register: Register = { ...meter.registers[0]!, range: [-1e30, 1e30] };
    fc.assert(
      fc.property(single, fc.boolean(), (value, lowWordFirst) => {
        const each = { ...register, lowWordFirst };
        const reading = decodeRegister(each, encodeRegister(each, value), 0);
        expect(Math.fround(reading.value!)).toBe(value);
      }),
    );
  });

  it.each([
    ['antspace-hd5', hd5],
    ['schneider-pm5xxx', meter],
  ])('for every register of %s, with a value and without', (_, profile) => {
    for (const register of profile.registers) {
      const value = register.type === 'bool' || register.type === 'bit' ? 1 : 12;
      const given = register.metric === 'frequency_hz' ? 50 : register.coding ? 0.95 : value;
      expect(decodeRegister(register, encodeRegister(register, given), 0)).toMatchObject({ value: given });
      const without = decodeRegister(register, encodeRegister(register, null), 0);
      if (register.type !== 'bit') expect(without).toMatchObject({ value: null, verdict: 'not_available' });
    }
  });

  it('stops at the end of what a register holds', () => {
    const pressure = hd5.registers.find(({ name }) => name === 'supply_liquid_flow')!;
    expect(decodeRegister(pressure, encodeRegister(pressure, -3), 0).value).toBe(0);
    expect(encodeRegister(pressure, 1e9).toString('hex')).toBe('ffff');
  });
});

describe('a bank by profile', () => {
  const bank = encodeByProfile(hd5, { temp_supply_c: 34.5, fault_leak: 1, fault_phase: 1, pump_circulating: 1 });
  const read = (address: number, count: number) => {
    const into = Buffer.alloc(2 * count);
    return bank.read(3, address, count, into) ?? into.toString('hex');
  };

  it('holds values, "not available" and bits side by side', () => {
    expect(read(0, 2)).toBe('01598000');
    expect(read(20, 1)).toBe('0001');
    expect(read(32, 1)).toBe('0404');
  });

  it('gives half of a value where only half is asked', () => {
    const power = encodeByProfile(hd5, { power_box1_kw: 0x12345678 / 1000 });
    const into = Buffer.alloc(2);
    power.read(3, 11, 1, into);
    expect(into.toString('hex')).toBe('5678');
  });

  it('refuses what lies far from its registers, in a hole, or behind the other function', () => {
    expect(read(51, 1)).toBe(2);
    expect(read(50, 1)).toBe('0000');
    expect(read(34, 60)).toBe(2);
    expect(bank.read(4, 0, 1, Buffer.alloc(2))).toBe(2);
    const holed = encodeByProfile({ ...hd5, holes: [[40, 41]] }, {});
    expect(holed.read(3, 39, 1, Buffer.alloc(2))).toBeNull();
    expect(holed.read(3, 39, 2, Buffer.alloc(4))).toBe(2);
  });

  it('computes at the moment it is asked', () => {
    let now = 30;
    const lazy = encodeByProfile(hd5, () => ({ temp_supply_c: now++ }));
    const into = Buffer.alloc(2);
    lazy.read(3, 0, 1, into);
    lazy.read(3, 0, 1, into.fill(0));
    expect([into.readInt16BE(), now]).toEqual([310, 32]);
  });
});
