import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlanLimits, planBlocks } from './plan.ts';
import { loadProfiles } from './profile.ts';
import { parseProfile } from './profile-file.ts';
import type { Register } from './register.ts';

const sample = (() => {
  const read = parseProfile(
    'sample.yaml',
    'id: s\nmake: m\nmodel: m\nof: meter\nsource: s\nregisters: [{ name: n, metric: frequency_hz, address: 0, type: u16 }]',
  );
  if ('faults' in read) throw new Error('sample profile');
  return read.profile.registers[0]!;
})();

const register = (address: number, words = 1, more: Partial<Register> = {}): Register => ({
  ...sample,
  name: `${address}/${words}`,
  address,
  words,
  ...more,
});

const limits: PlanLimits = { maxRegisters: 125, maxGap: 16, holes: [] };
const shapes = (registers: Register[], more: Partial<PlanLimits> = {}) =>
  planBlocks(registers, { ...limits, ...more }).map(({ address, count }) => [address, count]);

describe('block reads', () => {
  it('bridge a small gap and not a larger one', () => {
    expect(shapes([register(10), register(27)])).toEqual([[10, 18]]);
    expect(shapes([register(10), register(28)])).toEqual([
      [10, 1],
      [28, 1],
    ]);
    expect(shapes([register(10), register(11), register(13)], { maxGap: 0 })).toEqual([
      [10, 2],
      [13, 1],
    ]);
  });

  it('take exactly 125 registers, and split before a value that would be cut', () => {
    expect(shapes([register(0), register(123, 2)], { maxGap: 125 })).toEqual([[0, 125]]);
    expect(shapes([register(0), register(124, 2)], { maxGap: 125 })).toEqual([
      [0, 1],
      [124, 2],
    ]);
  });

  it('go around a hole', () => {
    expect(shapes([register(0), register(8)], { holes: [[3, 4]] })).toEqual([
      [0, 1],
      [8, 1],
    ]);
  });

  it('keep units, functions and optional registers apart', () => {
    const plan = planBlocks(
      [register(0), register(1, 1, { unitId: 4 }), register(2, 1, { function: 4 }), register(3, 1, { optional: true })],
      limits,
    );
    expect(plan.map(({ unitId, function: f, optional }) => [unitId, f, optional])).toEqual([
      [null, 3, false],
      [4, 3, false],
      [null, 4, false],
      [null, 3, true],
    ]);
  });

  it('fetch several bits of one register once', () => {
    expect(shapes([register(7, 1, { bit: 1 }), register(7, 1, { bit: 2 })])).toEqual([[7, 1]]);
  });

  it('need few requests for the shipped profiles', () => {
    const profiles = loadProfiles();
    const requests = (id: string) => {
      const profile = profiles.get(id)!;
      return planBlocks(
        profile.registers.filter(({ metric }) => metric),
        profile,
      ).length;
    };
    expect([requests('antspace-hd5'), requests('schneider-pm5xxx')]).toEqual([1, 6]);
  });

  it('hold their promises for any registers and limits', () => {
    const anyRegister = fc.record({
      address: fc.nat(400),
      words: fc.constantFrom(1, 2, 4),
      unitId: fc.constantFrom(null, 2),
      function: fc.constantFrom(3 as const, 4 as const),
      optional: fc.boolean(),
    });
    const anyLimits = fc.record({
      maxRegisters: fc.integer({ min: 4, max: 125 }),
      maxGap: fc.nat(20),
      holes: fc.array(
        fc.tuple(fc.nat(400), fc.nat(5)).map(([first, more]) => [first, first + more] as const),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.array(anyRegister, { maxLength: 60 }), anyLimits, (entries, given) => {
        const registers = entries
          .map((entry, i) => register(entry.address, entry.words, { ...entry, name: String(i) }))
          .filter((r) => !given.holes.some(([first, last]) => r.address <= last && r.address + r.words > first));
        const plan = planBlocks(registers, given);
        expect(plan.flatMap((block) => block.registers.map(({ name }) => name)).sort()).toEqual(
          registers.map(({ name }) => name).sort(),
        );
        for (const block of plan) {
          const end = block.address + block.count;
          expect(block.count).toBeLessThanOrEqual(given.maxRegisters);
          expect(given.holes.some(([first, last]) => first < end && last >= block.address)).toBe(false);
          let reached = block.address;
          for (const r of block.registers) {
            expect([r.unitId, r.function, r.optional]).toEqual([block.unitId, block.function, block.optional]);
            expect(r.address).toBeGreaterThanOrEqual(block.address);
            expect(r.address + r.words).toBeLessThanOrEqual(end);
            expect(r.address - reached).toBeLessThanOrEqual(given.maxGap);
            reached = Math.max(reached, r.address + r.words);
          }
          expect(reached).toBe(end);
        }
      }),
    );
  });
});
