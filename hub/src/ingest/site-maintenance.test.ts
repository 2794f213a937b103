import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame } from '../../../test/harness/raw-agent.ts';

let database: TestDatabase;
let rig: IngestRig;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url });
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

const HOUR = 3_600_000;
const AT = Date.now() - 60_000;
const UNTIL = new Date(AT + 2 * HOUR).toISOString();

/** An agent of a project of its own, which reads one container of two on a transformer. */
async function site() {
  const project = `WORK-${String(++count).padStart(3, '0')}`;
  const agent = await rig.agent(project);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(project, 'WORK-C01', AT, 2)] }));
  await agent.acked(agent.seq);
  const event = (code: string, subject: string | null, data: Record<string, string | null>, at = AT): Buffer =>
    agent.batch(
      { project, events: [{ at, code, severity: 'info' as const, subject, message: 'work', data }] },
      {},
      'events',
    );
  const tell = async (...of: Parameters<typeof event>): Promise<void> => {
    await agent.send(event(...of));
    await agent.acked(agent.seq);
  };
  const run = (text: string) => rig.rows<Record<string, unknown>>(project, text);
  const windows = () =>
    run(`select window_id, target_type, target_id, reason, created_by, ended_by, starts_at, ends_at
      from maintenance_windows order by created_at`);
  const refused = async () =>
    (await run(`select message from agent_events where code = 'maintenance.refused' order by seq`)).map(
      (row) => row.message,
    );
  return { project, agent, event, tell, windows, refused, run };
}

it('on opens a window, twice is harmless, off ends it; both stand in the activity log', async () => {
  const { agent, event, tell, windows, run, refused } = await site();
  const ref = randomUUID();
  const on = event('maintenance.on', 'WORK-C01', { until: UNTIL, reason: 'filters\u0000', by: 'Ali', ref });
  await agent.send(on);
  await agent.acked(agent.seq);
  await agent.send(on);
  await tell('maintenance.on', 'WORK-C01', { until: UNTIL, reason: 'again', by: null, ref });
  const window = { window_id: ref, target_type: 'container', target_id: 'WORK-C01', created_by: 'agent:raw' };
  expect(await windows()).toEqual([
    { ...window, reason: 'filters · Ali', ended_by: null, starts_at: new Date(AT), ends_at: new Date(UNTIL) },
  ]);
  await tell('maintenance.off', null, { ref }, AT + 10_000);
  await tell('maintenance.off', null, { ref }, AT + 20_000);
  expect(await windows()).toMatchObject([{ ...window, ended_by: 'agent:raw', ends_at: new Date(AT + 10_000) }]);
  expect(await run('select action, target_id, actor_kind, actor_name from activity_logs order by seq')).toEqual(
    ['create', 'end'].map((verb) => ({
      ...{ action: `maintenance_window.${verb}`, target_id: ref, actor_kind: 'agent', actor_name: 'raw' },
    })),
  );
  expect(await refused()).toEqual([]);
});

it('an end that comes first counts when the beginning comes', async () => {
  const { tell, windows } = await site();
  const ref = randomUUID();
  await tell('maintenance.off', null, { ref }, AT + 5000);
  await tell('maintenance.on', 'work-c01-m002', { until: UNTIL, ref });
  expect(await windows()).toMatchObject([
    { target_type: 'miner', target_id: 'WORK-C01-M002', ends_at: new Date(AT + 5000), ended_by: 'agent:raw' },
  ]);
});

it('a transformer is its own only where it reads all that stands on it', async () => {
  const { project, tell, windows, refused } = await site();
  await rig.rows(project, 'insert into transformers (project_id, transformer_id) values ($1, $2)', [
    project,
    'WORK-T01',
  ]);
  await rig.rows(project, `update containers set transformer_id = 'WORK-T01' where project_id = $1`, [project]);
  await tell('maintenance.on', 'WORK-T01', { until: UNTIL, ref: randomUUID() });
  await rig.rows(
    project,
    `insert into containers (project_id, container_id, transformer_id) values ($1, 'WORK-C02', 'WORK-T01')`,
    [project],
  );
  await tell('maintenance.on', 'WORK-T01', { until: UNTIL, ref: randomUUID() });
  expect(await windows()).toMatchObject([{ target_type: 'transformer' }]);
  expect(await refused()).toHaveLength(1);
});

it('what it does not read, a window of somebody else and nonsense change nothing and are told', async () => {
  const { project, tell, windows, refused } = await site();
  const ref = randomUUID();
  await rig.rows(
    project,
    `insert into maintenance_windows (project_id, window_id, target_type, target_id, starts_at, ends_at, created_by)
     values ($1, $2, 'container', 'WORK-C01', $3, $4, 'Ali')`,
    [project, ref, new Date(AT), new Date(UNTIL)],
  );
  await tell('maintenance.off', null, { ref });
  await tell('maintenance.on', 'QATAR-C01', { until: UNTIL, ref: randomUUID() });
  await tell('maintenance.on', 'WORK-C01', { until: 'for ever', ref: randomUUID() });
  await tell('maintenance.on', 'WORK-C01', { until: new Date(AT - 1).toISOString(), ref: randomUUID() });
  await tell('maintenance.on', 'WORK-C01', { until: '2999-01-01T00:00:00Z', ref: randomUUID() });
  await tell('maintenance.on', null, { until: UNTIL, ref: "'; drop table miners" });
  expect(await windows()).toMatchObject([
    { window_id: ref, created_by: 'Ali', ended_by: null, ends_at: new Date(UNTIL) },
  ]);
  expect(await refused()).toHaveLength(5);
});
