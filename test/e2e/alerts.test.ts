import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpReceiver, type Receiver } from '../../hub/src/notify/channels/testing.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';

const folder = temporaryFolder('alerts');
let world: World;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await httpReceiver();
  world = await World.create({
    ...{ folder: folder.path, containers: 2, miners: 20, pollSeconds: 1 },
    hubEnv: { HEARST_ALLOW_LOCAL_WEBHOOKS: '1' },
  });
  await world.start();
}, 120_000);
afterAll(async () => {
  await world.stop();
  await receiver.close();
  folder[Symbol.dispose]();
}, 60_000);

interface Answer<T> {
  status: number;
  body: T;
}

async function ask<T>(method: 'POST' | 'PUT', path: string, json: unknown): Promise<Answer<T>> {
  const response = await fetch(world.httpUrl + path, {
    method,
    headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  return { status: response.status, body: (await response.json()) as T };
}

interface Alert {
  id: number;
  status: string;
  message: string;
  first_seen_at: string;
  condition_holds: boolean;
  impact: { miners: number } | null;
}
const pumps = async (): Promise<Alert[]> =>
  (await world.api<{ data: Alert[] }>('/api/alerts?project_id=QATAR-001&rule=pump_stopped')).data;

it('a pump that stops at the site is an alert, a message and a red container; acknowledged, refused to be resolved, and over by itself', {
  timeout: 150_000,
}, async () => {
  const secret = { signing_secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` };
  const channel = {
    project_id: 'QATAR-001',
    kind: 'webhook',
    name: 'operations',
    config: { url: receiver.url },
    secret,
  };
  expect((await ask('POST', '/api/notification-channels', channel)).status).toBe(201);
  const rule = '/api/alert-rules/pump_stopped?project_id=QATAR-001';
  expect((await ask('PUT', rule, { hold_s: 2, keep_s: 2 })).status).toBe(200);
  await until(async () => (await world.api<{ total: number }>('/api/projects/QATAR-001/containers')).total === 2, {
    ...{ withinMs: 60_000, what: 'containers' },
  });

  await world.fault({ target: 'QATAR-C02', kind: 'pump-stop' });
  const alert = await until(async () => (await pumps())[0], { withinMs: 30_000, what: () => world.hub.tail() });
  expect(alert).toMatchObject({ status: 'active', condition_holds: true, impact: { miners: 20 } });
  expect(alert.message).toMatch(/^QATAR-C02: pump stopped, 20 miners, 9\.46 PH\/s, 0\.11 % of the project$/);
  const container = await world.api<{ status: string }>('/api/containers/QATAR-C02');
  expect(container.status).toBe('critical');

  // Grouped for ten seconds, and out within half a minute of the reading with which the hold time had run out.
  await until(() => receiver.accepted.length > 0, { withinMs: 40_000, what: () => world.hub.tail() });
  const holdOver = Date.parse(alert.first_seen_at) + 2_000;
  expect(Date.now() - holdOver).toBeLessThan(30_000);
  const [message] = receiver.accepted;
  expect(JSON.parse(message?.body ?? '')).toMatchObject({
    data: { events: [{ event: 'alert.opened', alert: { id: alert.id, target_id: 'QATAR-C02' } }] },
  });

  const path = `/api/alerts/${alert.id}`;
  expect(await ask('POST', `${path}/acknowledge`, { note: 'On my way' })).toMatchObject({
    ...{ status: 200, body: { status: 'acknowledged' } },
  });
  expect((await ask('POST', `${path}/resolve`, { note: 'Looks fine' })).status).toBe(409);

  await fetch(`${world.controlUrl}/faults`, { method: 'DELETE' });
  await until(async () => (await world.api<Alert>(path)).status === 'resolved', {
    ...{ withinMs: 60_000, what: () => world.hub.tail() },
  });
  const { data } = await world.api<{ data: { kind: string }[] }>(`${path}/timeline`);
  const kinds = data.map(({ kind }) => kind);
  expect(kinds.at(0)).toBe('opened');
  expect(kinds).toContain('acknowledged');
  expect(kinds.at(-1)).toBe('resolved');
  // One pump, one message: what it brought along stayed silent.
  expect(receiver.accepted).toHaveLength(1);
});
