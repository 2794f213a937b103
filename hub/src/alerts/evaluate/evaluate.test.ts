import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/harness/postgres.ts';
import { verifyActivity } from '../../activity/verify.ts';
import { Database, withContext } from '../../db/client.ts';
import { listAlertEvents } from '../../db/queries/alert-events.ts';
import { createLog } from '../../log.ts';
import type { Conditions } from '../conditions.ts';
import { type Evaluating, evaluateProject } from './evaluate.ts';
import { TEST_RULES } from './testing.ts';

const PROJECT = 'AAA-001';
const START = Date.UTC(2026, 10, 26, 12);
const at = (seconds: number): Date => new Date(START + seconds * 1000);

let place: TestDatabase;
let database: Database;
let evaluating: Evaluating;

beforeAll(async () => {
  place = await createTestDatabase();
  database = await Database.open({ url: place.url, log: createLog('silent') });
  evaluating = {
    pool: database.ingest,
    rules: { of: async () => TEST_RULES },
    refreshStanding: async () => {},
    notify: async () => null,
  };
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

beforeEach(async () => {
  await database.owner.query(`
    truncate alerts, alert_events, silences, containers, transformers, projects, activity_logs cascade;
    insert into projects (project_id, name) values ('${PROJECT}', 'A'), ('BBB-001', 'B');
    insert into transformers (project_id, transformer_id, status) values ('${PROJECT}', 'T01', 'active'), ('BBB-001', 'T01', 'active');
    insert into containers (project_id, container_id, transformer_id, status, miners_expected, interval_s, state_at,
        hashrate_expected_th, miners_answering)
      select p, c, 'T01', 'active', 10, 60, '${at(0).toISOString()}', 4000, 10
      from unnest(array['${PROJECT}', 'BBB-001']) p, unnest(array['C01', 'C02']) c`);
});

/** What a container's newest reading says, taken at that second. */
async function reads(containerId: string, seconds: number, conditions: Partial<Conditions>): Promise<void> {
  const whole: Conditions = { at: +at(seconds), own: {}, unknown: [], ...conditions };
  await database.owner.query(
    'update containers set conditions = $3, state_at = $4 where project_id = $1 and container_id = $2',
    [PROJECT, containerId, JSON.stringify(whole), at(seconds)],
  );
}
const since = (seconds: number) => ({ since: +at(seconds), value: null });

const evaluate = (seconds: number) => evaluateProject(evaluating, PROJECT, at(seconds));

interface Row {
  id: number;
  rule_id: string;
  target_id: string;
  status: string;
  message: string;
  parent_id: number | null;
  silenced_until: Date | null;
  condition_holds: boolean;
  resolved_by: string | null;
}
const alerts = async (): Promise<Row[]> => (await database.owner.query<Row>('select * from alerts order by id')).rows;
const kinds = (id: number) =>
  withContext(database.owner, { projectIds: [PROJECT] }, async (client) =>
    (await listAlertEvents(client, PROJECT, id)).map(({ kind }) => kind),
  );
const statusOf = async (table: string, id: string) => {
  const { rows } = await database.owner.query(
    `select status from ${table}s where project_id = $1 and ${table}_id = $2`,
    [PROJECT, id],
  );
  return rows[0]?.status;
};

it('opens, explains, recovers and resolves, and everything is written down', async () => {
  await reads('C01', 0, { own: { pump_stopped: since(0), flow_low: since(0) } });
  expect(await evaluate(1)).toMatchObject({ opened: [], nextAt: +at(30) });
  await reads('C01', 60, { own: { pump_stopped: since(0), flow_low: since(0) } });
  expect((await evaluate(61))?.opened).toHaveLength(2);
  const [pump, flow] = await alerts();
  expect(pump).toMatchObject({ rule_id: 'pump_stopped', status: 'active', condition_holds: true, parent_id: null });
  expect(flow).toMatchObject({ rule_id: 'flow_low', parent_id: pump?.id });
  expect(await statusOf('container', 'C01')).toBe('critical');
  expect(await statusOf('container', 'C02')).toBe('active');

  await reads('C01', 120, {});
  expect(await evaluate(121)).toMatchObject({ changed: [pump?.id, flow?.id], resolved: [], nextAt: +at(421) });
  await reads('C01', 420, {});
  expect((await evaluate(421))?.resolved).toEqual([pump?.id, flow?.id]);
  expect((await alerts()).map(({ status, resolved_by }) => [status, resolved_by])).toEqual([
    ['resolved', 'system'],
    ['resolved', 'system'],
  ]);
  expect(await kinds(pump?.id ?? 0)).toEqual(['opened', 'recovering', 'resolved']);
  expect(await statusOf('container', 'C01')).toBe('active');
  const { rows } = await database.owner.query('select action, after from activity_logs order by seq');
  expect(rows).toEqual([
    { action: 'alert.evaluate', after: { opened: [pump?.id, flow?.id], resolved: [] } },
    { action: 'alert.evaluate', after: { opened: [], resolved: [pump?.id, flow?.id] } },
  ]);
  await withContext(database.owner, { projectIds: [PROJECT] }, (client) => verifyActivity(client, PROJECT));
});

it('never has one key open twice, however many evaluate at once', async () => {
  await reads('C01', 60, { own: { pump_stopped: since(0) } });
  const all = await Promise.all(Array.from({ length: 6 }, () => evaluate(61)));
  expect(all.flatMap((evaluated) => evaluated?.opened ?? [])).toHaveLength(1);
  expect(await evaluate(62)).toMatchObject({ opened: [], changed: [], resolved: [] });
  expect(await alerts()).toHaveLength(1);
});

it('writes nothing when what comes after it fails', async () => {
  await reads('C01', 60, { own: { pump_stopped: since(0) } });
  const broken = { ...evaluating, notify: () => Promise.reject(new Error('no')) };
  await expect(evaluateProject(broken, PROJECT, at(61))).rejects.toThrow('no');
  expect(await alerts()).toEqual([]);
  expect(await statusOf('container', 'C01')).toBe('active');
});

it('leaves alone what somebody resolved meanwhile', async () => {
  await reads('C01', 60, { own: { flow_low: since(0) } });
  await evaluate(61);
  const [alert] = await alerts();
  await reads('C01', 120, {});
  const meanwhile = {
    ...evaluating,
    refreshStanding: async () => {
      await database.owner.query("update alerts set status = 'acknowledged', acknowledged_by = 'Omar'");
    },
  };
  await evaluateProject(meanwhile, PROJECT, at(121));
  expect((await alerts())[0]).toMatchObject({ id: alert?.id, status: 'acknowledged', condition_holds: false });
  await evaluate(500);
  await reads('C01', 510, {});
  expect((await evaluate(511))?.resolved ?? []).toEqual([alert?.id]);
});

it('gives back what somebody took until a time that has passed', async () => {
  await reads('C01', 60, { own: { flow_low: since(0) } });
  await evaluate(61);
  const [alert] = await alerts();
  await database.owner.query("update alerts set status = 'acknowledged', acknowledged_until = $1", [at(100)]);
  await evaluate(99);
  expect((await alerts())[0]?.status).toBe('acknowledged');
  await evaluate(100);
  expect((await alerts())[0]?.status).toBe('active');
  expect(await kinds(alert?.id ?? 0)).toEqual(['opened', 'acknowledgement_over']);
});

describe('a silence', () => {
  const silence = (target: string, id: string, from: number, to: number) =>
    database.owner.query(
      `insert into silences (project_id, target_type, target_id, starts_at, ends_at, created_by)
       values ($1, $2, $3, $4, $5, 'Omar') returning silence_id`,
      [PROJECT, target, id, at(from), at(to)],
    );

  it('covers what stands below its target, from when it begins, and ends when somebody ends it', async () => {
    await reads('C01', 60, { own: { flow_low: since(0) } });
    await evaluate(61);
    await silence('transformer', 'T01', 100, 1000);
    await evaluate(99);
    expect((await alerts())[0]?.silenced_until).toBeNull();
    await evaluate(100);
    expect((await alerts())[0]?.silenced_until).toEqual(at(1000));
    await reads('C02', 150, { own: { flow_low: since(150) } });
    await evaluate(151);
    const [first, second] = await alerts();
    expect(second).toMatchObject({ target_id: 'C02', silenced_until: at(1000) });
    await database.owner.query('update silences set ends_at = $1', [at(160)]);
    await evaluate(170);
    expect((await alerts()).map((alert) => alert.silenced_until)).toEqual([null, null]);
    expect(await kinds(first?.id ?? 0)).toEqual(['opened', 'silenced', 'silence_over']);
  });
});
