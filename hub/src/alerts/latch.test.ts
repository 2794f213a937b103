import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Conditions, type Finding, type Findings, type MinerFinding, SAID_FOR_MS } from './conditions.ts';
import { zoneOf } from './judge/zone.ts';
import { latch, ripeKeys } from './latch.ts';
import { ruleBook } from './rule-book.ts';

const BOOK = ruleBook([]);
const OWN = ['pump_stopped', 'leak', 'supply_hot'];
const MINER = ['miner_offline', 'miner_chip_hot', 'miner_hashrate_low'];

const value = fc.oneof(fc.constant(null), fc.integer({ min: -50, max: 150 }));
const zone = fc.constantFrom('raise' as const, 'keep' as const);
const finding: fc.Arbitrary<Finding> = fc.record({ zone, value });
const miners = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), zone, value), { selector: ([at]) => at });
/** One reading; what it finds, what it does not know, who is silent. */
const reading = fc
  .record({
    own: fc.dictionary(fc.constantFrom(...OWN), finding),
    miners: fc.dictionary(fc.constantFrom(...MINER), miners as fc.Arbitrary<MinerFinding[]>),
    unknown: fc.subarray([...OWN, ...MINER]),
    silent: fc.subarray([1, 2, 3, 4, 5, 6]),
  })
  .map(({ own, miners, unknown, silent }) => ({
    // A judge names a rule once, and finds nothing but its silence in a silent miner.
    own: Object.fromEntries(Object.entries(own).filter(([id]) => !unknown.includes(id))),
    miners: Object.fromEntries(
      Object.entries(miners)
        .filter(([id]) => !unknown.includes(id))
        .map(([id, found]) => [id, found.filter(([p]) => id === 'miner_offline' || !silent.includes(p))]),
    ),
    unknown,
    silent,
  }));
const readings = fc.array(reading, { minLength: 1, maxLength: 12 });

const INTERVAL = 60_000;
const at = (i: number): number => (i + 1) * INTERVAL;
const run = (all: readonly Omit<Findings, 'at'>[]): Conditions[] => {
  let conditions: Conditions | null = null;
  return all.map((one, i) => (conditions = latch(conditions, { at: at(i), ...one })));
};
const nothing: Omit<Findings, 'at'> = { own: {}, miners: {}, unknown: [], silent: [] };
const held = (zone: 'raise' | 'keep', value: number | null = null) => ({
  ...nothing,
  own: { supply_hot: { zone, value } },
});

test('a condition begins with raise, goes on with keep, ends when it is clear', () => {
  const since = (all: Omit<Findings, 'at'>[]) => run(all).map(({ own }) => own.supply_hot?.since ?? null);
  expect(
    since([held('keep'), held('raise'), held('keep'), held('raise'), nothing, held('keep'), held('raise')]),
  ).toEqual([null, at(1), at(1), at(1), null, null, at(6)]);
});

test('the value is that of the newest reading that told one', () => {
  const values = run([
    held('raise', 39),
    held('keep', 37.5),
    { ...nothing, unknown: ['supply_hot'] },
    held('raise', 41),
  ]);
  expect(values.map(({ own }) => own.supply_hot?.value)).toEqual([39, 37.5, 37.5, 41]);
});

test('a silent miner stays what it was, but for its silence', () => {
  const hot: Omit<Findings, 'at'> = { ...nothing, miners: { miner_chip_hot: [[4, 'raise', 95]] } };
  const silent: Omit<Findings, 'at'> = { ...nothing, miners: { miner_offline: [[4, 'raise', null]] }, silent: [4] };
  const [, away, back] = run([hot, silent, nothing]);
  expect(away?.miners).toEqual({ miner_chip_hot: [[4, at(0), 95, at(0)]], miner_offline: [[4, at(1), null]] });
  expect(back?.miners).toBeUndefined();
});

test('numbers between the thresholds change nothing: hysteresis never chatters', () => {
  const rule = BOOK.get('supply_hot')!;
  const between = fc.double({ min: rule.clear! + 1e-6, max: rule.raise!, noNaN: true });
  fc.assert(
    fc.property(fc.boolean(), fc.array(between, { maxLength: 20 }), (above, temperatures) => {
      const all = [above ? rule.raise! + 1 : rule.clear! - 1, ...temperatures].map((celsius) => {
        const found = zoneOf(rule, celsius);
        return found ? held(found, celsius) : nothing;
      });
      for (const { own } of run(all)) expect(own.supply_hot?.since ?? null).toBe(above ? at(0) : null);
    }),
  );
});

