import type { Problem } from './commands/command.ts';

/** What Node and the packages say where a package, or the machine code in it, cannot be loaded. */
const CODES = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']);

/**
 * The problem that a part of this installation is missing, damaged, or made for another machine; null for any other error.
 * Starting again does not mend it.
 */
export function missingPart(error: unknown): Problem | null {
  if (!(error instanceof Error) || !CODES.has(String((error as NodeJS.ErrnoException).code))) return null;
  return {
    code: 'E1408',
    what: `a part of this installation cannot be loaded: ${error.message.split('\n')[0]}`,
    where: import.meta.dirname,
    cause: `it is missing, damaged, or made for another machine than this (${process.platform}-${process.arch}, Node ${process.version})`,
    next: 'Install this version again; readings and identity stay where they are',
  };
}
