import { describe, expect, it } from 'vitest';
import type { Conditions } from '../conditions.ts';
import { Topology } from '../topology.ts';
import type { OpenAlert, Picture, ResolvedAlert, Subject } from './picture.ts';
import type { Plan } from './plan.ts';
import { step } from './step.ts';
import { TEST_RULES } from './testing.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const S = 1000;
const MIN = 60 * S;

const BOOK = TEST_RULES;

interface Told extends Partial<Conditions> {
  /** Seconds since the reading. */
  ago?: number;
}

/** Two containers on each transformer, one agent. */
function picture(told: Record<string, Told | null>, more: Partial<Picture> = {}): Picture {
  const containers = ['C01', 'C02', 'C03', 'C04'].map((id, i) => {
    const { ago = 0, ...conditions } = told[id] ?? {};
    const stateAt = NOW - ago * S;
    return {
      containerId: id,
      transformerId: i < 2 ? 'T01' : 'T02',
      agentId: 'agent',
      conditions: told[id] === null ? null : { at: stateAt, own: {}, unknown: [], ...conditions },
      stateAt: told[id] === null ? null : stateAt,
      intervalS: 60,
      minersExpected: 10,
      expectedThs: 4_000,
      minersAnswering: 10,
    };
  });
  return {
    projectId: 'AAA-001',
    book: BOOK,
    topology: new Topology('AAA-001', containers),
    containers,
    subjects: [],
    open: [],
    resolved: [],
    agentNames: new Map(),
    planned: { perMinerThs: null, totalThs: null },
    ...more,
  };
}

let lastId = 100;
function open(ruleId: string, target: string, more: Partial<OpenAlert> = {}): OpenAlert {
  const type = BOOK.get(ruleId)?.target ?? 'container';
  return {
    ...{ id: ++lastId, ruleId, target: { type, id: target }, severity: BOOK.get(ruleId)?.severity ?? 'warning' },
    ...{ status: 'active', message: '', value: null, lastSeenAt: NOW - 30 * S, occurrences: 1, parentId: null },
    ...{ conditionHolds: true, recoveringSince: null, silencedUntil: null, acknowledgedUntil: null, flapping: false },
    ...(BOOK.get(ruleId)?.stops
      ? { minersAffected: 10, hashrateLostThs: 4_000, hashrateShare: 0.25 }
      : { minersAffected: null, hashrateLostThs: null, hashrateShare: null }),
    data: {},
    ...more,
  };
}

const held = (secondsAgo: number, value: number | null = null) => ({ since: NOW - secondsAgo * S, value });
const offline = (...positions: number[]) => ({
  miners: { miner_offline: positions.map((position) => [position, NOW - 600 * S, null] as const) },
  silent: positions,
});

function opened({ opens }: Plan): string[] {
  return opens.map(({ rule, target, cause }) => {
    const under = cause === null ? '' : ` < ${'id' in cause ? cause.id : opens[cause.opening]?.rule.id}`;
    return `${rule.id} ${target.id}${under}`;
  });
}

describe('opening', () => {
  it('waits for the hold time, to the reading', () => {
    const at = (seconds: number) => step(picture({ C01: { own: { pump_stopped: held(seconds) } } }), NOW);
    expect(opened(at(29.999))).toEqual([]);
    expect(at(29).nextAt).toBe(NOW + S);
    expect(opened(at(30))).toEqual(['pump_stopped C01']);
  });

  it('opens nothing that is open, nothing of a rule that is off, and nothing on an old reading', () => {
    const told = { C01: { own: { pump_stopped: held(40) } } };
    expect(opened(step(picture(told, { open: [open('pump_stopped', 'C01')] }), NOW))).toEqual([]);
    const off = new Map([...BOOK, ['pump_stopped', { ...BOOK.get('pump_stopped')!, enabled: false }]] as const);
    expect(opened(step(picture(told, { book: off }), NOW))).toEqual([]);
    expect(opened(step(picture({ C01: { ...told.C01, ago: 301 } }), NOW))).toEqual([]);
    expect(opened(step(picture({ C01: { ...told.C01, ago: 299 } }), NOW))).toEqual([]); // its reading says 40 s - 299 s
  });

  it('opens single miners as alerts of their own', () => {
    const told = {
      C01: {
        miners: {
          miner_offline: [
            [3, NOW - 300 * S, null],
            [4, NOW - 299 * S, null],
          ] as const,
        },
      },
    };
    expect(opened(step(picture(told), NOW))).toEqual(['miner_offline C01-M003']);
  });

  it('counts the hold time to the last reading that said so, and forgets what none has said for a while', () => {
    const pump = (since: number, seen: number) => ({
      own: { pump_stopped: { ...held(since), seen: NOW - seen * S } },
      unknown: ['pump_stopped'],
    });
    expect(opened(step(picture({ C01: pump(329, 300) }), NOW))).toEqual([]);
    expect(opened(step(picture({ C01: pump(330, 300) }), NOW))).toEqual(['pump_stopped C01']);
    expect(opened(step(picture({ C01: pump(1000, 901) }), NOW))).toEqual([]);
    const slow = (seen: number) => [1, NOW - 1000 * S, 300, NOW - seen * S] as const;
    const miners = (seen: number) => ({ C01: { miners: { miner_slow: [slow(seen)] }, silent: [1] } });
    expect(opened(step(picture(miners(900)), NOW))).toEqual(['miner_slow C01-M001']);
    expect(opened(step(picture(miners(901)), NOW))).toEqual([]);
  });

  it('names the resolved alert that it repeats', () => {
    const resolved: ResolvedAlert[] = [4, 9, 7].map((id) => ({
      ...{ id, ruleId: 'flow_low', target: { type: 'container', id: 'C01' } },
      ...{ endedAt: NOW - 20 * MIN, changes: [] },
    }));
    const [alert] = step(picture({ C01: { own: { flow_low: held(1, 4) } } }, { resolved }), NOW).opens;
    expect(alert).toMatchObject({ previousId: 9, value: 4, flapping: false });
  });
});

