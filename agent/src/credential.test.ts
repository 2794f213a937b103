import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CredentialError, loadCredential, saveCredential } from './credential.ts';

const credential = {
  agent: '0d9f4a5e-7c0e-4d6c-9a52-0b1f6a3c1d10',
  project: 'QATAR-001',
  hub: 'https://hub.example.com',
  mqtt: 'mqtts://hub.example.com:8883',
  secret: 'canary-secret-of-forty-three-characters-000',
  hmac_key: 'canary-hmac-key-of-forty-three-characters-0',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credential-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function errorOf(path: string): CredentialError {
  try {
    loadCredential(path);
  } catch (error) {
    if (error instanceof CredentialError) return error;
  }
  throw new Error('expected a CredentialError');
}

test('what root saves in a folder of the agent is the agent’s', () => {
  // Somebody else can only save in a folder of their own.
  if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
  const path = join(folder, 'credential.json');
  saveCredential(path, credential);
  expect(statSync(path).uid).toBe(statSync(folder).uid);
});

test('a credential comes back as it was saved, readable by its owner alone', () => {
  const path = join(folder, 'data', 'credential.json');
  saveCredential(path, credential);
  saveCredential(path, { ...credential, secret: credential.secret.toUpperCase() });
  expect(loadCredential(path)).toEqual({ ...credential, secret: credential.secret.toUpperCase() });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file left over from an interrupted save is replaced', () => {
  const path = join(folder, 'credential.json');
  writeFileSync(`${path}.new`, 'half a cred', { mode: 0o644 });
  saveCredential(path, credential);
  expect(loadCredential(path)).toEqual(credential);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each([
  ['missing', () => undefined, /enrol/],
  ['malformed', (path: string) => writeFileSync(path, ''), /enrol this agent again/],
  ['malformed', (path: string) => writeFileSync(path, JSON.stringify(credential).slice(0, -20)), /not JSON/],
  ['malformed', (path: string) => writeFileSync(path, JSON.stringify({ ...credential, agent: 'x' })), /agent/],
  ['unreadable', (path: string) => mkdirSync(path), /check its owner/],
] as const)('%s says what to do and quotes no secret', (code, damage, words) => {
  const path = join(folder, 'credential.json');
  damage(path);
  const error = errorOf(path);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(words);
  expect(`${error.message} ${String(error.cause ?? '')}`).not.toContain('canary');
});
