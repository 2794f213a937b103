import { readFileSync } from 'node:fs';
import { Credential, firstIssue } from '@hearst/protocol';
import { writeWhole } from './write-whole.ts';

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
  try {
    writeWhole(path, `${JSON.stringify(credential, null, 2)}\n`);
  } catch (error) {
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
