import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bodyOf,
  containerFrame,
  eventBatch,
  framesBatch,
  MINUTE,
  NOON,
  testOutbox,
  waitingOf,
} from '../../../test/harness/outbox.ts';
import { keyOf } from '../../../test/harness/scripted-hub.ts';
import type { Outbox } from './outbox.ts';
import type { StoredBatch } from './store.ts';

function eventsOf(outbox: Outbox): string[] {
  return waitingOf(outbox)
    .filter((batch) => batch.kind === 'events')
    .flatMap((batch) => bodyOf(batch, 'events').events.map((event) => event.code));
}

function damage(path: string, places: number[], bytes: Buffer): void {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  for (const place of places)
    writeSync(file, bytes, 0, bytes.length, Math.floor(place * Math.max(0, size - bytes.length)));
  closeSync(file);
}

/**
 * Whatever bytes go bad: the agent goes on, a batch that is still there is exactly the one that was accepted
 * and keeps its key, and one that is not is told of.
 */
function afterDamage(hurt: (path: string) => void): void {
  const kit = testOutbox();
  try {
    const accepted = new Map<string, StoredBatch>();
    const frames = Array.from({ length: 60 }, (_, i) => containerFrame(1 + (i % 3), NOON + i * MINUTE, 60));
    kit.outbox.append(frames.map((frame) => framesBatch([frame])));
    kit.outbox.append([eventBatch(NOON)]);
    const before = kit.outbox.id;
    for (const batch of waitingOf(kit.outbox)) accepted.set(keyOf(batch), batch);
    kit.outbox.confirm(before, [[1, 5]]);
    kit.outbox.close();
    const path = join(kit.folder, 'outbox.db');
    hurt(path);
    kit.clock.pass(1000);
    kit.reopen();
    kit.outbox.append([framesBatch([containerFrame(9, NOON, 60)])]);
    waitingOf(kit.outbox); // reads every row: what cannot be believed is buried here
    const after = waitingOf(kit.outbox);
    const kept = after.filter((batch) => accepted.has(keyOf(batch)));
    for (const batch of kept) {
      const original = accepted.get(keyOf(batch))!;
      expect(batch.body.equals(original.body)).toBe(true);
      expect(batch).toMatchObject({
        class: original.class,
        at: original.at,
        readings: original.readings,
        wall: original.wall,
      });
    }
    const lost = [...accepted.values()].filter(
      (batch) => batch.seq > 5 && !kept.includes(after.find((one) => keyOf(one) === keyOf(batch))!),
    );
    const codes = eventsOf(kit.outbox);
    if (lost.length > 0)
      expect(codes.some((code) => code === 'outbox.salvaged' || code === 'outbox.row_damaged')).toBe(true);
    if (codes.includes('outbox.salvaged')) {
      expect(kit.outbox.id).not.toBe(before);
      expect(readdirSync(kit.folder).some((name) => name.startsWith('outbox-damaged-'))).toBe(true);
    }
    const stones = after.filter((batch) => batch.kind === 'tombstone').map((batch) => bodyOf(batch, 'tombstone'));
    if (kept.length > 0) {
      const buried = stones.reduce((sum, stone) => sum + stone.batches, 0);
      expect(buried, `${lost.length} lost, ${JSON.stringify(stones)}`).toBeGreaterThanOrEqual(lost.length);
    }
    expect(new Set(after.map(keyOf)).size).toBe(after.length);
    expect(after.at(-1)!.at).toBe(NOON);
    kit.reopen();
    expect(waitingOf(kit.outbox).map(keyOf)).toEqual(after.map(keyOf));
  } finally {
    kit.remove();
  }
}

test('random bytes anywhere in the file, 50 times', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      (places, bytes) => afterDamage((path) => damage(path, places, Buffer.from(bytes))),
    ),
    { numRuns: 50 },
  );
}, 60_000);

