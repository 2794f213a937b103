import fc from 'fast-check';
import type { UnsignedEnvelope } from './batch.ts';
import { BOARD_METRICS, type BoardMetric, MAX_BOARDS } from './boards.ts';
import { hashBody } from './codec.ts';
import { type ContainerFrame, type MeterFrame, MINER_STATUSES, metricNames } from './frame.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { MAX_POOLS } from './pools.ts';
import { safeText } from './text.ts';

/** Generators for property tests: frames and envelopes as any agent might make them. */

const AT = fc.integer({ min: 0, max: 4_102_444_800_000 });

/** A plausible value of a metric, or null. */
function metricValue(name: MetricName): fc.Arbitrary<number | null> {
  const { min, max } = METRICS[name];
  return fc.option(
    fc.double({ min, max, noNaN: true }).map((value) => Number(value.toPrecision(12))),
    { nil: null },
  );
}

function sparse(of: 'cooling' | 'meter') {
  const fields = Object.fromEntries(metricNames(of).map((name) => [name, metricValue(name)]));
  return fc.record(fields, { requiredKeys: [] });
}

/** A place of a column of boards: those of one miner, or null. */
function boardsOf(name: BoardMetric): fc.Arbitrary<(number | null)[] | null> {
  return fc.option(fc.array(metricValue(name), { maxLength: MAX_BOARDS }), { nil: null });
}

/** What a device may call something, as it is kept; or null. */
const name = fc.option(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => safeText(text)),
  { nil: null },
);

/** Which pool each of so many slots works for. */
function poolsOf(slots: number) {
  return fc.array(fc.record({ url: name, worker: name }), { minLength: 1, maxLength: MAX_POOLS }).chain((list) => {
    const place = fc.option(fc.nat(list.length - 1), { nil: null });
    return fc.record({ list: fc.constant(list), of: fc.array(place, { minLength: slots, maxLength: slots }) });
  });
}

/** Any frame of one container, up to 40 slots; some with boards, some with pools. */
export const containerFrame: fc.Arbitrary<ContainerFrame> = fc
  .uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 40 })
  .map((positions) => positions.sort((a, b) => a - b))
  .chain((positions) => {
    const size = { minLength: positions.length, maxLength: positions.length };
    const columns = Object.fromEntries(metricNames('miner').map((name) => [name, fc.array(metricValue(name), size)]));
    const boards = Object.fromEntries(BOARD_METRICS.map((name) => [name, fc.array(boardsOf(name), size)]));
    const frame = {
      kind: fc.constant('container' as const),
      project: fc.constant('QATAR-001'),
      container: fc.constantFrom('QATAR-C01', 'QATAR-C58', 'AQUA-C3247'),
      at: AT,
      interval_s: fc.integer({ min: 1, max: 3600 }),
      positions: fc.constant(positions),
      status: fc.array(fc.nat(MINER_STATUSES.length - 1), size),
      columns: fc.record(columns, { requiredKeys: [] }),
      cooling: fc.option(sparse('cooling'), { nil: null }),
      cooling_expected: fc.boolean(),
    };
    const told = { ...frame, boards: fc.record(boards, { requiredKeys: [] }) };
    const pools = { ...frame, pools: poolsOf(positions.length) };
    return fc.oneof(fc.record(frame), fc.record(told), fc.record(pools));
  });

/** Any frame of one meter. */
export const meterFrame: fc.Arbitrary<MeterFrame> = fc.record({
  kind: fc.constant('meter' as const),
  project: fc.constant('QATAR-001'),
  meter: fc.constant('QATAR-E01'),
  transformer: fc.option(fc.constant('QATAR-T01'), { nil: null }),
  at: AT,
  interval_s: fc.integer({ min: 1, max: 3600 }),
  values: fc.option(sparse('meter'), { nil: null }),
});

/** An envelope for a body, all else fixed or as given. */
export function envelopeFor(body: Uint8Array, change: Partial<UnsignedEnvelope> = {}): UnsignedEnvelope {
  return {
    agent: '0b8f6c1e-5f0e-4a57-9f5e-3b1d2c4a5e6f',
    outbox: '6a3c9d52-1d43-4f0b-8a7e-90d1e2f3a4b5',
    seq: 1,
    lane: 'live',
    kind: 'frames',
    boot: '7c1d2e3f-4a5b-4c6d-8e7f-8091a2b3c4d5',
    wall: 1_764_000_000_000,
    mono: 12_345.5,
    clock: 'synced',
    offset_ms: 3,
    lease: 1,
    n: 308,
    hash: hashBody(body),
    ...change,
  };
}
