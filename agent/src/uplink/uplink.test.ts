import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ack, Credential } from '@hearst/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { TestBroker, type TestBrokerOptions } from '../../../test/harness/broker.ts';
import {
  bodyOf,
  containerFrame,
  eventBatch,
  framesBatch,
  MINUTE,
  NOON,
  Recorder,
  waitingOf,
} from '../../../test/harness/outbox.ts';
import { keyOf, ScriptedHub } from '../../../test/harness/scripted-hub.ts';
import { until } from '../../../test/harness/until.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Uplink, type UplinkOptions } from './uplink.ts';

const QUICK = {
  reconnectMinMs: 20,
  reconnectMaxMs: 200,
  connectTimeoutMs: 2000,
  publishDeadlineMs: 2000,
  welcomeTimeoutMs: 150,
  resendAfterMs: 150,
  resendMaxMs: 2000,
  statusEveryMs: 60_000,
};

interface Site {
  broker: TestBroker;
  hub: ScriptedHub;
  outbox: Outbox;
  uplink: Uplink;
  credential: Credential;
  log: Recorder;
  boot: string;
  folder: string;
}

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface SiteOptions {
  broker?: TestBrokerOptions;
  clock?: Clock;
  uplink?: Partial<UplinkOptions>;
  hubAttached?: boolean;
}

