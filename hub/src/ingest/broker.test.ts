import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { encodeMessage, LIMITS, topics } from '@hearst/protocol';
import { connectAsync, type IClientOptions } from 'mqtt';
import mqttPacket from 'mqtt-packet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, type RawAgent } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import { createLog } from '../log.ts';
import { EmbeddedBroker } from './broker.ts';

let database: TestDatabase;
let rig: IngestRig;
let agent: RawAgent;
const NOW = Math.floor(Date.now() / 1000) * 1000;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url, sockets: { waiting: 50, waitingMs: 2000, drainMs: 1500 } });
  agent = await rig.agent('GATE-001');
  await agent.join();
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

/** The agent still works: a new batch goes all the way. */
async function works(who: RawAgent = agent): Promise<void> {
  await who.send(who.batch({ frames: [containerFrame('GATE-001', 'GATE-C01', NOW + who.seq * 1000)] }));
  await who.acked(who.seq);
}

function login(over: IClientOptions = {}): Promise<unknown> {
  const { agent: id, secret } = agent.options;
  const options = { clientId: id, username: id, password: secret, reconnectPeriod: 0, protocolVersion: 4 as const };
  return connectAsync(rig.url, { ...options, ...over }).then((client) => client.endAsync(true));
}

async function rawSocket(): Promise<Socket> {
  const socket = connect(rig.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

function gone(socket: Socket): Promise<boolean> {
  socket.resume();
  return until(() => socket.closed, { withinMs: 8000, everyMs: 10, what: 'the socket to be closed' });
}

it('refuses wrong secrets, borrowed ids, persistent sessions, foreign wills and long keepalives', async () => {
  const other = await rig.agent('GATE-001');
  const will = { payload: Buffer.from('{"state":"offline"}'), qos: 1 as const, retain: true };
  const cases: IClientOptions[] = [
    { password: 'wrong' },
    { password: other.options.secret },
    { clientId: other.options.agent },
    { clientId: randomUUID(), username: randomUUID() },
    { clientId: `hub-${rig.hub}`, username: rig.hub, password: 'guess' },
    { clean: false },
    { will: { topic: topics.up(other.options.agent, 'status'), ...will } },
    { will: { topic: topics.up(agent.options.agent, 'live'), ...will } },
    { keepalive: 600 },
    { keepalive: 0 },
  ];
  for (const options of cases) await expect(login(options), JSON.stringify(options)).rejects.toThrow();
  await works();
});

it('a refused publish reaches nobody and does not cut the connection, so there is no storm', async () => {
  const other = await rig.agent('GATE-001');
  await other.join();
  const before = rig.broker.stats();
  const closed = agent.closed;
  const client = agent.client!;
  const offline = encodeMessage('status', { state: 'offline' });
  await client.publishAsync(topics.up(other.options.agent, 'status'), offline, { qos: 1, retain: true });
  await client.publishAsync(topics.down(other.options.agent, 'ack'), '{}', { qos: 0 });
  await client.publishAsync(
    topics.hubState(rig.hub),
    encodeMessage('state', { state: 'offline', hub: rig.hub, hub_epoch: null }),
    { qos: 1, retain: true },
  );
  await client.publishAsync('$SYS/x/new/clients', other.options.agent, { qos: 1 });
  await works();
  await works(other);
  expect(rig.broker.stats().refused).toBe(before.refused + 4);
  expect(agent.closed).toBe(closed);
  const late = await rig.agent('GATE-001');
  await late.connect();
  await until(() => late.hubs.length > 0, { withinMs: 5000 });
  expect(late.hubs).toMatchObject([{ state: 'online', hub: rig.hub }]);
});

it('grants an agent its own filters only', async () => {
  const client = agent.client!;
  const filters = [
    '#',
    '$SYS/#',
    '+/#',
    'hearst/v1/+/up/+',
    'hearst/v1/+/down/+',
    `$share/x/${topics.downFilter(agent.options.agent)}`,
  ];
  for (const filter of filters) await expect(client.subscribeAsync(filter), filter).rejects.toThrow();
  await works();
});

it('strips retain from data, so that nothing is delivered again to a hub that comes later', async () => {
  await agent.publish('live', agent.batch({ frames: [containerFrame('GATE-001', 'GATE-C02', NOW)] }), true);
  await agent.acked(agent.seq);
  // What may be retained comes again, and it comes last.
  await agent.publish('status', encodeMessage('status', { state: 'online', program: 'retained' }), true);
  const told = (): Promise<object[]> =>
    rig.rows('GATE-001', "select 1 from agents where agent_id = $1 and program = 'retained'", [agent.options.agent]);
  await until(async () => (await told()).length === 1, { withinMs: 5000, what: 'the status' });
  const before = rig.ingest.stats().duplicates;
  await rig.link.stop();
  await rig.database.owner.query("update agents set program = 'none'");
  rig.link.start();
  await until(async () => (await told()).length === 1, { withinMs: 5000, what: 'the status again' });
  await works();
  expect(rig.ingest.stats().duplicates).toBe(before);
});

it('cuts a packet that is too large before it is buffered, before and after the login', async () => {
  const block = Buffer.alloc(64 * 1024);
  const before = buffered();
  let most = 0;
  const flood = async (socket: Socket): Promise<void> => {
    for (let i = 0; i < 400 && !socket.destroyed; i++) {
      most = Math.max(most, buffered() - before);
      if (!socket.write(block))
        await Promise.race([new Promise((r) => socket.once('drain', r)), new Promise((r) => socket.once('close', r))]);
    }
  };
  const stranger = await rawSocket();
  stranger.write(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x10])); // CONNECT of 32 MB
  await flood(stranger);
  await gone(stranger);
  const known = await rawSocket();
  const { agent: id, secret } = (await rig.agent('GATE-001')).options;
  known.write(
    mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: id,
      keepalive: 30,
      username: id,
      password: Buffer.from(secret),
    }),
  );
  await new Promise((resolve) => known.once('data', resolve));
  known.write(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x20])); // PUBLISH of 64 MB
  await flood(known);
  await gone(known);
  expect(most).toBeLessThan(5);
  await works();
});