describe('causes', () => {
  it('opens the cause once and counts at it what it explains', () => {
    const told = {
      C01: { own: { pump_stopped: held(60), flow_low: held(60) }, ...offline(1, 2, 3) },
    };
    const plan = step(picture(told), NOW);
    expect(opened(plan)).toEqual(['pump_stopped C01', 'flow_low C01 < pump_stopped']);
    expect(plan.opens[0]).toMatchObject({
      minersAffected: 10,
      hashrateLostThs: 4_000,
      data: { miners: { C01: { miner_offline: [1, 2, 3] } } },
    });
  });

  it('goes to the root: a transformer explains what its containers would have explained', () => {
    const dark = { own: { container_offline: held(60) }, ...offline(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) };
    const plan = step(picture({ C01: dark, C02: dark }), NOW);
    expect(opened(plan)).toEqual([
      'transformer_dead T01',
      'container_offline C01 < transformer_dead',
      'container_offline C02 < transformer_dead',
    ]);
    expect(plan.opens[0]).toMatchObject({ minersAffected: 20, hashrateLostThs: 8_000 });
  });

  it('takes no transformer for dead while one of its containers lives', () => {
    const dark = { own: { container_offline: held(60) } };
    expect(opened(step(picture({ C01: dark }), NOW))).toEqual(['container_offline C01']);
  });

  it('has what is explained wait while the cause is in its hold time', () => {
    const told = { C01: { own: { pump_stopped: held(10), flow_low: held(10) }, ...offline(1, 2) } };
    expect(opened(step(picture(told), NOW))).toEqual([]);
  });

  it('puts an alert that was open under the cause that came later', () => {
    const miner = open('miner_offline', 'C01-M001');
    const pump = open('pump_stopped', 'C01');
    const told = { C01: { own: { pump_stopped: held(100) }, ...offline(1, 2) } };
    const { changes, opens } = step(picture(told, { open: [miner, pump] }), NOW);
    expect(opens).toEqual([]);
    expect(changes.find(({ id }) => id === miner.id)).toMatchObject({ cause: { id: pump.id }, events: ['explained'] });
  });

  it('keeps what lingers explained for that long after the cause is over, recovering or resolved', () => {
    const told = { C01: offline(1) };
    const recovering = (minutes: number) =>
      open('pump_stopped', 'C01', { recoveringSince: NOW - minutes * MIN, conditionHolds: false });
    expect(opened(step(picture(told, { open: [recovering(9.9)] }), NOW))).toEqual([]);
    const over = (minutes: number): ResolvedAlert[] => [
      {
        ...{ id: 1, ruleId: 'pump_stopped', target: { type: 'container', id: 'C01' } },
        ...{ endedAt: NOW - minutes * MIN, changes: [] },
      },
    ];
    expect(opened(step(picture(told, { resolved: over(9.9) }), NOW))).toEqual([]);
    // Ten minutes as an effect, then its own hold time of five.
    expect(opened(step(picture(told, { resolved: over(14.9) }), NOW))).toEqual([]);
    expect(opened(step(picture(told, { resolved: over(15) }), NOW))).toEqual(['miner_offline C01-M001']);
  });

  it('has what does not linger stand on its own as soon as the cause is over', () => {
    const told = { C01: { own: { flow_low: held(600) } } };
    const pump = open('pump_stopped', 'C01', { recoveringSince: NOW - S, conditionHolds: false });
    const flow = open('flow_low', 'C01', { parentId: pump.id });
    const { changes } = step(picture(told, { open: [pump, flow] }), NOW);
    expect(changes.find(({ id }) => id === flow.id)).toMatchObject({ cause: null, events: ['on_its_own'] });
  });

  it('explains a condition of a miner by another of the same miner, and of no other', () => {
    const miners = {
      miner_board: [[1, NOW, 2]] as const,
      miner_slow: [
        [1, NOW, 300],
        [2, NOW, 300],
      ] as const,
    };
    expect(opened(step(picture({ C01: { miners } }), NOW))).toEqual(['miner_board C01-M001', 'miner_slow C01-M002']);
  });

  it('says that a silent agent is why frames are missing', () => {
    const old = { ago: 1000 };
    const silent: Subject = {
      target: { type: 'agent', id: 'agent' },
      conditions: { at: NOW, own: { agent_silent: held(700) }, unknown: [] },
      fresh: true,
    };
    const told = { C01: old, C02: old, C03: old, C04: old };
    expect(opened(step(picture(told, { subjects: [silent] }), NOW))).toEqual(
      [
        'container_offline C01 < agent_silent',
        'container_offline C02 < agent_silent',
        'container_offline C03 < agent_silent',
        'container_offline C04 < agent_silent',
        'agent_silent agent',
      ].sort((a) => (a.startsWith('agent') ? -1 : 0)),
    );
  });
});