test.each([
  ['a file that is no database', (path: string) => writeFileSync(path, 'x'.repeat(10_000))],
  ['an emptied file', (path: string) => truncateSync(path, 100)],
  ['a file cut in the middle', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
  ['a damaged header', (path: string) => damage(path, [0], Buffer.alloc(40, 0xff))],
])('%s', (_, hurt) => afterDamage(hurt));

test('most of a large file is salvaged around one damaged page', () => {
  const kit = testOutbox();
  try {
    for (let i = 0; i < 40; i++) {
      kit.outbox.append(
        Array.from({ length: 50 }, (_, c) => framesBatch([containerFrame(c + 1, NOON + i * MINUTE, 30)])),
      );
    }
    const before = kit.outbox.id;
    kit.outbox.close();
    const path = join(kit.folder, 'outbox.db');
    const bytes = readFileSync(path);
    // A page in the middle of the rows' own table: one that holds the class of many frames.
    const pages = Array.from({ length: bytes.length / 4096 }, (_, n) => n).filter(
      (n) =>
        bytes[n * 4096] === 0x0d &&
        bytes
          .subarray(n * 4096, (n + 1) * 4096)
          .toString('latin1')
          .split('frames').length > 15,
    );
    damage(
      path,
      [((pages[Math.floor(pages.length / 2)] as number) * 4096) / (bytes.length - 200)],
      Buffer.alloc(200, 0xaa),
    );
    kit.reopen();
    const after = waitingOf(kit.outbox);
    expect(eventsOf(kit.outbox)).toEqual(['outbox.salvaged']);
    const kept = after.filter((batch) => batch.outbox === before).length;
    const stones = after.filter((batch) => batch.kind === 'tombstone').map((batch) => bodyOf(batch, 'tombstone'));
    expect(kept).toBeGreaterThan(1900);
    expect(stones.every((stone) => stone.class === 'damaged' && stone.outbox === before)).toBe(true);
    expect(stones.reduce((sum, stone) => sum + stone.batches, 0)).toBe(2000 - kept);
  } finally {
    kit.remove();
  }
});

test('one byte of a body or of a row, which SQLite does not notice: the batch is buried, not sent', () => {
  for (const where of ['body', 'hash'] as const) {
    const kit = testOutbox();
    try {
      kit.outbox.append([1, 2, 3].map((c) => framesBatch([containerFrame(c, NOON, 60)])));
      const victim = waitingOf(kit.outbox)[1]!;
      const { id } = kit.outbox;
      kit.outbox.close();
      const path = join(kit.folder, 'outbox.db');
      const bytes = readFileSync(path);
      const place = bytes.indexOf(victim[where]) + 20;
      bytes[place] = (bytes[place] as number) ^ 1;
      writeFileSync(path, bytes);
      kit.reopen();
      expect(kit.outbox.id).toBe(id);
      waitingOf(kit.outbox);
      const after = waitingOf(kit.outbox);
      expect(eventsOf(kit.outbox)).toEqual(['outbox.row_damaged']);
      expect(after.filter((batch) => batch.kind === 'frames').map((batch) => batch.seq)).toEqual([1, 3]);
      const stone = bodyOf(after.find((batch) => batch.kind === 'tombstone')!, 'tombstone');
      expect(stone).toMatchObject({ class: 'damaged', outbox: id, seq_from: 2, seq_to: 2, batches: 1, readings: 60 });
      expect(kit.outbox.depth().batches).toBe(after.length);
    } finally {
      kit.remove();
    }
  }
});

test('damage found while running: set aside, salvaged, polling goes on', () => {
  const kit = testOutbox();
  try {
    kit.outbox.append(Array.from({ length: 400 }, (_, i) => framesBatch([containerFrame(1, NOON + i * MINUTE, 250)])));
    kit.reopen(); // writes everything to the file proper
    const path = join(kit.folder, 'outbox.db');
    damage(
      path,
      Array.from({ length: 60 }, (_, i) => 0.1 + i / 75),
      Buffer.alloc(4096, 0x5a),
    );
    for (let i = 400; i < 420; i++) kit.outbox.append([framesBatch([containerFrame(1, NOON + i * MINUTE, 250)])]);
    const read = waitingOf(kit.outbox).length;
    expect(read).toBeGreaterThan(20);
    const after = waitingOf(kit.outbox);
    expect(after.filter((batch) => batch.kind === 'frames' && batch.at >= NOON + 400 * MINUTE)).toHaveLength(20);
    expect(kit.log.lines.some((line) => line.level === 'error')).toBe(true);
    const stones = after.filter((batch) => batch.kind === 'tombstone').map((batch) => bodyOf(batch, 'tombstone'));
    const frames = after.filter((batch) => batch.kind === 'frames').length;
    expect(frames + stones.reduce((sum, stone) => sum + stone.batches, 0)).toBeGreaterThanOrEqual(420);
  } finally {
    kit.remove();
  }
});

test('a salvage that was cut short by a kill is taken up by the next run', () => {
  const kit = testOutbox();
  try {
    kit.outbox.append([1, 2, 3].map((c) => framesBatch([containerFrame(c, NOON, 60)])));
    const before = waitingOf(kit.outbox);
    kit.outbox.close();
    // What is there between setting the damaged file aside and putting the new one in its place.
    renameSync(join(kit.folder, 'outbox.db'), join(kit.folder, 'outbox-damaged-20260615T120000Z-0.db'));
    writeFileSync(join(kit.folder, 'outbox-salvage.db'), '');
    kit.reopen();
    const after = waitingOf(kit.outbox).filter((batch) => batch.kind === 'frames');
    expect(after.map(keyOf)).toEqual(before.map(keyOf));
    expect(eventsOf(kit.outbox)).toEqual(['outbox.salvaged']);
    expect(readdirSync(kit.folder)).not.toContain('outbox-salvage.db');
  } finally {
    kit.remove();
  }
});
