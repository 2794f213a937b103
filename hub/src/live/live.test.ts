import { encodeMessage } from '@hearst/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import type { Principal } from '../auth/principal.ts';
import { notifyLive } from '../db/queries/notify.ts';
import { createLog } from '../log.ts';
import { Live } from './live.ts';
import { TOPICS } from './message.ts';

const PROJECT = 'LIVE-001';
const NOW = Math.floor(Date.now() / 1000) * 1000;

let place: TestDatabase;
let rig: IngestRig;
/** Two hubs on one database; the first one's ingest is the rig's. */
let hubs: Live[];

beforeAll(async () => {
  place = await createTestDatabase();
  rig = await IngestRig.start({ url: place.url });
  hubs = [1, 2].map(() => new Live({ pool: rig.database.api, log: createLog('silent'), now: Date.now }));
  for (const hub of hubs) await hub.start();
});
afterAll(async () => {
  for (const hub of hubs ?? []) await hub.stop();
  await rig?.stop();
  await place?.drop();
});

/** What somebody who sees every project hears at a hub, as it goes on. */
function listen({ feed }: Live): string[] {
  const heard: string[] = [];
  const principal: Principal = {
    kind: 'api_key',
    id: 'key:x',
    name: 'x',
    role: 'super_admin',
    projectIds: null,
    verbs: ['read'],
  };
  const body = feed.open({
    principal,
    topics: TOPICS,
    projects: null,
    lastEventId: null,
    stillHolds: async () => true,
    cut: () => {},
  });
  void (async () => {
    for await (const chunk of body!) {
      const data = /^data: (.*)$/m.exec(Buffer.from(chunk).toString())?.[1];
      const { type, action, container_id } = JSON.parse(data ?? '{}') as Record<string, string>;
      if (type && type !== 'ready') heard.push(`${type} ${action ?? container_id}`);
    }
  })();
  return heard;
}

it('what one hub stores, and which agents come and go, is heard at every hub', async () => {
  const heard = hubs.map(listen);
  const agent = await rig.agent(PROJECT);
  let batches = 0;
  /** Says so, and waits until the hub has written it down. */
  const say = async (state: 'online' | 'offline') => {
    const outbox = { batches: ++batches, bytes: 0, oldest_at: null };
    await agent.publish('status', encodeMessage('status', { state, outbox }), true);
    await until(
      async () => (await rig.rows(PROJECT, 'select 1 from agents where depth_batches = $1', [batches])).length > 0,
      { withinMs: 5_000, everyMs: 5 },
    );
  };
  await agent.join();
  await agent.send(
    agent.batch({ frames: [containerFrame(PROJECT, 'LIVE-C01', NOW), containerFrame(PROJECT, 'LIVE-C02', NOW)] }),
  );
  await agent.acked(1);
  for (const notice of rig.notices) hubs[0]!.stored(notice);
  for (const state of ['online', 'offline', 'offline', 'online'] as const) await say(state);
  const expected = [
    'agents agent.hello',
    // Online it was since its hello.
    'agents agent.offline',
    'agents agent.online',
    'snapshot LIVE-C01',
    'snapshot LIVE-C02',
  ];
  for (const each of heard)
    await until(() => JSON.stringify([...each].sort()) === JSON.stringify([...expected].sort()), {
      withinMs: 5_000,
      everyMs: 10,
      what: () => JSON.stringify(each),
    });
});

it('what is no notice of ours is left out', async () => {
  const heard = listen(hubs[0]!);
  await notifyLive(rig.database.api, ['nonsense', '{"kind":"stored"}', '{"kind":"other","project_id":"LIVE-001"}']);
  const at = Date.now();
  await notifyLive(rig.database.api, [
    JSON.stringify({
      kind: 'changed',
      project_id: PROJECT,
      action: 'alert.resolve',
      target_type: 'alert',
      target_id: '1',
      at,
    }),
  ]);
  await until(() => heard.length > 0, { withinMs: 5_000, everyMs: 5 });
  expect(heard).toEqual(['alerts alert.resolve']);
});
