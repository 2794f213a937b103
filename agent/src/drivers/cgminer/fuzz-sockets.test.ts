import { isPlausible, METRICS, type MetricName } from '@hearst/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { DeviceError, type DeviceErrorCode } from '../driver.ts';
import { CgminerDriver } from './driver.ts';
import { MinerRegistry } from './registry.ts';
import { type Answer, FakeMiner } from './testing/fake-miner.ts';
import { readFixture, replyFiles } from './testing/fixtures.ts';
import { dribble, pour } from './testing/hostile.ts';

/**
 * Every fixture over real sockets, mangled: each reading ends as a reading or as a DeviceError, within its deadline,
 * while other devices are read on time. Every single offset of a cut is gone through in `fuzz.test.ts`, without sockets.
 */
const DEADLINE_MS = 1000;
const MAX_BYTES = 64 * 1024;
const ASK = { summary: true, pools: true, version: true, boards: true };
const registry = MinerRegistry.load();
const FILES = registry.all.flatMap(({ id }) => replyFiles(id).map((file) => ({ id, file })));
const bytesOf = ({ id, file }: (typeof FILES)[number]): Buffer => Buffer.from(readFixture(id, file));

const miners: FakeMiner[] = [];
afterEach(async () => {
  await Promise.all(miners.splice(0).map((miner) => miner.stop()));
});
async function start(answer: (command: string) => Answer): Promise<FakeMiner['address']> {
  const miner = await FakeMiner.start(({ command }) => answer(command));
  miners.push(miner);
  return miner.address;
}
const newDriver = (): CgminerDriver =>
  new CgminerDriver({ deadlineMs: DEADLINE_MS, connectTimeoutMs: DEADLINE_MS, maxBytes: MAX_BYTES, registry });

/** How a reading ended: null for one whose every value can be true, else the error's code. Throws at anything else. */
async function endOf(driver: CgminerDriver, address: FakeMiner['address']): Promise<DeviceErrorCode | null> {
  try {
    const { values } = await driver.read(address, ASK);
    for (const [name, value] of Object.entries(values)) {
      if (value !== null && !isPlausible(METRICS[name as MetricName], value)) throw new Error(`${name} is ${value}`);
    }
    return null;
  } catch (error) {
    if (error instanceof DeviceError) return error.code;
    throw error;
  }
}

/** The same numbers in every run (mulberry32), from 0 to `below`. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('over the wire', () => {
  test('cut and closed, every reply of every definition', async () => {
    const random = numbers(1);
    const address = await start(() => (socket) => socket.end(piece));
    let piece: Buffer = Buffer.alloc(0);
    // The first of two replies is whole before the second begins.
    for (const file of FILES.filter((one) => !one.file.includes('twice'))) {
      const whole = bytesOf(file);
      piece = whole.subarray(0, random(Math.floor(whole.length * 0.9)));
      expect(await endOf(newDriver(), address), `${file.id}/${file.file} cut at ${piece.length}`).not.toBeNull();
    }
  });

  test('bytes changed to any others, every reply of every definition', async () => {
    const random = numbers(2);
    let mangled: Buffer = Buffer.alloc(0);
    const address = await start(() => (socket) => socket.end(mangled));
    for (const file of FILES) {
      mangled = bytesOf(file);
      for (let flips = 1 + random(5); flips > 0; flips--) mangled[random(mangled.length)] = random(256);
      await endOf(newDriver(), address);
    }
  });

  test('the halves of two replies in one', async () => {
    const random = numbers(3);
    let joined: Buffer = Buffer.alloc(0);
    const address = await start(() => (socket) => socket.end(joined));
    for (const file of FILES) {
      const [one, other] = [bytesOf(file), bytesOf(FILES[random(FILES.length)]!)];
      joined = Buffer.concat([one.subarray(0, random(one.length)), other.subarray(random(other.length))]);
      await endOf(newDriver(), address);
    }
  });
});

describe('hostile devices hold up nobody', () => {
  /** Reads a good miner over and over until `busy` ends, and fails when one reading of it does; how long each took, ms. */
  async function meanwhile(driver: CgminerDriver, busy: Promise<unknown>): Promise<number[]> {
    const good = await start(() => readFixture('antminer-s21-xp-hyd', 'stats.json'));
    const took: number[] = [];
    let on = true;
    void busy.finally(() => {
      on = false;
    });
    while (on) {
      const began = performance.now();
      await driver.read(good, { ...ASK, summary: false, pools: false, version: false });
      took.push(performance.now() - began);
      await new Promise((next) => setTimeout(next, 10));
    }
    return took;
  }

  test('one reply of each definition, a byte at a time: each ends at its deadline', async () => {
    const firsts = registry.all.map(({ id }) => FILES.find((file) => file.id === id)!);
    const addresses = await Promise.all(firsts.map((file) => start(() => dribble(bytesOf(file), 5))));
    const driver = newDriver();
    const began = performance.now();
    const ends = Promise.all(addresses.map((address) => endOf(driver, address)));
    const took = await meanwhile(driver, ends);
    expect(new Set(await ends)).toEqual(new Set(['timeout']));
    // Far below what the bytes would take (20 s and more), far above the deadline: the machine may be busy.
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 3000);
    expect(took.length).toBeGreaterThan(2);
  });

  test('eight that never stop: each ends at the byte cap, and nothing of it is kept', async () => {
    const addresses = await Promise.all(Array.from({ length: 8 }, () => start(() => pour)));
    const driver = newDriver();
    const before = heldBytes();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, heldBytes() - before);
    }, 5);
    const ends = Promise.all(addresses.map((address) => endOf(driver, address)));
    await meanwhile(driver, ends);
    clearInterval(watch);
    expect(new Set(await ends)).toEqual(new Set(['too_large']));
    // 8 x (cap + one read) for us, and what the pouring side, in the same process, has queued.
    expect(most).toBeLessThan(8 * (MAX_BYTES + 128 * 1024) + 16 * 1024 * 1024);
  });

  const heldBytes = (): number => process.memoryUsage().arrayBuffers;
});
