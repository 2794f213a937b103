import { randomUUID } from 'node:crypto';
import { type ContainerFrame, encodeBody, statusCode } from '@hearst/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Episodes } from '../alerts/replay/episodes.ts';
import type { AlertRule } from '../alerts/rule.ts';
import { DEFAULT_RULES } from '../alerts/rule-book.ts';
import { withContext } from '../db/client.ts';
import { testRule } from '../operations/rule-test.ts';
import type { RuleTestResult } from './schemas/alert-rules.ts';
import { openTestApi, type TestApi } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
/** Twelve hours of frames, one a minute. */
const FRAMES = 720;
const BEGIN = NOW - FRAMES * MINUTE;
const AGENT = randomUUID();
const HASHING = statusCode('hashing');
let api: TestApi;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  api.now = NOW;
  await api.asOwner((client) =>
    client.query("insert into projects (project_id, status) values ('ONE-001', 'active'), ('FAR-001', 'active')"),
  );
  operator = await api.makeKey('operator', ['ONE-001']);
});
beforeEach(() => api.asOwner((client) => client.query('delete from container_frames; delete from meter_frames')));
afterAll(() => api.close());

const run = (rule: string, json: object = {}, project = 'ONE-001') =>
  api.ask(`/api/alert-rules/${rule}/test?project_id=${project}`, { key: operator, json });
const tested = async (rule: string, json: object = {}) => (await run(rule, json)).body as RuleTestResult;
const at = (minute: number) => new Date(BEGIN + minute * MINUTE);
const iso = (minute: number) => at(minute).toISOString();

interface Stored {
  readonly supply?: number | null;
  readonly silent?: number;
  readonly cooling?: Record<string, number | null> | null;
  readonly chips?: readonly number[];
}

/** Stores one frame a minute of a container of ten miners. */
async function store(container: string, frames: readonly Stored[], project = 'ONE-001'): Promise<void> {
  const rows = frames.map(({ supply = null, silent = 0, cooling = null, chips = [] }, minute) => {
    const positions = Array.from({ length: 10 }, (_, i) => i + 1);
    const frame: ContainerFrame = {
      ...{ kind: 'container', project, container, at: +at(minute), interval_s: 60 },
      ...{ positions, status: positions.map(() => HASHING), boards: {}, cooling, cooling_expected: false },
      columns: { temp_chip_c: positions.map((_, i) => chips[i] ?? 60) },
    };
    return {
      at: iso(minute),
      supply,
      answering: 10 - silent,
      body: encodeBody({ frames: [frame] }).toString('base64'),
    };
  });
  await api.asOwner((client) =>
    client.query(
      `insert into container_frames (project_id, container_id, at, device_at, received_at, agent_id, interval_s, clock,
         miners_total, miners_answering, miners_active, temp_supply_c, body)
       select $1, $2, at, at, at, $3, 60, 'synced', 10, answering, answering, supply, decode(body, 'base64')
       from jsonb_to_recordset($4) as f (at timestamptz, supply real, answering int, body text)`,
      [project, container, AGENT, JSON.stringify(rows)],
    ),
  );
}

/** Numbers that wander, the same ones every time. */
function wandering(seed: number): (least: number, most: number) => number {
  let state = seed;
  return (least, most) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return least + (state / 2_147_483_648) * (most - least);
  };
}

/** Water that wanders around 38 degC, unknown now and then. */
function water(seed: number): Stored[] {
  const next = wandering(seed);
  let supply = 37.5;
  return Array.from({ length: FRAMES }, () => {
    supply = Math.min(40, Math.max(35, supply + next(-0.4, 0.4)));
    return { supply: next(0, 1) < 0.05 ? null : Math.round(supply * 10) / 10 };
  });
}

/** The alerts of a rule about `temp_supply_c`, told reading by reading. */
function expected(rule: AlertRule, container: string, frames: readonly Stored[]) {
  const episodes = new Episodes(rule);
  let since: number | null = null;
  for (const [minute, { supply = null }] of frames.entries()) {
    if (supply === null) continue;
    const time = +at(minute);
    if (supply > rule.raise!) since ??= time;
    else if (supply <= rule.clear!) since = null;
    if (since === null) episodes.clear(container, time);
    else episodes.holds(container, time, since, supply);
  }
  return episodes.ended();
}

