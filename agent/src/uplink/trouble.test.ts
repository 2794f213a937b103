import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { bodyOf, containerFrame, eventBatch, framesBatch, waitingOf } from '../../../test/harness/outbox.ts';
import { until } from '../../../test/harness/until.ts';
import {
  backlog,
  drained,
  Endings,
  expectComplete,
  QUICK,
  type SiteOptions,
  uplinkSite,
} from '../../../test/harness/uplink.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Uplink, type UplinkOptions } from './uplink.ts';

const ends = new Endings();
afterEach(() => ends.run());
const siteOf = (options?: SiteOptions) => uplinkSite(ends, options);

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

  test('commands, replayed, altered and for others: none is taken for anything, and delivery goes on (70)', async () => {
    const site = await siteOf();
    site.uplink.start();
    backlog(site.outbox, 5);
    await drained(site);
    const own = `hearst/v1/${site.credential.agent}/down`;
    const command = JSON.stringify({ v: 1, id: randomUUID(), action: 'restart', devices: ['QATAR-C01-M001'] });
    const messages = ['command', 'command', 'config', 'command/restart', 'COMMAND'].map((name) => [
      `${own}/${name}`,
      command,
    ]);
    messages.push(
      [`hearst/v1/${randomUUID()}/down/command`, command],
      [`${own}/welcome`, command],
      [`${own}/ack`, command],
    );
    for (const [topic, payload] of messages) site.broker.publish(topic!, payload!);
    const told = () => site.log.lines.filter(({ text }) => text.includes('message not understood')).length;
    // What it has not subscribed to does not reach it at all: another agent's, a level further down.
    await until(() => told() === 6, { withinMs: 5000, what: () => `six messages, ${told()} were told of` });
    backlog(site.outbox, 5);
    await drained(site);
    expectComplete(site, 10);
    expect(site.uplink.state()).toMatchObject({ phase: 'sending' });
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
