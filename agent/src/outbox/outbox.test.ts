import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashBody } from '@hearst/protocol';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import {
  bodyOf,
  containerFrame,
  eventBatch,
  framesBatch,
  HOUR,
  MINUTE,
  meterFrame,
  NOON,
  type TestOutbox,
  testOutbox,
  waitingOf,
} from '../../../test/harness/outbox.ts';
import { OutboxError } from './errors.ts';
import type { Outbox, OutboxOptions } from './outbox.ts';

const kits: TestOutbox[] = [];
afterEach(() => {
  for (const kit of kits.splice(0)) kit.remove();
});
function kitOf(options?: Partial<OutboxOptions>): TestOutbox {
  const kit = testOutbox(options);
  kits.push(kit);
  return kit;
}
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof OutboxError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}
function eventCodes(outbox: Outbox): string[] {
  return waitingOf(outbox)
    .filter((batch) => batch.kind === 'events')
    .flatMap((batch) => bodyOf(batch, 'events').events.map((event) => event.code));
}

describe('accepting (R1)', () => {
  test('a commit is on the disk when append returns: WAL and synchronous=FULL', () => {
    const { outbox } = kitOf();
    expect(outbox.settings()).toMatchObject({ synchronous: 2, journal: 'wal' });
  });

  test('what was appended is there after the process ended, with the bytes and hash that travel', () => {
    const kit = kitOf();
    const seqs = kit.outbox.append([framesBatch([containerFrame(1, NOON)]), eventBatch(NOON)]);
    expect(seqs).toEqual([1, 2]);
    const before = waitingOf(kit.outbox);
    const after = waitingOf(kit.reopen());
    expect(after).toEqual(before);
    expect(after.map((batch) => batch.kind)).toEqual(['events', 'frames']);
    for (const batch of after) expect(batch.hash.toString('base64url')).toBe(hashBody(batch.body));
    expect(bodyOf(after[1]!, 'frames').frames).toEqual([containerFrame(1, NOON)]);
  });

  test('all or none: one batch too large refuses its neighbours too', () => {
    const { outbox } = kitOf();
    const noise = Array.from({ length: 10_000 }, () => Math.random() * 1e6);
    const huge = {
      ...containerFrame(1, NOON),
      columns: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, noise.map((x) => x + Math.random())])),
    };
    expect(() => outbox.append([framesBatch([containerFrame(1, NOON)]), framesBatch([huge])])).toThrow(/split it/);
    expect(outbox.depth().batches).toBe(0);
  });

  test('depth counts unconfirmed batches, their bytes and the oldest time', () => {
    const { outbox } = kitOf();
    expect(outbox.depth()).toEqual({ batches: 0, bytes: 0, oldestAt: null });
    outbox.append([framesBatch([containerFrame(1, NOON - MINUTE)]), framesBatch([containerFrame(2, NOON)])]);
    const bytes = waitingOf(outbox).reduce((sum, batch) => sum + batch.body.length, 0);
    expect(outbox.depth()).toEqual({ batches: 2, bytes, oldestAt: NOON - MINUTE });
  });
});

describe('identity (R4)', () => {
  test('the id is made with the file and stays with it; another file has another', () => {
    const kit = kitOf();
    const { id } = kit.outbox;
    expect(kit.reopen().id).toBe(id);
    expect(kitOf().outbox.id).not.toBe(id);
  });

  test('a seq is never given out twice, not even when all rows are gone', () => {
    const kit = kitOf({ retainMs: 0 });
    kit.outbox.append([eventBatch(NOON), eventBatch(NOON)]);
    kit.outbox.confirm(kit.outbox.id, [[1, 2]]);
    kit.clock.pass(1);
    kit.outbox.prune();
    const outbox = kit.reopen();
    expect(outbox.position()).toMatchObject({ lowWatermark: 3, nextSeq: 3 });
    expect(outbox.append([eventBatch(NOON)])).toEqual([3]);
  });

  test('after a rotation new batches have the new id, those there keep theirs', () => {
    const { outbox } = kitOf();
    const old = outbox.id;
    outbox.append([eventBatch(NOON)]);
    const fresh = outbox.rotate();
    outbox.append([eventBatch(NOON)]);
    expect(waitingOf(outbox).map(({ outbox: id, seq }) => [id, seq])).toEqual([
      [old, 1],
      [fresh, 2],
    ]);
    expect(outbox.confirm(fresh, [[1, 1]])).toEqual([]);
    expect(outbox.confirm(old, [[1, 1]])).toEqual([1]);
  });
});