describe('a rule whose reading stands in columns', () => {
  it.each([
    { raise: 38, clear: 37, hold_s: 300, keep_s: 300 },
    { raise: 38, clear: 38, hold_s: 0, keep_s: 0 },
    { raise: 37.8, clear: 37.2, hold_s: 120, keep_s: 1800 },
    { raise: 36.3, clear: 36.3, hold_s: 60, keep_s: 60 },
  ])('fires as often as reading by reading, with $raise/$clear held $hold_s s, kept $keep_s s', async (settings) => {
    const frames = new Map([1, 2, 3].map((n) => [`ONE-C0${n}`, water(n * 7)]));
    for (const [container, stored] of frames) await store(container, stored);
    await store('FAR-C01', water(5), 'FAR-001');
    const standard = DEFAULT_RULES.find(({ id }) => id === 'supply_hot')!;
    const { raise, clear, hold_s: holdS, keep_s: keepS } = settings;
    const due = [...frames].flatMap(([container, stored]) =>
      expected({ ...standard, raise, clear, holdS, keepS }, container, stored),
    );
    expect(due.length).toBeGreaterThan(5);
    const result = await tested('supply_hot', settings);
    expect(result).toMatchObject({
      from: new Date(NOW - 7 * 86_400_000).toISOString(),
      to: new Date(NOW).toISOString(),
      ...{ frames: 3 * FRAMES, resolution_s: 60, sample: false, would_have_fired: due.length },
    });
    const order = due.toSorted((a, b) => a.from - b.from || (a.target < b.target ? -1 : 1));
    expect(result.alerts).toEqual(
      order.slice(0, 100).map(({ target, from, to, peak }) => ({
        ...{ target_type: 'container', target_id: target, peak },
        from: new Date(from).toISOString(),
        to: to === null || to > NOW ? null : new Date(to).toISOString(),
      })),
    );
  });

  it('fires, without hold and keep time, as often as plain SQL counts crossings', async () => {
    for (const n of [1, 2]) await store(`ONE-C0${n}`, water(n));
    const { rows } = await api.database.owner.query<{ count: number }>(
      `select count(*)::int as count from (
         select temp_supply_c > 38 as hot, lag(temp_supply_c > 38) over (partition by container_id order by at) as was
         from container_frames where project_id = 'ONE-001' and temp_supply_c is not null) f
       where hot and was is not true`,
    );
    expect(rows[0]!.count).toBeGreaterThan(5);
    const settings = { raise: 38, clear: 38, hold_s: 0, keep_s: 0 };
    expect(await tested('supply_hot', settings)).toMatchObject({ would_have_fired: rows[0]!.count });
  });

  it('asks for as many miners as it says, and tells the worst', async () => {
    await store(
      'ONE-C01',
      Array.from({ length: 20 }, (_, minute) => ({ silent: minute >= 5 && minute < 15 ? 4 : 0 })),
    );
    expect(await tested('miners_down_many', { hold_s: 60 })).toMatchObject({ would_have_fired: 0 });
    expect(await tested('miners_down_many', { hold_s: 60, keep_s: 120, options: { at_least: 4 } })).toMatchObject({
      would_have_fired: 1,
      alerts: [{ target_id: 'ONE-C01', from: iso(6), to: iso(17), peak: 40 }],
    });
  });

  it('of a transformer is judged by its meter and its rating', async () => {
    await api.asOwner((client) =>
      client.query(`insert into transformers (project_id, transformer_id, rated_kva) values ('ONE-001', 'ONE-T01', 2000);
        insert into meters (project_id, meter_id, transformer_id) values ('ONE-001', 'ONE-E01', 'ONE-T01')`),
    );
    await api.asOwner((client) =>
      client.query(
        `insert into meter_frames (project_id, meter_id, at, device_at, received_at, agent_id, interval_s, clock, answered,
           apparent_power_kva, values)
         select 'ONE-001', 'ONE-E01', t, t, t, $1, 60, 'synced', true, case when n between 10 and 39 then 2100 else 1900 end,
           jsonb_build_object('apparent_power_kva', 1900, 'current_l1_a', 1000, 'current_l2_a', 1000,
             'current_l3_a', case when n between 20 and 29 then 1600 else 1000 end)
         from generate_series(0, 59) n, lateral (select $2::timestamptz + n * interval '1 minute' as t) at`,
        [AGENT, at(0)],
      ),
    );
    expect(await tested('transformer_overload', { hold_s: 900, keep_s: 0 })).toMatchObject({
      frames: 60,
      would_have_fired: 1,
      alerts: [{ target_type: 'transformer', target_id: 'ONE-T01', from: iso(25), to: iso(40), peak: 105 }],
    });
    expect(await tested('transformer_phase_imbalance', { hold_s: 120, keep_s: 0 })).toMatchObject({
      frames: 60,
      would_have_fired: 1,
      alerts: [{ target_id: 'ONE-T01', from: iso(22), to: iso(30), peak: expect.closeTo(33.333) }],
    });
  });
});