describe('life', () => {
  const changeOf = (told: Told, alert: OpenAlert, more: Partial<Picture> = {}) =>
    step(picture({ C01: told }, { ...more, open: [alert] }), NOW).changes[0];

  it('recovers, then resolves when it has been clear for the keep time', () => {
    const alert = open('pump_stopped', 'C01');
    expect(changeOf({}, alert)).toMatchObject({
      recoveringSince: NOW,
      conditionHolds: false,
      resolved: false,
      events: ['recovering'],
    });
    const since = (seconds: number) =>
      open('pump_stopped', 'C01', { recoveringSince: NOW - seconds * S, conditionHolds: false });
    expect(changeOf({}, since(299))).toBeUndefined();
    expect(changeOf({}, since(300))).toMatchObject({ resolved: true, events: ['resolved'] });
  });

  it('comes back: one more occurrence of the same alert', () => {
    const alert = open('pump_stopped', 'C01', { recoveringSince: NOW - 100 * S, conditionHolds: false });
    expect(changeOf({ own: { pump_stopped: held(1) } }, alert)).toMatchObject({
      ...{ recoveringSince: null, conditionHolds: true, occurrences: 2, resolved: false, events: ['returned'] },
    });
  });

  it.each([
    ['the rule says nothing', { unknown: ['pump_stopped'] }],
    ['the reading is old', { ago: 400 }],
  ])('leaves an alert as it is while it cannot be told: %s', (_, told) => {
    expect(changeOf(told, open('pump_stopped', 'C01'))).toBeUndefined();
    const recovering = open('pump_stopped', 'C01', { recoveringSince: NOW - 1000 * S, conditionHolds: false });
    expect(changeOf(told, recovering)).toBeUndefined();
  });

  it('does not take a silent miner for well', () => {
    const alert = open('miner_slow', 'C01-M001', { data: {} });
    expect(changeOf({ silent: [1] }, alert)).toBeUndefined();
    expect(changeOf({ silent: [2] }, alert)).toMatchObject({ events: ['recovering'] });
  });

  it('ends what its rule no longer asks for', () => {
    const off = new Map([...BOOK, ['pump_stopped', { ...BOOK.get('pump_stopped')!, enabled: false }]] as const);
    const told = { own: { pump_stopped: held(100) } };
    expect(changeOf(told, open('pump_stopped', 'C01'), { book: off })).toMatchObject({ resolved: true });
  });

  it('leaves alone what a rule of another version opened', () => {
    expect(changeOf({}, open('rule_of_tomorrow', 'C01'))).toBeUndefined();
  });

  it('marks what comes and goes four times in ten minutes, and holds it until it has been quiet for as long', () => {
    const changes = [9, 6, 3].map((minutes) => NOW - minutes * MIN);
    const alert = open('pump_stopped', 'C01', { recoveringSince: NOW - MIN, conditionHolds: false, data: { changes } });
    const change = changeOf({ own: { pump_stopped: held(1) } }, alert);
    expect(change).toMatchObject({ flapping: true, events: ['returned', 'flapping'] });
    const flapping = (minutes: number) =>
      open('pump_stopped', 'C01', {
        ...{ recoveringSince: NOW - minutes * MIN, conditionHolds: false, flapping: true },
        data: { changes: [NOW - minutes * MIN] },
      });
    expect(changeOf({}, flapping(9))).toBeUndefined();
    expect(changeOf({}, flapping(10))).toMatchObject({
      flapping: false,
      resolved: true,
      events: ['steady', 'resolved'],
    });
  });

  it('writes a condition that goes on once in a while, not every time', () => {
    const told = { own: { pump_stopped: held(1000) } };
    const alert = (seconds: number) => open('pump_stopped', 'C01', { lastSeenAt: NOW - seconds * S });
    expect(changeOf(told, alert(59))).toBeUndefined();
    expect(changeOf(told, alert(60))).toMatchObject({ lastSeenAt: NOW, events: [] });
  });

  it('leaves nothing to do when its plan is carried out', () => {
    const told = { C01: { own: { pump_stopped: held(60), flow_low: held(60) }, ...offline(1, 2, 3) } };
    const { opens } = step(picture(told), NOW);
    const now = opens.map(({ rule, target, cause, ...alert }, i) =>
      open(rule.id, target.id, {
        ...alert,
        id: i,
        lastSeenAt: NOW,
        parentId: cause !== null && 'opening' in cause ? cause.opening : null,
      }),
    );
    expect(step(picture(told, { open: now }), NOW)).toMatchObject({ opens: [], changes: [] });
  });
});
