import { EXIT, HubError } from './errors.ts';

/** What Node says where a package, or the machine code in it, cannot be loaded. */
const CODES = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']);

/**
 * The error that a part of this installation is missing, damaged, or made for another machine; null for any other. Starting
 * again does not mend it.
 */
export function missingPart(error: unknown): HubError | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as NodeJS.ErrnoException;
  // The password hash says it in words of its own, and gives advice that is for its developers.
  if (!CODES.has(String(code)) && !/native binding/.test(error.message)) return null;
  const what = /^[^.]*native binding/.test(error.message)
    ? 'the machine code of @node-rs/argon2 is not there'
    : error.message.split('\n')[0];
  return new HubError(
    `A part of this installation cannot be loaded: ${what}. It is missing, damaged, or made for another machine than this ` +
      `(${process.platform}-${process.arch}, Node ${process.version}). Install this version again; the data stay where they are.`,
    { exitCode: EXIT.configuration, cause: error },
  );
}
