import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What was copied: its size and SHA-256 in hex. */
export interface Copied {
  readonly bytes: number;
  readonly sha256: string;
}

/** A database has a thousand small files: those are copied in one piece each. */
const SMALL = 1 << 20;
/** A disk syncs many files together in little more time than one. */
const AT_ONCE = 16;

/** Copies a file to a new one that only its owner may read, synced to disk. */
export async function copyFile(from: string, to: string): Promise<Copied> {
  if ((await stat(from)).size <= SMALL) return await writeNew(to, await readFile(from));
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const input = createReadStream(from, { highWaterMark: SMALL });
  await pipeline(input, count, createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }));
  return { bytes, sha256: hash.digest('hex') };
}

/** Writes a new file that only its owner may read, synced to disk. */
export async function writeNew(to: string, content: Buffer): Promise<Copied> {
  await writeFile(to, content, { flag: 'wx', mode: 0o600, flush: true });
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Does `work` with every item, several at once; of those that fail the first is thrown when none runs any more. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && failed === undefined; next = queue.next())
      await work(next.value).catch((error: unknown) => {
        failed ??= { error };
      });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failed !== undefined) throw failed.error;
}