test('since is the first reading of an unbroken run, whichever way it is kept', () => {
  fc.assert(
    fc.property(readings, (all) => {
      const steps = run(all);
      for (const id of OWN) {
        let since: number | null = null;
        all.forEach(({ own, unknown }, i) => {
          if (!unknown.includes(id)) since = own[id]?.zone === 'raise' ? (since ?? at(i)) : own[id] ? since : null;
          expect(steps[i]?.own[id]?.since ?? null).toBe(since);
        });
      }
      for (const id of MINER) {
        for (let position = 1; position <= 12; position++) {
          let since: number | null = null;
          all.forEach(({ miners, unknown, silent }, i) => {
            const dark = unknown.includes(id) || (id !== 'miner_offline' && silent.includes(position));
            const found = miners[id]?.find(([p]) => p === position)?.[1];
            if (!dark) since = found === 'raise' ? (since ?? at(i)) : found ? since : null;
            expect(steps[i]?.miners?.[id]?.find(([p]) => p === position)?.[1] ?? null).toBe(since);
          });
        }
      }
    }),
  );
});

test('a reading that knows nothing changes nothing: neither what holds since when, nor what is ripe, for a while', () => {
  const sinces = ({ own, miners = {} }: Conditions) => ({
    own: Object.fromEntries(Object.entries(own).map(([id, { since, value }]) => [id, [since, value]])),
    miners: Object.fromEntries(
      Object.entries(miners).map(([id, held]) => [id, held.map(([position, since]) => [position, since])]),
    ),
  });
  fc.assert(
    fc.property(readings, (all) => {
      const before = run(all).at(-1)!;
      const blind = { ...nothing, unknown: [...OWN, ...MINER] };
      const after = latch(before, { ...blind, at: before.at + INTERVAL });
      expect(sinces(after)).toEqual(sinces(before));
      const [ripe, still] = [ripeKeys(before, BOOK), ripeKeys(after, BOOK)];
      for (const key of still) expect(ripe).toContain(key);
      const later = latch(after, { ...blind, at: before.at + SAID_FOR_MS + 1 });
      expect(sinces(later)).toEqual(sinces(before));
      expect(ripeKeys(later, BOOK)).toEqual(new Set());
    }),
  );
});

test('what the next readings do not tell stays as ripe as it was seen', () => {
  const leak = { ...nothing, own: { leak: { zone: 'raise', value: null } as const } };
  const blind = { ...nothing, unknown: ['leak'] };
  const steps = run([leak, ...new Array<Omit<Findings, 'at'>>(16).fill(blind), leak]);
  const ripe = steps.map((conditions) => ripeKeys(conditions, BOOK).size);
  expect(ripe).toEqual([...new Array<number>(16).fill(1), 0, 1]);
  expect(steps.at(-1)?.own.leak).toEqual({ since: at(0), value: null });
});

test('the order in which miners are told does not matter', () => {
  const shuffled = ({ miners, silent, ...rest }: Omit<Findings, 'at'>): Omit<Findings, 'at'> => ({
    ...rest,
    miners: Object.fromEntries(
      Object.entries(miners)
        .reverse()
        .map(([id, found]) => [id, [...found].reverse()]),
    ),
    silent: [...silent].reverse(),
  });
  fc.assert(fc.property(readings, (all) => void expect(run(all.map(shuffled))).toEqual(run(all))));
});

test('what was stored and read again goes on the same way', () => {
  fc.assert(
    fc.property(readings, (all) => {
      let conditions: Conditions | null = null;
      all.forEach((one, i) => {
        conditions = JSON.parse(JSON.stringify(latch(conditions, { at: at(i), ...one }))) as Conditions;
      });
      expect(conditions).toEqual(run(all).at(-1));
    }),
  );
});

describe('ripe', () => {
  it('is what has held for as long as its rule asks', () => {
    const hot: Omit<Findings, 'at'> = { ...held('raise'), miners: { miner_chip_hot: [[7, 'raise', 95]] } };
    const steps = run([hot, hot, hot, hot, hot, hot]).map((conditions) => [...ripeKeys(conditions, BOOK)]);
    const miner = 'miner_chip_hot 7'; // after 120 s; supply_hot after 300 s
    expect(steps).toEqual([[], [], [miner], [miner], [miner], ['supply_hot', miner]]);
  });

  it('is at once what asks for no time, and nothing that is silent for long or disabled', () => {
    const leak = { ...nothing, own: { leak: { zone: 'raise', value: null } as const } };
    expect(ripeKeys(run([leak])[0]!, BOOK)).toEqual(new Set(['leak']));
    const row = { project_id: 'QATAR-001', rule_id: 'leak', severity: 'critical', enabled: false } as const;
    expect(ripeKeys(run([leak])[0]!, ruleBook([{ ...row, definition: {} }]))).toEqual(new Set());
    const hot = { ...nothing, miners: { miner_chip_hot: [[7, 'raise', 95]] as MinerFinding[] } };
    const silent = { ...nothing, miners: { miner_offline: [[7, 'raise', null]] as MinerFinding[] }, silent: [7] };
    const six = [hot, ...new Array<Omit<Findings, 'at'>>(6).fill(silent)]; // hot was seen once: too short
    expect(ripeKeys(run(six).at(-1)!, BOOK)).toEqual(new Set(['miner_offline 7']));
    expect(ripeKeys(null, BOOK)).toEqual(new Set());
  });
});
