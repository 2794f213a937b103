import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { freeBytesOf } from '../../outbox/ballast.ts';
import { CommandFailure, EXIT } from '../command.ts';

/** Less free space than this is worth a word, bytes. */
const LITTLE_SPACE = 2e9;

/** What the machine is, in a few words, and whether the data folder can be used. Throws CommandFailure. */
export function lookAtSystem(folder: string): { parts: string[]; little: boolean } {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const trial = join(folder, `.setup-${process.pid}`);
    writeFileSync(trial, '');
    rmSync(trial);
  } catch (error) {
    throw new CommandFailure(EXIT.failed, {
      code: 'E2401',
      what: `the data folder cannot be written: ${(error as NodeJS.ErrnoException).code}`,
      where: folder,
      cause: null,
      next: `Check: ls -ld ${folder}   or name another with --data DIR`,
    });
  }
  const free = freeBytesOf(folder);
  const cores = availableParallelism();
  return {
    parts: [
      systemName(),
      `${cores} core${cores === 1 ? '' : 's'}`,
      `${(totalmem() / 1e9).toFixed(1)} GB memory`,
      `${(free / 1e9).toFixed(1)} GB free`,
      `Node ${process.versions.node}`,
    ],
    little: free < LITTLE_SPACE,
  };
}

function systemName(): string {
  if (!existsSync('/etc/os-release')) return process.platform;
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
}
