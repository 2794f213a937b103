import { execFile } from 'node:child_process';
import { link, mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HubError } from '../errors.ts';
import type { Redactor } from './redact.ts';

/** One file of a bundle. `read` may fail: what it says then stands in its place. */
export interface Piece {
  readonly name: string;
  /** What it is, for whoever reads the bundle. */
  readonly about: string;
  read(): Promise<string>;
}

/** Of a log the end is what counts. */
const LOG_BYTES = 1 << 20;
const PIECE_MS = 20_000;

/**
 * Writes pieces, redacted, into one archive that only its owner may read. Reads alone, and goes on without what cannot be
 * read.
 *
 * @param file `something.tar.gz`, not there yet
 */
export async function writeBundle(file: string, pieces: readonly Piece[], redactor: Redactor): Promise<void> {
  const name = basename(file).replace(/\.tar\.gz$/, '');
  const work = join(dirname(file), `.${name}.unfinished`);
  const folder = join(work, name);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const index = pieces.map((piece) => `${piece.name.padEnd(22)} ${piece.about}`);
    const readme = [
      'What a hub says of itself, for whoever helps. Begin with doctor.txt.',
      'Passwords, keys and tokens are taken out; people and addresses have other names (person-1, ip-1).',
      'Look through it before you send it.',
      '',
      ...index,
    ];
    await writeFile(join(folder, 'README.txt'), `${readme.join('\n')}\n`, { mode: 0o600 });
    for (const piece of pieces) {
      const text = await within(piece.read()).catch((error: Error) => `cannot be read: ${error.message}`);
      await writeFile(join(folder, piece.name), `${redactor.text(text).trimEnd()}\n`, { mode: 0o600 });
    }
    const archive = join(work, 'bundle.tar.gz');
    await writeFile(archive, '', { mode: 0o600 });
    await promisify(execFile)('tar', ['-czf', archive, '-C', work, name]);
    await keep(archive, file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The end of a text file. */
export async function tailOf(path: string): Promise<string> {
  const { size } = await stat(path);
  const from = Math.max(0, size - LOG_BYTES);
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

/** What a program of the system prints. */
export async function printed(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: PIECE_MS, maxBuffer: 8 * LOG_BYTES });
  return stdout.slice(-LOG_BYTES);
}

/** Never over a file that is there. */
async function keep(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    throw new HubError(
      `The bundle ${to} was not written: ${error.code ?? error.message}. Name a file that is not there yet.`,
    );
  });
}

function within<T>(work: Promise<T>): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`no answer within ${PIECE_MS / 1000} s`)), PIECE_MS);
  return Promise.race([work, deadline.promise]).finally(() => clearTimeout(timer));
}