it('takes the largest message the protocol allows', async () => {
  const before = rig.ingest.stats().refused;
  await agent.send(Buffer.alloc(LIMITS.message, 32));
  await until(() => rig.ingest.stats().refused === before + 1, { withinMs: 5000, everyMs: 10 });
  await works();
});

it('500 silent sockets do not stop an agent, and are closed in time', async () => {
  const sockets = await Promise.all(Array.from({ length: 500 }, rawSocket));
  const newcomer = await rig.agent('GATE-001');
  await newcomer.join();
  await works(newcomer);
  await works();
  await until(() => sockets.every((socket) => socket.closed || socket.resume().closed), {
    withinMs: 15_000,
    what: 'all to be closed',
  });
  await works();
});

it('a subscriber that stops reading is cut at the drain timeout, and holds nobody up for longer', async () => {
  const frozen = await rig.agent('GATE-001');
  const socket = await rawSocket();
  const { agent: id, secret } = frozen.options;
  socket.write(
    mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: id,
      keepalive: 60,
      username: id,
      password: Buffer.from(secret),
    }),
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(
    mqttPacket.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: topics.downFilter(id), qos: 0 }] }),
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  // Far more than the sockets' buffers hold.
  const ack = {
    v: 1,
    hub_epoch: randomUUID(),
    outbox: randomUUID(),
    acked: [],
    retry: [],
    window: 1,
    slow_down_ms: 0,
    rotate_outbox: false,
    rehello: false,
    sent_at: 1,
    quarantined: Array.from({ length: 300 }, (_, seq) => ({ seq, reason: 'x'.repeat(190) })),
  };
  for (let i = 0; i < 400; i++) rig.link.send(id, 'ack', ack);
  await until(() => !rig.broker.agents().some((client) => client.id === id), {
    withinMs: 15_000,
    what: 'the frozen subscriber to be cut',
  });
  await works();
});

it('two programs with one id: the newer one stays, takeovers are counted', async () => {
  const before = rig.broker.stats().takeovers;
  const one = await rig.agent('GATE-001');
  await one.connect();
  const closed = one.closed;
  await one.connect();
  await until(() => one.closed === closed + 1, { withinMs: 5000 });
  expect(rig.broker.stats().takeovers).toBe(before + 1);
});

it('says what to do when the port is taken', async () => {
  const second = new EmbeddedBroker({
    host: '127.0.0.1',
    port: rig.port,
    access: null as never,
    log: createLog('silent'),
  });
  await expect(second.start()).rejects.toThrow(/another program uses it.*HEARST_MQTT_PORT/s);
});

/** MB in buffers now: what a packet being gathered would take, whatever else the heap does meanwhile. */
const buffered = (): number => process.memoryUsage().arrayBuffers / 1024 / 1024;
