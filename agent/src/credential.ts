import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Credential, firstIssue } from '@hearst/protocol';
import { leaveToOwner } from './leave-to-owner.ts';

/** Why a credential cannot be used: not there, not readable, or not what an enrolment wrote. */
export type CredentialErrorCode = 'missing' | 'unreadable' | 'malformed';

export class CredentialError extends Error {
  readonly code: CredentialErrorCode;

  constructor(code: CredentialErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CredentialError';
    this.code = code;
  }
}

/**
 * The agent's identity. It lives apart from the outbox, so that trouble with one never costs the other. No
 * message quotes the file: it holds secrets. Throws `CredentialError`.
 */
export function loadCredential(path: string): Credential {
  const parsed = Credential.safeParse(parse(path, read(path)));
  if (parsed.success) return parsed.data;
  throw new CredentialError(
    'malformed',
    `${path} is no credential (${firstIssue(parsed.error)}): enrol this agent again; its readings are kept`,
  );
}

/**
 * Writes the credential with mode 0600: complete or not at all, also when the machine goes down meanwhile.
 * Throws `CredentialError` (`unreadable`) when the folder cannot be written.
 */
export function saveCredential(path: string, credential: Credential): void {
  const fresh = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(fresh, { force: true });
    const file = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(credential, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(fresh, 0o600);
    leaveToOwner(fresh);
    renameSync(fresh, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(fresh, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CredentialError(
      'unreadable',
      `${path} cannot be written (${code}): check owner and free space of its folder`,
      error,
    );
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT') {
      throw new CredentialError('missing', `${path} is not there: enrol this agent (hearst-agent enrol)`, error);
    }
    throw new CredentialError(
      'unreadable',
      `${path} cannot be read (${code}): check its owner; the agent's user needs it`,
      error,
    );
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the text, and with it the secrets.
    throw new CredentialError('malformed', `${path} is not JSON: enrol this agent again; its readings are kept`);
  }
}

/** Makes the rename itself survive a power cut, where the system lets a folder be opened (not on Windows). */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