async function siteOf(options: SiteOptions = {}): Promise<Site> {
  const broker = new TestBroker(options.broker);
  await broker.start();
  ends.push(() => broker.stop());
  const key = randomBytes(32);
  const credential: Credential = {
    agent: randomUUID(),
    project: 'QATAR-001',
    hub: 'http://127.0.0.1:1',
    mqtt: broker.url,
    secret: 's'.repeat(43),
    hmac_key: key.toString('base64url'),
  };
  const hub = new ScriptedHub(broker, credential.agent, key);
  if (options.hubAttached !== false) hub.attach();
  const folder = mkdtempSync(join(tmpdir(), 'uplink-'));
  const log = new Recorder();
  const boot = randomUUID();
  const clock = options.clock ?? systemClock;
  const outbox = Outbox.open({
    folder,
    maxBytes: 64e6,
    ballastBytes: 0,
    clock,
    boot,
    project: 'QATAR-001',
    log: log.log,
  });
  const uplink = new Uplink({
    credential,
    outbox,
    clock,
    boot,
    program: 'hearst-agent test',
    log: log.log,
    timings: { ...QUICK, ...options.uplink?.timings },
    ...(options.uplink?.onStuck ? { onStuck: options.uplink.onStuck } : {}),
  });
  ends.push(async () => {
    await uplink.stop();
    outbox.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { broker, hub, outbox, uplink, credential, log, boot, folder };
}

function backlog(outbox: Outbox, count: number): void {
  outbox.append(
    Array.from({ length: count }, (_, i) => framesBatch([containerFrame(1 + (i % 50), NOON + i * MINUTE)])),
  );
}

const drained = (site: Site, withinMs = 15_000) =>
  until(() => site.outbox.depth().batches === 0, {
    withinMs,
    everyMs: 10,
    what: () =>
      `the outbox to drain: ${JSON.stringify(site.uplink.state())} depth ${site.outbox.depth().batches}; ${site.log.lines.slice(-5).map((l) => l.text)}`,
  });

/** Every accepted batch is stored once, as it was accepted. */
function expectComplete(site: Site, batches: number): void {
  expect(site.hub.faults).toEqual([]);
  expect([...site.hub.stored.values()].filter((one) => one.envelope.kind === 'frames')).toHaveLength(batches);
}

describe('first things first', () => {
  test('status, then hello, then data within the window, each freed by its ack (R3)', async () => {
    const site = await siteOf();
    backlog(site.outbox, 100);
    site.uplink.start();
    await drained(site);
    expectComplete(site, 100);
    expect(site.hub.statuses[0]?.state).toBe('online');
    expect(site.hub.hellos).toHaveLength(1);
    expect(site.hub.hellos[0]).toMatchObject({
      outbox: site.outbox.id,
      low_watermark: 1,
      next_seq: 101,
      depth: { batches: 100 },
      boot: site.boot,
      lease: 0,
      clock: 'unsynced',
    });
    expect(site.hub.mostUnanswered).toBeLessThanOrEqual(16);
    expect(site.uplink.state()).toMatchObject({
      phase: 'sending',
      unacked: 0,
      freed: 100,
      resent: 0,
      refused: null,
      clock: 'synced',
    });
    expect(site.outbox.lease).toBe(1);
    await site.uplink.stop();
    expect(site.hub.statuses.at(-1)?.state).toBe('offline');
  });

  test('no data before the welcome, and hello again when it does not come', async () => {
    const site = await siteOf();
    site.hub.welcomes = () => site.hub.hellos.length >= 3;
    backlog(site.outbox, 5);
    site.uplink.start();
    await until(() => site.hub.hellos.length === 2, { withinMs: 5000, everyMs: 5 });
    expect(site.hub.messages).toBe(0);
    await drained(site);
  });

  test('nothing but status while no hub is online (24); data as soon as one is', async () => {
    const site = await siteOf({ hubAttached: false });
    backlog(site.outbox, 5);
    site.hub.attach(false);
    site.uplink.start();
    await until(() => site.hub.statuses.length > 0, { withinMs: 5000 });
    await systemClock.sleep(200);
    expect(site.hub.hellos).toHaveLength(0);
    expect(site.uplink.state().phase).toBe('waiting');
    site.hub.setState('online');
    await drained(site);
    const other = new ScriptedHub(site.broker, site.credential.agent, site.hub.hmacKey);
    other.setState('online');
    site.hub.setState('offline');
    await systemClock.sleep(50);
    backlog(site.outbox, 3); // one of two hubs is still there
    await drained(site);
    other.setState('offline');
    await until(() => site.uplink.state().phase === 'waiting', { withinMs: 3000 });
  });

  test('window 0 holds everything; it goes on when the window opens, even if the ack that says so is lost', async () => {
    const site = await siteOf();
    site.hub.window = 0;
    backlog(site.outbox, 5);
    site.uplink.start();
    await until(() => site.hub.hellos.length === 1, { withinMs: 5000 });
    await systemClock.sleep(150);
    expect(site.hub.messages).toBe(0);
    site.hub.window = 4; // nobody tells the agent: it asks again
    await drained(site);
    expect(site.hub.mostUnanswered).toBeLessThanOrEqual(4);
  });
});

describe('acks', () => {
  test('lost acks: sent again with back-off, freed, one copy (22, R8)', async () => {
    const site = await siteOf();
    let dropped = 0;
    site.hub.alterAck = (ack) => {
      const drop = dropped < 20 && Math.random() < 0.5;
      if (drop) dropped++;
      return drop ? [] : [ack];
    };
    backlog(site.outbox, 60);
    site.uplink.start();
    await drained(site);
    expectComplete(site, 60);
    expect(site.hub.duplicates).toBe(site.uplink.state().resent);
  });

  test('PUBACK alone frees nothing (R3)', async () => {
    const site = await siteOf({ uplink: { timings: { resendAfterMs: 60_000 } } as Partial<UplinkOptions> });
    site.hub.answers = () => false;
    backlog(site.outbox, 4);
    site.uplink.start();
    await until(() => site.hub.messages >= 1, { withinMs: 5000 });
    await systemClock.sleep(100);
    expect(site.outbox.depth().batches).toBe(4);
    expect(site.hub.duplicates).toBe(0);
  });

  test('acks twice, out of order, of others and of nothing free what they name and no more (20, 21)', async () => {
    const site = await siteOf();
    const late: Ack[] = [];
    site.hub.alterAck = (ack) => {
      late.push(ack);
      const old = late[Math.floor(Math.random() * late.length)] as Ack;
      return [{ ...ack, outbox: randomUUID(), acked: [[1, 1000]] }, old, ack, ack, { ...ack, acked: [] }];
    };
    backlog(site.outbox, 80);
    site.uplink.start();
    await drained(site);
    expectComplete(site, 80);
    expect(site.uplink.state().freed).toBe(80);
  });

  test('handed back: sent again after the delay; quarantined: freed and told', async () => {
    const site = await siteOf();
    const handed = new Set<number>();
    let secondAt = 0;
    site.hub.answers = (batches) => {
      const seq = (n: number) => batches.some((one) => one.envelope.seq === n);
      const { outbox } = batches[0]!.envelope;
      if (seq(2) && handed.has(2)) secondAt = performance.now();
      if (seq(2) && !handed.has(2)) {
        handed.add(2);
        firstAt = performance.now();
        const rest = batches.map((one) => one.envelope.seq).filter((n) => n !== 2);
        site.hub.ack({
          outbox,
          acked: rest.map((n): [number, number] => [n, n]),
          retry: [{ seq: 2, reason: 'storage busy', after_ms: 300 }],
        });
        return false;
      }
      return true;
    };
    let firstAt = 0;
    backlog(site.outbox, 3);
    site.uplink.start();
    await drained(site);
    expect(secondAt - firstAt).toBeGreaterThan(250);
    site.hub.answers = (batches) => {
      if (batches[0]!.envelope.kind !== 'frames') return true;
      site.hub.ack({
        outbox: site.outbox.id,
        quarantined: batches.map((one) => ({ seq: one.envelope.seq, reason: 'no such container' })),
      });
      return false;
    };
    site.outbox.append([framesBatch([containerFrame(1, NOON)])]);
    await drained(site);
    const told = [...site.hub.stored.values()].filter((one) => one.envelope.kind === 'events');
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told[0]!.body())).toContain('batch.quarantined');
  });
});

