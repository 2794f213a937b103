import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type AgentStatus, type Credential, decodeJsonMessage, topics } from '@hearst/protocol';
import { connectAsync } from 'mqtt';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { TestBroker } from '../../test/harness/broker.ts';
import { scratchFolder } from '../../test/harness/scratch-folder.ts';
import { ScriptedHub } from '../../test/harness/scripted-hub.ts';
import { until } from '../../test/harness/until.ts';
import { Endings } from '../../test/harness/uplink.ts';
import { Agent } from './agent.ts';
import { type Clock, systemClock } from './clock.ts';
import { saveCredential } from './credential.ts';
import { aSite } from './doctor/testing.ts';
import { loadProfiles } from './drivers/modbus/profile.ts';
import { credentialPath } from './link.ts';
import { MaintenanceBook } from './maintenance/book.ts';

const ends = new Endings();
afterEach(() => ends.run());

/** Forty times as quick: the doctor looks after an eighth of a second, the status is told every second and a half. */
const FASTER = 40;
const clock: Clock = {
  wall: () => systemClock.wall(),
  mono: () => systemClock.mono() * FASTER,
  sleep: (ms, signal) => systemClock.sleep(ms / FASTER, signal),
};

it('tells the hub what its doctor says, and what was put into maintenance while it did not run', async () => {
  const folder = scratchFolder('agent');
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const broker = new TestBroker();
  await broker.start();
  ends.push(() => broker.stop());
  const key = randomBytes(32);
  const credential: Credential = {
    agent: randomUUID(),
    project: 'QATAR-001',
    hub: 'http://127.0.0.1:9',
    mqtt: broker.url,
    secret: 's'.repeat(43),
    hmac_key: key.toString('base64url'),
  };
  saveCredential(credentialPath(folder), credential);
  const hub = new ScriptedHub(broker, credential.agent, key);
  hub.attach();
  const [entry] = new MaintenanceBook(folder).apply(
    { action: 'on', subject: 'QATAR-C01', for_ms: 3_600_000, reason: 'pump', by: 'amal' },
    Date.now(),
  );
  const statuses: AgentStatus[] = [];
  const listener = await connectAsync(broker.url, { clientId: 'listener', username: 'listener', password: 'x' });
  ends.push(() => listener.endAsync(true));
  listener.on('message', (_, payload) => void statuses.push(decodeJsonMessage('status', payload)));
  await listener.subscribeAsync(topics.up(credential.agent, 'status'));

  const site = { ...aSite(1), hubUrl: null, outbox: { folder: null, maxBytes: 64e6 } };
  const agent = new Agent({
    site: {
      ...site,
      containers: site.containers.map((one) => ({ ...one, addresses: ['127.66.7.1'], port: 9, cooling: null })),
    },
    profiles: loadProfiles('/nowhere'),
    configFile: '/nowhere/agent.yaml',
    warnings: [],
    dataFolder: folder,
    localPort: 0,
    network: null,
    environment: {},
    clock,
    log: pino({ level: 'silent' }),
    onStuck: () => undefined,
  });
  await agent.start();
  ends.push(() => agent.stop());

  const status = await until(
    () => statuses.findLast(({ doctor }) => doctor?.checks.some(({ code }) => code === 'E3407')),
    {
      withinMs: 20_000,
      what: () => `the hub's reach to be told: ${JSON.stringify(statuses.at(-1))}`,
    },
  );
  expect(status.doctor?.checks.find(({ check }) => check === 'hub.reach')).toMatchObject({
    outcome: 'error',
    next: 'curl -v http://127.0.0.1:9/healthz',
  });
  const events = () =>
    [...hub.stored.values()].flatMap(({ envelope, body }) => {
      if (envelope.kind !== 'events') return [];
      const opened = body();
      return opened.kind === 'events' ? opened.events.events : [];
    });
  const told = await until(() => events().find(({ code }) => code === 'maintenance.on'), { withinMs: 10_000 });
  expect(told).toMatchObject({ subject: 'QATAR-C01', data: { ref: entry?.ref, by: 'amal', reason: 'pump' } });
}, 60_000);
