import { randomUUID } from 'node:crypto';
import type { Ack } from '@hearst/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { containerFrame, eventBatch, framesBatch, NOON } from '../../../test/harness/outbox.ts';
import { keyOf, ScriptedHub } from '../../../test/harness/scripted-hub.ts';
import { until } from '../../../test/harness/until.ts';
import {
  backlog,
  drained,
  Endings,
  expectComplete,
  type SiteOptions,
  uplinkSite,
} from '../../../test/harness/uplink.ts';
import { systemClock } from '../clock.ts';
import type { UplinkOptions } from './uplink.ts';

const ends = new Endings();
afterEach(() => ends.run());
const siteOf = (options?: SiteOptions) => uplinkSite(ends, options);

describe('first things first', () => {
  test('status, then hello, then data within the window, each freed by its ack (R3)', async () => {
    const site = await siteOf({ uplink: { timings: { welcomeTimeoutMs: 10_000 } } as Partial<UplinkOptions> });
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
    const site = await siteOf({ uplink: { timings: { resendMaxMs: 300 } } as Partial<UplinkOptions> });
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
    expect(site.uplink.state().stored).toEqual({});
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
    site.outbox.append([framesBatch([containerFrame(51, NOON)])]);
    await drained(site);
    // Told as stored by container, and what was put aside is not.
    expect(site.uplink.state().stored).toEqual({
      'QATAR-C01': NOON,
      'QATAR-C02': NOON + 60_000,
      'QATAR-C03': NOON + 120_000,
    });
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