describe('lanes', () => {
  test('events first, then what was just read, then the backlog, oldest first', async () => {
    const site = await siteOf();
    site.hub.window = 1;
    backlog(site.outbox, 20);
    site.uplink.start();
    await until(() => site.hub.hellos.length > 0, { withinMs: 5000 });
    site.hub.ackDelayMs = 20;
    site.outbox.append([framesBatch([containerFrame(1, Date.now())]), framesBatch([containerFrame(2, Date.now())])]);
    site.outbox.append([framesBatch([containerFrame(3, Date.now())])]);
    site.outbox.append([eventBatch(Date.now())]);
    await drained(site);
    const order = site.hub.received.map((one) => `${one.lane} ${one.envelope.seq}`);
    const from = order.findIndex((one) => one.startsWith('event'));
    expect(order.slice(from, from + 4)).toEqual(
      ['event 24', 'live 23', 'live 21', 'live 22'].filter((one) => order.indexOf(one) >= from),
    );
    const backlogSeqs = site.hub.seqs('backlog');
    expect(backlogSeqs).toEqual([...backlogSeqs].sort((a, b) => a - b));
    expectComplete(site, 23);
  });

  test('live within seconds in front of a big backlog at a limited rate; up to 8 batches to a message (16)', async () => {
    const site = await siteOf();
    site.hub.backlogRate = 200;
    backlog(site.outbox, 1000);
    site.uplink.start();
    await until(() => site.hub.stored.size > 50, { withinMs: 5000, everyMs: 5 });
    const before = performance.now();
    const [seq] = site.outbox.append([framesBatch([containerFrame(9, Date.now())])]);
    await until(() => site.hub.stored.has(keyOf({ outbox: site.outbox.id, seq: seq as number })), {
      withinMs: 3000,
      everyMs: 2,
    });
    const took = performance.now() - before;
    expect(site.outbox.depth().batches).toBeGreaterThan(500);
    expect(took).toBeLessThan(1500);
    const rate = site.hub.seqs('backlog').length;
    expect(rate).toBeLessThan(700);
    expect(Math.max(...site.hub.received.map((one) => one.inMessage))).toBe(8);
    expect(site.hub.received.filter((one) => one.lane === 'live').every((one) => one.inMessage === 1)).toBe(true);
  });

  test('a live batch that could not go in time becomes backlog', async () => {
    const site = await siteOf({
      hubAttached: false,
      uplink: { timings: { liveWithinMs: 100 } } as Partial<UplinkOptions>,
    });
    site.uplink.start();
    site.outbox.append([framesBatch([containerFrame(1, Date.now())])]);
    await systemClock.sleep(250);
    site.hub.attach();
    await drained(site);
    expect(site.hub.received.map((one) => one.lane)).toEqual(['backlog']);
  });
});

