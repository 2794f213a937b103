import { expect, it } from 'vitest';
import { Redactor } from './redact.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0w\n-----END PRIVATE KEY-----';

it.each([
  [
    'a password in an address',
    'at postgres://hearst:geheim@10.0.0.7:5432/hearst',
    'at postgres://***@ip-1:5432/hearst',
  ],
  ['a labelled one, quoted', '{"password":"abc","user":"x"}', '{"password":"***","user":"x"}'],
  ['a header', 'Authorization: Bearer abcdef', 'Authorization: ***'],
  ['a setting', 'HEARST_ADMIN_PASSWORD=abc def', 'HEARST_ADMIN_PASSWORD=*** def'],
  ['an API key', 'with hck_AbCdEf0123456789', 'with ***'],
  ['a long token', 'sent 9fJq2Lz0aaBBcc11ddEEff22ggHHii33jj', 'sent ***'],
  ['a private key', `key ${PEM} end`, 'key [*** PEM] end'],
  ['a known secret anywhere', 'said known-secret!', 'said ***!'],
  ['people', 'Ann@example.com and bob@example.com, ann@example.com', 'person-1 and person-2, person-1'],
  ['addresses', '10.1.1.1 to fe80::1 and 10.1.1.1, not 127.0.0.1', 'ip-1 to ip-2 and ip-1, not 127.0.0.1'],
])('takes out %s', (_what, text, expected) => {
  expect(new Redactor(['known-secret', null, 'x']).text(text)).toBe(expected);
});

it.each([
  'agent 2cc9b383-cd27-4387-ab2d-7dc3a224f9ff at QATAR-C01 said {"level":30,"time":"2026-11-27T02:13:48.907Z"}',
  '/var/lib/hearst-hub/postgres/cluster/base/16384/2619 could not be read',
])('leaves what helps: %s', (text) => {
  expect(new Redactor([]).text(text)).toBe(text);
});
