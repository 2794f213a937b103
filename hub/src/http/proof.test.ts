import { expect, it } from 'vitest';
import type { ApiKey, Person } from '../auth/principal.ts';
import { assertProved } from './proof.ts';

const KEY: ApiKey = {
  kind: 'api_key',
  id: 'key:x',
  name: 'x',
  role: 'super_admin',
  projectIds: null,
  verbs: ['write'],
};
const PERSON: Person = {
  ...KEY,
  kind: 'user',
  email: 'a@example.com',
  language: 'fr',
  sessionId: 'x',
  provedAt: Date.UTC(2026, 0, 1),
  totpEnabled: false,
  duty: null,
};
const MINUTE = 60_000;

it('takes a password shown within 15 minutes, and any key', () => {
  expect(() => assertProved(PERSON, PERSON.provedAt + 15 * MINUTE - 1)).not.toThrow();
  expect(() => assertProved(PERSON, PERSON.provedAt + 15 * MINUTE)).toThrow(/Show your password again/);
  expect(() => assertProved(KEY, Date.now())).not.toThrow();
});

it('does not believe a proof from the future', () => {
  expect(() => assertProved(PERSON, PERSON.provedAt - MINUTE)).not.toThrow();
  expect(() => assertProved(PERSON, PERSON.provedAt - 60 * MINUTE)).toThrow(/Show your password again/);
});