describe('trouble on the way', () => {
  test('the connection cut again and again: everything arrives, once (19, 23)', async () => {
    const site = await siteOf();
    site.hub.ackDelayMs = 5;
    backlog(site.outbox, 400);
    site.uplink.start();
    for (let i = 0; i < 6; i++) {
      await systemClock.sleep(60);
      site.broker.cut();
    }
    await drained(site);
    expectComplete(site, 400);
  });

  test('a broker that comes back empty is told everything anew (23)', async () => {
    const site = await siteOf();
    site.uplink.start();
    backlog(site.outbox, 10);
    await drained(site);
    await site.broker.stop();
    backlog(site.outbox, 10);
    await site.broker.start();
    site.hub.attach();
    await drained(site);
    expectComplete(site, 20);
    expect(site.hub.statuses.filter((status) => status.state === 'online').length).toBeGreaterThan(1);
  });

  test('a refused login is told with what to do, and tried again for ever (26)', async () => {
    let refuse: true | 4 | 5 = 5;
    const site = await siteOf({ broker: { login: () => refuse } });
    backlog(site.outbox, 3);
    site.uplink.start();
    await until(() => site.uplink.state().refused, { withinMs: 5000 });
    expect(site.uplink.state().refused).toMatch(/Enrol this agent again/);
    refuse = 4;
    await until(() => site.broker.connections > 4, { withinMs: 5000 });
    expect(site.log.lines.filter((line) => line.text.includes('turned away')).length).toBeLessThanOrEqual(2);
    refuse = true;
    await drained(site);
    expect(site.uplink.state().refused).toBeNull();
  });

  test('turned away by the hub: nothing is sent, the reason is told, it goes on when the hub relents', async () => {
    const site = await siteOf();
    site.hub.refused = 'this agent was revoked: enrol it again';
    backlog(site.outbox, 3);
    site.uplink.start();
    await until(() => site.uplink.state().refused?.includes('revoked'), { withinMs: 5000 });
    expect(site.hub.messages).toBe(0);
    site.hub.refused = null;
    await drained(site);
    expect(site.uplink.state().refused).toBeNull();
  });

  test('one lane denied by the broker: the others flow, no storm of connections, it is told (25)', async () => {
    let deny = true;
    const site = await siteOf({ broker: { mayPublish: (topic) => !(deny && topic.endsWith('/backlog')) } });
    backlog(site.outbox, 10);
    site.uplink.start();
    await until(() => site.uplink.state().heldLanes.includes('backlog'), { withinMs: 8000 });
    const connections = site.broker.connections;
    site.outbox.append([framesBatch([containerFrame(5, Date.now())]), eventBatch(Date.now())]);
    await until(
      () =>
        site.hub.received.some((one) => one.lane === 'live') && site.hub.received.some((one) => one.lane === 'event'),
      { withinMs: 4000 },
    );
    await systemClock.sleep(300);
    expect(site.broker.connections - connections).toBeLessThanOrEqual(2);
    expect(JSON.stringify(site.hub.received.map((one) => one.lane === 'event' && one.body()))).toContain(
      'uplink.lane_refused',
    );
    deny = false;
  });

  test('a hub that stops answering: a new connection, and word to the supervisor', async () => {
    let stuck = 0;
    const timings = { silentMs: 300, stuckMs: 1500, resendAfterMs: 100 };
    const site = await siteOf({ uplink: { timings, onStuck: () => stuck++ } as Partial<UplinkOptions> });
    site.hub.answers = () => false;
    backlog(site.outbox, 3);
    site.uplink.start();
    await until(() => site.broker.connections >= 2, { withinMs: 8000 });
    await until(() => stuck === 1, { withinMs: 15_000 });
    site.hub.answers = () => true;
    await drained(site);
  });
});

