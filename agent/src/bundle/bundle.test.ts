import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Surroundings } from '../commands/command.ts';
import { supportBundle } from '../commands/support-bundle.ts';
import { aSurroundings } from '../commands/testing.ts';
import { makeBundle } from './bundle.ts';
import { Redactor } from './redact.ts';

const CREDENTIAL = {
  agent: '3f2b6c1e-7b1d-4c7a-9c3e-1a2b3c4d5e6f',
  project: 'QATAR-001',
  hub: 'https://hub.hearst-internal.example',
  mqtt: 'mqtts://broker.hearst-internal.example:8883',
  secret: 'credential-secret-0123456789abcdefgh',
  hmac_key: 'k'.repeat(43),
};
/** Everything that must appear nowhere in a bundle. */
const SECRETS = [
  CREDENTIAL.secret,
  CREDENTIAL.hmac_key,
  'local-token-value-0123456789',
  '271828',
  'proxy-passw0rd',
  'env-admin-passw0rd',
  'yaml-community-string',
  'hck_0123456789abcdef',
];
const ADDRESSES = [
  '10.20.2.1',
  '10.21.0.7',
  'hub.hearst-internal.example',
  'broker.hearst-internal.example',
  'amal@hearst.example',
];

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'credential.json'), JSON.stringify(CREDENTIAL), { mode: 0o600 });
  writeFileSync(join(data, 'local-token'), 'local-token-value-0123456789', { mode: 0o600 });
  writeFileSync(join(folder, 'code'), '271828\n');
  writeFileSync(
    join(folder, 'agent.yaml'),
    `version: 1
site: { project: QATAR-001 }
# proxy: http://someone:proxy-passw0rd@10.21.0.7:3128, key hck_0123456789abcdef, snmp community: yaml-community-string
# ask amal@hearst.example at hub.hearst-internal.example
local: { port: 8081, listen: 10.20.2.1, code: "file:${folder}/code" }
containers: []
# the code is 271828, the token ${CREDENTIAL.secret}
`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const surroundings = (): Surroundings =>
  aSurroundings(folder, {
    environment: { HEARST_ADMIN_PASSWORD: 'env-admin-passw0rd', LANG: 'C.UTF-8', UNRELATED: 'nobody-s-business' },
    data,
  });

async function unpacked(obfuscate: boolean): Promise<Map<string, string>> {
  const output = join(folder, `bundle-${obfuscate}.tar.gz`);
  const into = join(folder, `into-${obfuscate}`);
  mkdirSync(into);
  expect((await supportBundle(surroundings(), { output, obfuscate })).code).toBe(0);
  execFileSync('tar', ['-xzf', output, '-C', into]);
  const root = join(into, 'support');
  return new Map(readdirSync(root).map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

it('of an agent that does not run: every secret is gone, addresses are pseudonyms, nothing else changed', async () => {
  const before = readdirSync(data);
  const files = await unpacked(true);
  const all = [...files.values()].join('\n');
  for (const hidden of [...SECRETS, ...ADDRESSES]) expect(all.includes(hidden), hidden).toBe(false);
  expect(all).not.toContain('nobody-s-business');
  expect(files.has('credential.json')).toBe(false);
  expect(readdirSync(data)).toEqual(before);
  expect(files.get('README.txt')).toMatch(/Read in this order:\n 1\. doctor\.txt/);
  expect(files.get('doctor.txt')).toContain('no agent runs');
  const manifest = JSON.parse(files.get('manifest.json') ?? '') as {
    secrets_removed: number;
    files: { name: string; bytes: number }[];
  };
  expect(manifest.secrets_removed).toBeGreaterThan(4);
  for (const { name, bytes } of manifest.files) expect(Buffer.byteLength(files.get(name) ?? '')).toBe(bytes);
});

it('with addresses left in, secrets are removed all the same', async () => {
  const all = [...(await unpacked(false)).values()].join('\n');
  for (const hidden of SECRETS) expect(all.includes(hidden), hidden).toBe(false);
  expect(all).toContain('10.20.2.1');
  expect(all).toContain(hostname());
});

it('a pseudonym is the same for the same thing, in every bundle of the agent', () => {
  const redactor = (key: string) => new Redactor({ secrets: [], names: [], key, plain: false });
  const text =
    'miner 10.20.2.1 at AA:BB:CC:DD:EE:01, gateway 10.20.2.254, again 10.20.2.1 and aa:bb:cc:dd:ee:01; 127.0.0.1; fe80::1ff:fe23:4567:890a; 12:34:56';
  const out = redactor('k').text(text);
  const ips = out.match(/ip-[0-9a-f]{8}/g) ?? [];
  expect([ips.length, ips[0] === ips[2], ips[0] === ips[1]]).toEqual([3, true, false]);
  expect(new Set(out.match(/mac-[0-9a-f]{8}/g)).size).toBe(1);
  expect(out).toMatch(/127\.0\.0\.1; ip6-[0-9a-f]{8}; 12:34:56$/);
  expect(redactor('k').text(text)).toBe(out);
  expect(redactor('other').text(text)).not.toBe(out);
});

it.each([
  ['{"hmac_key":"abc123def","n":1}', '{"hmac_key":"[removed]","n":1}'],
  ['password: "with \\" quote" # x', 'password: "[removed]" # x'],
  ['authorization: Bearer abc.def-ghi', 'authorization: [removed]'],
  ['PROXY_PASSWORD=s3cr3t next', 'PROXY_PASSWORD=[removed] next'],
  ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', '[removed]'],
  ['mqtts://user:pw@host', 'mqtts://[removed]@host'],
  ['token: null', 'token: null'],
])('%s', (text, expected) => {
  expect(new Redactor({ secrets: [], names: [], key: 'k', plain: true }).text(text)).toBe(expected);
});

it('keeps to its time and its size, and says what is missing', async () => {
  const redactor = new Redactor({ secrets: [], names: [], key: 'k', plain: false });
  const begun = performance.now();
  const { archive, entries } = await makeBundle({
    redactor,
    clock: systemClock,
    maxItemMs: 50,
    maxItemBytes: 1000,
    items: [
      { name: 'hangs', what: 'never answers', read: () => new Promise(() => undefined) },
      {
        name: 'fails',
        what: 'throws',
        read: () => {
          throw new Error('no such thing at 10.1.2.3');
        },
      },
      { name: 'long', what: 'a log', read: () => `${'x'.repeat(5000)}the end` },
      { name: 'fine', what: 'fine', read: () => 'fine' },
    ],
  });
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(archive.length).toBeLessThan(5000);
  expect(entries.map(({ note }) => note)).toEqual([
    'could not be had: not had within 50 ms',
    expect.stringMatching(/no such thing at ip-[0-9a-f]{8}$/),
    'only the last 1000 of 5007 bytes',
    null,
  ]);
});
