import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Failpoint } from '@hearst/protocol';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Conditions } from '../../hub/src/alerts/conditions.ts';
import { EVALUATION_STEPS } from '../harness/evaluation-steps.ts';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.ts';

const CHILD = fileURLToPath(new URL('../harness/evaluate-child.ts', import.meta.url));
const PROJECT = 'QATAR-001';
const START = Date.UTC(2026, 10, 26, 12);
const at = (seconds: number): number => START + seconds * 1000;

let place: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  place = await createTestDatabase();
  owner = new pg.Client({ connectionString: place.url });
  await owner.connect();
  await owner.query(`
    insert into projects (project_id, name) values ('${PROJECT}', 'Qatar');
    insert into containers (project_id, container_id, status, miners_expected, interval_s)
      values ('${PROJECT}', 'QATAR-C14', 'active', 308, 60);
    insert into notification_channels (project_id, kind, name, config)
      values ('${PROJECT}', 'webhook', 'hook', '{"url": "https://example.com/"}')`);
});
afterAll(async () => {
  await owner.end();
  await place.drop();
});

/** The newest reading, taken at that second: the pump has stood since 0, or runs. */
async function reading(seconds: number, stopped: boolean): Promise<void> {
  const own = stopped ? { pump_stopped: { since: at(0), value: null } } : {};
  const conditions: Conditions = { at: at(seconds), own, unknown: [] };
  await owner.query('update containers set conditions = $1, state_at = $2', [
    JSON.stringify(conditions),
    new Date(at(seconds)),
  ]);
}

/** Evaluates at that second; the process dies at the step named. */
function evaluate(seconds: number, diesAt?: Failpoint): void {
  const env = { ...process.env, ...(diesAt !== undefined && { HEARST_FAILPOINT: diesAt }) };
  const child = spawnSync(process.execPath, [CHILD, place.url, PROJECT, String(at(seconds))], {
    env,
    encoding: 'utf8',
  });
  expect([child.status, child.signal], child.stderr).toEqual(diesAt === undefined ? [0, null] : [null, 'SIGKILL']);
}

async function stands(): Promise<{ alerts: string[]; events: string[]; messages: string[] }> {
  const list = async (text: string) => (await owner.query<{ word: string }>(text)).rows.map(({ word }) => word);
  return {
    alerts: await list('select rule_id || $$ $$ || status as word from alerts order by id'),
    events: await list('select kind as word from alert_events order by alert_id, ordinal'),
    messages: await list(
      "select n ->> 'news' as word from deliveries, jsonb_array_elements(payload -> 'news') n order by created_at",
    ),
  };
}

it('killed at every step of an evaluation: each alert and each message once, and none lost', {
  timeout: 120_000,
}, async () => {
  await reading(60, true);
  const opened = { alerts: ['pump_stopped active'], events: ['opened'], messages: [] as string[] };
  for (const step of EVALUATION_STEPS) {
    evaluate(61, step);
    const nothing = { alerts: [], events: [], messages: [] };
    expect(await stands(), step).toEqual(step === 'hub.alerts.committed' ? opened : nothing);
  }
  evaluate(62);
  expect(await stands()).toEqual(opened);

  // Ten seconds later the message is due.
  for (const step of ['hub.alerts.written', 'hub.alerts.noticed'] as const) {
    evaluate(72, step);
    expect(await stands(), step).toEqual(opened);
  }
  evaluate(72, 'hub.alerts.committed');
  const told = { ...opened, messages: ['opened'] };
  expect(await stands()).toEqual(told);
  evaluate(73);
  expect(await stands()).toEqual(told);

  // It is over, and has been for as long as the rule asks.
  await reading(120, false);
  evaluate(121);
  await reading(480, false);
  for (const step of ['hub.alerts.written', 'hub.alerts.noticed'] as const) {
    evaluate(481, step);
    expect((await stands()).alerts, step).toEqual(['pump_stopped active']);
  }
  evaluate(481, 'hub.alerts.committed');
  evaluate(482);
  expect(await stands()).toEqual({
    alerts: ['pump_stopped resolved'],
    events: ['opened', 'recovering', 'resolved'],
    messages: ['opened', 'resolved'],
  });
});