describe('identity and time', () => {
  test('the hub asks for another outbox id: new batches have it, the old ones keep theirs (37)', async () => {
    const site = await siteOf();
    const old = site.outbox.id;
    site.hub.rotate = true;
    backlog(site.outbox, 5);
    site.uplink.start();
    await drained(site);
    expect(site.outbox.id).not.toBe(old);
    backlog(site.outbox, 5);
    await drained(site);
    expectComplete(site, 10);
    expect(new Set([...site.hub.stored.values()].map((one) => one.envelope.outbox))).toEqual(
      new Set([old, site.outbox.id]),
    );
    expect(site.hub.hellos.at(-1)!.outbox).toBe(site.outbox.id);
  });

  test('rehello: a new welcome, then what was not taken is sent again', async () => {
    const site = await siteOf();
    let asked = false;
    site.hub.answers = (batches) => {
      if (asked) return true;
      asked = true;
      site.hub.ack({ outbox: batches[0]!.envelope.outbox, rehello: true });
      return false;
    };
    backlog(site.outbox, 20);
    site.uplink.start();
    await drained(site);
    expectComplete(site, 20);
    expect(site.hub.hellos.length).toBe(2);
    expect(site.hub.hellos[1]!.lease).toBe(1);
  });

  test('a hub restored from a backup gets back what it had confirmed since (R10)', async () => {
    const site = await siteOf();
    backlog(site.outbox, 30);
    site.uplink.start();
    await drained(site);
    for (const key of [...site.hub.stored.keys()]) if (Number(key.split(' ')[1]) > 12) site.hub.stored.delete(key);
    site.hub.epoch = randomUUID();
    site.hub.replayFrom = 13;
    site.hub.setState('online');
    await until(() => site.hub.stored.size === 30, { withinMs: 8000 });
    await drained(site);
    expectComplete(site, 30);
  });

  test("the hub's clock: offset of this boot goes with every batch, right on either side of a step of ours (39, 40)", async () => {
    let step = 0;
    const clock: Clock = { ...systemClock, wall: () => Date.now() + step };
    const site = await siteOf({ clock });
    site.hub.clockAheadMs = 10_000;
    site.outbox.append([framesBatch([containerFrame(1, clock.wall())])]);
    step = -7_200_000; // two hours back, before anything was sent
    site.outbox.append([framesBatch([containerFrame(2, clock.wall())])]);
    site.uplink.start();
    await drained(site);
    const [first, second] = [1, 2].map((seq) => site.hub.received.find((one) => one.envelope.seq === seq)!.envelope);
    expect(first!.offset_ms).toBeGreaterThan(9_000);
    expect(first!.offset_ms).toBeLessThan(11_000);
    expect(first!.clock).toBe('suspect');
    expect(second!.offset_ms! - first!.offset_ms!).toBeGreaterThan(7_199_000);
    expect(site.uplink.state().clockOffsetMs! - 7_210_000).toBeLessThan(1000);
    expect(site.uplink.state().clock).toBe('suspect');
    const hellos = site.hub.hellos.length;
    step = 3_600_000;
    await until(() => site.hub.hellos.length > hellos, { withinMs: 5000 });
  });

  test('batches of an earlier run keep their boot and their clocks', async () => {
    const site = await siteOf();
    backlog(site.outbox, 1);
    const [before] = waitingOf(site.outbox);
    site.outbox.close();
    const boot = randomUUID();
    const outbox = Outbox.open({
      folder: site.folder,
      maxBytes: 64e6,
      ballastBytes: 0,
      clock: systemClock,
      boot,
      project: 'QATAR-001',
      log: site.log.log,
    });
    const uplink = new Uplink({
      credential: site.credential,
      outbox,
      clock: systemClock,
      boot,
      program: 't',
      log: site.log.log,
      timings: QUICK,
    });
    ends.push(async () => {
      await uplink.stop();
      outbox.close();
    });
    uplink.start();
    await until(() => outbox.depth().batches === 0, { withinMs: 5000 });
    expect(site.hub.received[0]!.envelope).toMatchObject({
      boot: site.boot,
      wall: before!.wall,
      clock: 'unsynced',
      offset_ms: null,
    });
    expect(bodyOf(before!, 'frames').frames).toHaveLength(1);
  });
});
