import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Credential } from '@hearst/protocol';
import { expect } from 'vitest';
import { type Clock, systemClock } from '../../agent/src/clock.ts';
import { Outbox } from '../../agent/src/outbox/outbox.ts';
import { Uplink, type UplinkOptions } from '../../agent/src/uplink/uplink.ts';
import { TestBroker, type TestBrokerOptions } from './broker.ts';
import { containerFrame, framesBatch, MINUTE, NOON, Recorder } from './outbox.ts';
import { scratchFolder } from './scratch-folder.ts';
import { ScriptedHub } from './scripted-hub.ts';
import { until } from './until.ts';

/** The uplink's waits, short enough for tests. */
export const QUICK = {
  reconnectMinMs: 20,
  reconnectMaxMs: 200,
  connectTimeoutMs: 2000,
  publishDeadlineMs: 2000,
  welcomeTimeoutMs: 150,
  resendAfterMs: 150,
  resendMaxMs: 2000,
  statusEveryMs: 60_000,
};

export interface UplinkSite {
  broker: TestBroker;
  hub: ScriptedHub;
  outbox: Outbox;
  uplink: Uplink;
  credential: Credential;
  log: Recorder;
  boot: string;
  folder: string;
}

/** What each test ends with, last first. */
export class Endings {
  readonly #ends: (() => Promise<void> | void)[] = [];

  push(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  async run(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

export interface SiteOptions {
  broker?: TestBrokerOptions;
  clock?: Clock;
  uplink?: Partial<UplinkOptions>;
  hubAttached?: boolean;
}

/** An agent's outbox and uplink, a broker, and a hub that does as it is told. */
export async function uplinkSite(ends: Endings, options: SiteOptions = {}): Promise<UplinkSite> {
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
  const folder = scratchFolder('uplink');
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

/** Accepts frames that are old. */
export function backlog(outbox: Outbox, count: number): void {
  outbox.append(
    Array.from({ length: count }, (_, i) => framesBatch([containerFrame(1 + (i % 50), NOON + i * MINUTE)])),
  );
}

/** Waits until the hub has confirmed everything. */
export const drained = (site: UplinkSite, withinMs = 15_000) =>
  until(() => site.outbox.depth().batches === 0, {
    withinMs,
    everyMs: 10,
    what: () =>
      `the outbox to drain: ${JSON.stringify(site.uplink.state())} depth ${site.outbox.depth().batches}; ${site.log.lines.slice(-5).map((l) => l.text)}`,
  });

/** Every accepted batch is stored once, as it was accepted. */
export function expectComplete(site: UplinkSite, batches: number): void {
  expect(site.hub.faults).toEqual([]);
  expect([...site.hub.stored.values()].filter((one) => one.envelope.kind === 'frames')).toHaveLength(batches);
}
