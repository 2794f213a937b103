import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/harness/certificate.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { runCli } from '../cli.ts';
import { createLog } from '../log.ts';
import { CHECKS, type Checked } from './doctor.ts';

let database: TestDatabase;
const folder = temporaryFolder('doctor');
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  folder[Symbol.dispose]();
});

/** Port 1 is nobody's. */
const ENV = { HEARST_HTTP_PORT: '1', HEARST_MQTT_PORT: '1', HEARST_DATA_DIR: folder.path };

async function doctor(env: Record<string, string>, now = Date.now) {
  let out = '';
  const code = await runCli(['doctor', '--json'], {
    env: { ...ENV, ...env },
    now,
    log: createLog('silent'),
    out: (text) => {
      out += text;
    },
    err: () => {},
  });
  const { checks } = (JSON.parse(out) as { data: { checks: Checked[] } }).data;
  const outcomes = Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
  return { code, checks, outcomes };
}

it('has one stable code for each check', () => {
  const codes = CHECKS.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => /^H\d{4}$/.test(code))).toBe(true);
});

it('finds a sound database sound, and says what is not known; every trouble has a cause and a next step', async () => {
  const { code, checks, outcomes } = await doctor({ DATABASE_URL: database.url });
  expect(outcomes).toMatchObject({
    database: 'ok',
    'database.schema': 'ok',
    'database.row-security': 'ok',
    'database.clock': 'ok',
    'jobs.rollups': 'ok',
    'jobs.deliveries': 'ok',
    'ingest.quarantine': 'ok',
    'backup.last': 'skipped',
    'hub.ready': 'warning',
    broker: 'skipped',
    certificate: 'skipped',
  });
  expect(Object.keys(outcomes)).toEqual(CHECKS.map(({ name }) => name));
  // The tests' own server leaves out what makes a commit last: that is an error, and the exit code says so.
  expect(outcomes['database.settings']).toBe('error');
  expect(code).toBe(1);
  for (const { outcome, cause, next } of checks)
    if (outcome === 'warning' || outcome === 'error') expect([cause, next]).not.toContain(undefined);
});

it('without a database tells of it once, and goes on with the machine', async () => {
  const { code, outcomes } = await doctor({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  expect(code).toBe(1);
  expect(outcomes).toMatchObject({ database: 'error', 'database.schema': 'skipped', disk: 'ok' });
  const own = await doctor({});
  expect(own.outcomes).toMatchObject({ database: 'error', 'backup.last': 'warning' });
});

it('sees clocks apart, a key that others may read, a broker that is away, and a certificate that ends', async () => {
  const place = join(folder.path, 'bad');
  mkdirSync(place);
  writeFileSync(join(place, 'hub.key'), 'x');
  chmodSync(join(place, 'hub.key'), 0o644);
  const { cert, key } = makeCertificate(place);
  const { outcomes } = await doctor(
    {
      DATABASE_URL: database.url,
      HEARST_DATA_DIR: place,
      HEARST_TLS_CERT: cert,
      HEARST_TLS_KEY: key,
      MQTT_URL: 'mqtt://127.0.0.1:1',
      HEARST_PUBLIC_URL: 'http://127.0.0.1:1',
    },
    () => Date.now() + 300_000_000_000,
  );
  expect(outcomes).toMatchObject({
    'database.clock': 'error',
    'hub.key': 'error',
    broker: 'error',
    'public-url': 'error',
    certificate: 'error',
  });
});