describe('a rule whose reading stands in the bodies of frames', () => {
  it('is judged by opening them', async () => {
    const stopped = (minute: number) => minute >= 10 && minute < 20;
    const frames = Array.from({ length: 40 }, (_, minute) => ({
      cooling: minute === 15 ? null : { pump_circulating: stopped(minute) ? 0 : 1 },
    }));
    await store('ONE-C01', frames);
    expect(await tested('pump_stopped', { hold_s: 120, keep_s: 300 })).toMatchObject({
      ...{ frames: 40, sample: false, resolution_s: 60, would_have_fired: 1 },
      alerts: [{ target_type: 'container', target_id: 'ONE-C01', from: iso(12), to: iso(25), peak: null }],
    });
  });

  it('is judged miner by miner where it is about miners', async () => {
    const hot = (minute: number) => [60, minute >= 5 && minute < 9 ? 91 + minute : 60, minute === 7 ? 99 : 60];
    await store(
      'ONE-C01',
      Array.from({ length: 20 }, (_, minute) => ({ chips: hot(minute) })),
    );
    expect(await tested('miner_chip_hot', { hold_s: 120, keep_s: 60 })).toMatchObject({
      would_have_fired: 1,
      alerts: [{ target_type: 'miner', target_id: 'ONE-C01-M002', from: iso(7), to: iso(10), peak: 99 }],
    });
    expect(await tested('miner_chip_hot', { raise: 98.5, clear: 98, hold_s: 0, keep_s: 60 })).toMatchObject({
      would_have_fired: 2,
    });
  });

  it('is judged by an even choice where there are many, and says so', async () => {
    await store(
      'ONE-C01',
      Array.from({ length: 100 }, () => ({ cooling: { pump_circulating: 0 } })),
    );
    const read = <T>(work: Parameters<typeof withContext<T>>[2]) =>
      withContext(api.database.api, { role: 'operator', projectIds: ['ONE-001', 'HEARST-000'], readOnly: true }, work);
    const asked = { projectId: 'ONE-001', ruleId: 'pump_stopped', fields: {}, at: new Date(NOW) };
    expect(await testRule(read as never, asked, 30)).toMatchObject({
      ...{ frames: 25, sample: true, resolutionS: 240, wouldHaveFired: 1 },
    });
  });
});

describe('a test', () => {
  it('of a rule that is switched off says what it would have done', async () => {
    await store('ONE-C01', [{ supply: 37 }, { supply: 41 }, { supply: 37 }]);
    const manager = await api.makeKey('project_manager', ['ONE-001']);
    const path = '/api/alert-rules/supply_hot?project_id=ONE-001';
    await api.ask(path, { key: manager, method: 'PUT', json: { enabled: false, hold_s: 0 } });
    expect(await tested('supply_hot')).toMatchObject({ would_have_fired: 1 });
    await api.ask(path, { key: manager, method: 'DELETE' });
    expect(await tested('supply_hot')).toMatchObject({ would_have_fired: 0 });
  });

  it('without frames finds nothing', async () => {
    expect(await tested('supply_hot')).toMatchObject({
      frames: 0,
      resolution_s: null,
      would_have_fired: 0,
      alerts: [],
    });
    expect(await tested('pump_stopped')).toMatchObject({ frames: 0, resolution_s: null, would_have_fired: 0 });
  });

  it('of what no frame tells is refused, with the reason', async () => {
    expect((await run('agent_silent')).body).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/by the clock/),
    });
    expect((await run('miner_pool_wrong')).body).toMatchObject({ status: 409, detail: expect.stringMatching(/empty/) });
    expect((await run('miner_pool_wrong', { options: { allowed: ['x'] } })).status).toBe(200);
    expect((await run('supply_hot', {}, 'HEARST-000')).body).toMatchObject({ errors: [{ pointer: '/project_id' }] });
    expect((await run('supply_hot', { raise: 36, clear: 37 })).body).toMatchObject({
      errors: [{ code: 'wrong_side' }],
    });
    expect((await run('supply_hot', {}, 'FAR-001')).status).toBe(404);
    expect((await run('no_such_rule')).status).toBe(404);
  });

  it('runs alone in its project', async () => {
    const client = await api.database.owner.connect();
    await client.query('begin; lock table alert_rules in access exclusive mode');
    const first = run('supply_hot');
    await expect
      .poll(async () => {
        const { rows } = await api.database.owner.query(
          "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        return rows.length;
      })
      .toBe(1);
    expect((await run('pump_stopped')).body).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/being tested/),
    });
    await client.query('rollback');
    client.release();
    expect((await first).status).toBe(200);
    expect((await run('pump_stopped')).status).toBe(200);
  });
});