describe('confirming (R3, R10)', () => {
  test('an ack frees exactly the rows it names, once', () => {
    const { outbox } = kitOf();
    outbox.append(Array.from({ length: 10 }, () => eventBatch(NOON)));
    expect(outbox.confirm('0d9f4a5e-7c0e-4d6c-9a52-0b1f6a3c1d10', [[1, 10]])).toEqual([]);
    expect(
      outbox.confirm(outbox.id, [
        [2, 3],
        [7, 7],
      ]),
    ).toEqual([2, 3, 7]);
    expect(
      outbox.confirm(outbox.id, [
        [2, 3],
        [7, 7],
        [99, 120],
      ]),
    ).toEqual([]);
    expect(outbox.depth().batches).toBe(7);
    expect(waitingOf(outbox).map((batch) => batch.seq)).toEqual([1, 4, 5, 6, 8, 9, 10]);
  });

  test('confirmed batches stay 6 h of running time, whatever the wall clock does, then go', () => {
    const kit = kitOf();
    kit.outbox.append([framesBatch([containerFrame(1, NOON)])]);
    kit.outbox.confirm(kit.outbox.id, [[1, 1]]);
    kit.clock.wallMs += 1000 * 24 * HOUR;
    kit.clock.pass(5 * HOUR);
    expect(kit.outbox.prune()).toBe(0);
    kit.outbox.close();
    kit.clock.monoMs = 5; // another boot: its monotonic clock starts anew
    kit.reopen();
    kit.clock.pass(HOUR - MINUTE);
    expect(kit.outbox.prune()).toBe(0);
    expect(kit.outbox.position().lowWatermark).toBe(1);
    kit.clock.pass(2 * MINUTE);
    expect(kit.outbox.prune()).toBe(1);
    expect(kit.outbox.position().lowWatermark).toBe(2);
  });

  test('a restored hub gets again what it lost, once for each restore', () => {
    const { outbox } = kitOf();
    outbox.append(Array.from({ length: 5 }, () => eventBatch(NOON)));
    outbox.confirm(outbox.id, [[1, 5]]);
    expect(outbox.replay(outbox.id, 3, 'epoch-a')).toBe(3);
    expect(waitingOf(outbox).map((batch) => batch.seq)).toEqual([3, 4, 5]);
    expect(outbox.depth().batches).toBe(3);
    outbox.confirm(outbox.id, [[3, 5]]);
    expect(outbox.replay(outbox.id, 3, 'epoch-a')).toBe(0);
    expect(outbox.replay(outbox.id, 5, 'epoch-b')).toBe(1);
  });
});

describe('files that cannot be used', () => {
  test('a newer file is refused and not touched', () => {
    const kit = kitOf();
    kit.outbox.append([eventBatch(NOON)]);
    kit.outbox.close();
    const path = join(kit.folder, 'outbox.db');
    const db = new Database(path);
    db.pragma('user_version = 2');
    db.close();
    const before = readFileSync(path);
    expect(codeOf(() => kit.reopen())).toBe('newer_version');
    expect(() => kit.reopen()).toThrow(/install the newer agent again/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(kit.folder)).toEqual(['outbox.db']);
  });

  test('a second process is turned away', () => {
    const kit = kitOf();
    expect(codeOf(() => testOutbox({ folder: kit.folder }))).toBe('locked');
    kit.outbox.append([eventBatch(NOON)]);
  });

  test('a path that cannot be opened is told with its cause', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    mkdirSync(join(folder, 'outbox.db'));
    expect(codeOf(() => testOutbox({ folder }))).toBe('unreadable');
    writeFileSync(join(folder, 'file'), '');
    expect(codeOf(() => testOutbox({ folder: join(folder, 'file', 'x') }))).toBe('unreadable');
    rmSync(folder, { recursive: true });
  });

  test('a file deleted while in use is noticed and written anew from what is open', () => {
    const kit = kitOf();
    const { id } = kit.outbox;
    kit.outbox.append([framesBatch([containerFrame(1, NOON)])]);
    const [before] = waitingOf(kit.outbox);
    for (const name of readdirSync(kit.folder)) unlinkSync(join(kit.folder, name));
    let resets = 0;
    kit.outbox.subscribe({ appended: () => undefined, reset: () => resets++ });
    kit.outbox.append([framesBatch([containerFrame(2, NOON)])]);
    expect(resets).toBe(1);
    const outbox = kit.reopen();
    expect(outbox.id).not.toBe(id);
    expect(eventCodes(outbox)).toEqual(['outbox.recreated']);
    const frames = waitingOf(outbox).filter((batch) => batch.kind === 'frames');
    expect(frames).toHaveLength(2);
    expect(frames[0]).toMatchObject({ outbox: id, seq: before!.seq, hash: before!.hash });
    expect(frames[1]!.outbox).toBe(outbox.id);
  });

  test('used after close: says so', () => {
    const kit = kitOf();
    kit.outbox.close();
    expect(codeOf(() => kit.outbox.append([eventBatch(NOON)]))).toBe('closed');
  });
});

describe('disk nearly full', () => {
  test('the file stops growing, thins what it holds, tells of it, and grows again when there is room', () => {
    let free = 1e12;
    const kit = kitOf({ freeBytes: () => free, ballastBytes: 1024 * 1024 });
    for (let i = 0; i < 40; i++) kit.outbox.append([framesBatch([containerFrame(1, NOON + i * MINUTE, 300)])]);
    const { fileBytes } = kit.outbox.settings();
    free = 1000;
    for (let i = 40; i < 80; i++) kit.outbox.append([framesBatch([containerFrame(1, NOON + i * MINUTE, 300)])]);
    expect(kit.outbox.settings().fileBytes).toBeLessThanOrEqual(fileBytes + 12 * 4096);
    expect(eventCodes(kit.outbox)).toEqual(['outbox.disk_full']);
    const held = waitingOf(kit.outbox);
    const frames = held.filter((batch) => batch.kind === 'frames').length;
    const given = held
      .filter((b) => b.kind === 'tombstone')
      .reduce((sum, b) => sum + bodyOf(b, 'tombstone').batches, 0);
    expect(given).toBeGreaterThan(0);
    expect(frames + given).toBe(80);
    expect(held.at(-1)!.at).toBe(NOON + 79 * MINUTE);
    free = 1e12;
    for (let i = 80; i < 160; i++) kit.outbox.append([framesBatch([containerFrame(1, NOON + i * MINUTE, 300)])]);
    expect(kit.outbox.settings().fileBytes).toBeGreaterThan(fileBytes);
    expect(eventCodes(kit.outbox)).toEqual(['outbox.disk_full', 'outbox.disk_ok']);
  });

  test('a meter among the frames protects its batch from being dropped', () => {
    const { outbox } = kitOf();
    outbox.append([framesBatch([containerFrame(1, NOON), meterFrame(1, NOON)])]);
    expect(waitingOf(outbox)[0]!.class).toBe('meters');
  });
});
