import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ContainerFrame } from '@hearst/protocol';
import { statusCode } from '@hearst/protocol';
import { afterEach, expect, test } from 'vitest';
import { Recorder as LogRecorder } from '../../../test/harness/outbox.ts';
import { systemClock } from '../clock.ts';
import { parseSiteFile } from '../config/load.ts';
import { CgminerDriver } from '../drivers/cgminer/driver.ts';
import { BARE_STATS } from '../drivers/cgminer/testing/fake-miner.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { Poller } from './poller.ts';

/** Miners on every address of 127.0.0.0/8 at one port; the last octet says how each behaves. */
class FakeSite {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Map<string, number>();
  mostAtOnce = 0;

  constructor(behave: (octet: number, socket: Socket) => void) {
    this.#server = createServer((socket) => {
      const address = socket.localAddress ?? '';
      const open = (this.#open.get(address) ?? 0) + 1;
      this.#open.set(address, open);
      this.mostAtOnce = Math.max(this.mostAtOnce, open);
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#open.set(address, this.#open.get(address)! - 1);
      });
      socket.once('data', () => behave(Number(address.split('.').at(-1)), socket));
    });
  }

  async start(): Promise<number> {
    this.#server.listen(0, '0.0.0.0');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

let site: FakeSite;
let poller: Poller;
afterEach(async () => {
  await poller.stop();
  await site.stop();
});

/** A poller over `miners` addresses in containers of 100, and the frames it makes. */
async function pollerOver(containers: number, behave: (octet: number, socket: Socket) => void) {
  site = new FakeSite(behave);
  const port = await site.start();
  let text =
    'version: 1\nsite: { project: QATAR-001 }\npoll: { interval: 60s, timeout: 2s, concurrency: 16 }\ncontainers:\n';
  for (let c = 1; c <= containers; c++) {
    text += `  - { id: QATAR-C${String(c).padStart(2, '0')}, miners: 100, range: 127.77.${c}.1-127.77.${c}.100, port: ${port} }\n`;
  }
  const frames: { frame: ContainerFrame; after: number }[] = [];
  const begun = systemClock.mono();
  poller = new Poller({
    site: parseSiteFile(text, []).site,
    clock: systemClock,
    log: new LogRecorder().log,
    statsOnly: true,
    miners: new CgminerDriver({ deadlineMs: 2000, connectTimeoutMs: 1500 }),
    modbus: { read: () => Promise.reject(new Error('none here')) },
    antspace: { read: () => Promise.reject(new Error('none here')) },
    keeper: {
      append: (batches: NewBatch[]) => {
        for (const { kind, body } of batches) {
          if (kind === 'frames')
            frames.push({
              frame: (body as { frames: ContainerFrame[] }).frames[0]!,
              after: systemClock.mono() - begun,
            });
        }
        return batches.map(() => 1);
      },
    },
  });
  return frames;
}

const OFFLINE = statusCode('offline');
const answer = (socket: Socket) => socket.end(`${BARE_STATS}\0`);

test('a third of the site hanging: the live ones are read at once, far below what a plain pool would take', async () => {
  let live = 0;
  let lastLive = 0;
  const begun = systemClock.mono();
  // 3 containers x 33 silent at 2 s each would keep all 16 places busy for 12 s.
  const frames = await pollerOver(3, (octet, socket) => {
    if (octet % 3 === 0) return;
    live++;
    lastLive = systemClock.mono() - begun;
    answer(socket);
  });
  await poller.sweep();
  expect(live).toBe(3 * 67);
  expect(lastLive).toBeLessThan(6000);
  expect(systemClock.mono() - begun).toBeLessThan(9000);
  expect(frames).toHaveLength(3);
  for (const { frame } of frames) {
    expect(frame.status.filter((code) => code === OFFLINE)).toHaveLength(33);
    expect(frame.columns.hashrate_ths?.filter((rate) => rate === null)).toHaveLength(33);
    expect(frame.columns.hashrate_ths?.[0]).toBeCloseTo(473);
  }
  expect(site.mostAtOnce).toBe(1);

  // In the third poll they are known: a second each, at most, for the probes' grace.
  await poller.sweep();
  const again = systemClock.mono();
  await poller.sweep();
  expect(systemClock.mono() - again).toBeLessThan(1900);
});

test('dribbling and slow devices: the slow are in the frame, the dribbling are not, nobody else waits', async () => {
  const frames = await pollerOver(1, (octet, socket) => {
    if (octet === 5) {
      const drip = setInterval(() => socket.write(' '), 100);
      socket.on('close', () => clearInterval(drip));
    } else if (octet === 6) setTimeout(() => answer(socket), 1000);
    else if (octet === 7) socket.resetAndDestroy();
    else answer(socket);
  });
  await poller.sweep();
  const { frame } = frames[0]!;
  expect(frame.positions.filter((_, i) => frame.status[i] === OFFLINE)).toEqual([5, 7]);
  expect(poller.state().devices.refusals).toEqual({ timeout: 1, closed: 1 });
});
