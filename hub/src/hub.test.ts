import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connectAsync } from 'mqtt';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../test/harness/certificate.ts';
import { readExposition, sampleValue, unconventional } from '../../test/harness/exposition.ts';
import { createTestDatabase, type TestDatabase } from '../../test/harness/postgres.ts';
import type { OneTimeLogin } from './auth/first-admin.ts';
import { runCli } from './cli.ts';
import type { Io } from './commands/command.ts';
import { type HubConfig, loadConfig } from './config.ts';
import { Hub, type HubAddresses } from './hub.ts';
import { createLog } from './log.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearst-hub-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function environment(env: Record<string, string> = {}) {
  return { HEARST_DATA_DIR: folder, HEARST_HTTP_PORT: '0', HEARST_MQTT_PORT: '0', ...env };
}

interface Running extends HubAddresses {
  readonly hub: Hub;
  readonly lines: string[];
  /** What was told of a super admin made at this start. */
  readonly firstAdmin: OneTimeLogin[];
}

async function startHub(env: Record<string, string>, config: Partial<HubConfig> = {}): Promise<Running> {
  const lines: string[] = [];
  const firstAdmin: OneTimeLogin[] = [];
  const log = createLog('debug', { write: (line) => lines.push(line) });
  const hub = new Hub(
    { ...loadConfig(environment(env)), ...config },
    { log, onFirstAdmin: (login) => firstAdmin.push(login) },
  );
  return { hub, lines, firstAdmin, ...(await hub.start()) };
}

async function command<T>(env: Record<string, string>, ...args: string[]): Promise<T> {
  let out = '';
  const io: Io = {
    env,
    now: Date.now,
    log: createLog('silent'),
    out: (text) => {
      out += text;
    },
    err: () => {},
  };
  expect(await runCli([...args, '--json'], io)).toBe(0);
  return (JSON.parse(out) as { data: T }).data;
}

async function json(url: string, init?: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a hub with everything inside', () => {
  it('starts from an empty folder, takes commands beside it, enrols an agent, stops, and starts again', async () => {
    const env = environment();
    const first = await startHub({});
    let key: string;
    let credential: { agent: string; secret: string; mqtt: string };
    let events: Promise<string> | undefined;
    try {
      expect(await json(`${first.httpUrl}/healthz`)).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect(await json(`${first.httpUrl}/readyz`)).toMatchObject({ status: 200, body: { status: 'ready' } });
      await command(env, 'seed');
      key = (await command<{ key: string }>(env, 'key', 'create', '--name', 't', '--role', 'super_admin')).key;
      const stream = await fetch(`${first.httpUrl}/api/events`, { headers: { Authorization: `Bearer ${key}` } });
      events = stream.text();
      const { token } = await command<{ token: string }>(env, 'agent', 'add', 'QATAR-001');
      const enrolled = await json(`${first.httpUrl}/api/enrol`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token, name: 'edge', program: '0' }),
      });
      expect(enrolled.status).toBe(201);
      credential = enrolled.body as typeof credential;
      expect(credential.mqtt).toBe(first.mqttUrl);
      const signedIn = await json(`${first.httpUrl}/api/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(first.firstAdmin[0]),
      });
      expect(signedIn).toMatchObject({ status: 201, body: { role: 'super_admin', duty: 'change_password' } });
      await login(credential);
      await pretendOnline(first.databaseUrl);
    } finally {
      await first.hub.stop();
    }
    await expect(fetch(`${first.httpUrl}/healthz`)).rejects.toThrow();
    // Its streams were ended, not cut off; commands were heard on them too.
    expect(await events).toMatch(/"action":"agent.add".*\n\n.*\n.*"action":"agent.enrol"/);
    // A command starts the database for itself when no hub runs.
    expect(await command<unknown[]>(env, 'agent', 'list')).toHaveLength(1);

    const second = await startHub({});
    try {
      const projects = await json(`${second.httpUrl}/api/projects`, { headers: { Authorization: `Bearer ${key}` } });
      expect(projects.body).toMatchObject({
        total: 2,
        data: [{ project_id: 'AQUA-001' }, { project_id: 'QATAR-001' }],
      });
      // No will was heard of an agent that was online when its broker died.
      expect(await command<unknown[]>(env, 'agent', 'list')).toMatchObject([{ state: 'unknown' }]);
      // Its HMAC key must open again too: the broker reads the whole row.
      await login({ ...credential, mqtt: second.mqttUrl });
    } finally {
      await second.hub.stop();
    }
    const password = readFileSync(join(folder, 'postgres', 'password'), 'utf8').trim();
    const logged = [...first.lines, ...second.lines].join('\n');
    // There is somebody now: a second start makes nobody.
    expect([first.firstAdmin.length, second.firstAdmin]).toEqual([1, []]);
    for (const secret of [password, key, credential.secret, first.firstAdmin[0]!.password])
      expect(logged).not.toContain(secret);
  }, 60_000);
});

async function pretendOnline(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("update agents set state = 'online'");
  await client.end();
}

async function login(credential: { agent: string; secret: string; mqtt: string }): Promise<void> {
  const options = { clientId: credential.agent, username: credential.agent, reconnectPeriod: 0 };
  const client = await connectAsync(credential.mqtt, { ...options, password: credential.secret });
  await client.endAsync();
  await expect(connectAsync(credential.mqtt, { ...options, password: 'wrong' })).rejects.toThrow(/Not authorized/i);
}

describe('a hub on a database of its own choosing', () => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await createTestDatabase();
  });
  afterAll(() => place.drop());

  it('stays up while the database is away, says so, and goes on by itself', async () => {
    const { hub, httpUrl, metricsUrl } = await startHub({ DATABASE_URL: place.url, HEARST_METRICS_PORT: '0' });
    const measured = async () => readExposition(await (await fetch(metricsUrl!)).text());
    const admin = new pg.Client({ connectionString: place.url.replace(/\/[^/]*$/, '/postgres') });
    await admin.connect();
    const name = new URL(place.url).pathname.slice(1);
    const allow = (yes: boolean) => admin.query(`alter database ${name} with allow_connections ${yes}`);
    try {
      const families = await measured();
      expect(unconventional(families)).toEqual([]);
      for (const name of ['hearst_database_up', 'hearst_broker_up', 'hearst_ingest_storage_up'])
        expect(sampleValue(families, name)).toBe(1);
      expect(sampleValue(families, 'process_resident_memory_bytes')).toBeGreaterThan(10e6);
      expect(families.has('nodejs_eventloop_lag_seconds')).toBe(true);
      await allow(false);
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await expectSoon(async () => {
        const { status, body } = await json(`${httpUrl}/readyz`);
        expect(status).toBe(503);
        expect(body.checks).toContainEqual(expect.objectContaining({ name: 'database', ok: false }));
      });
      expect((await json(`${httpUrl}/healthz`)).status).toBe(200);
      expect(sampleValue(await measured(), 'hearst_broker_up')).toBe(1);
      const key = `hck_0123456789ab_${'A'.repeat(43)}`;
      const asked = await json(`${httpUrl}/api/projects`, { headers: { Authorization: `Bearer ${key}` } });
      expect(asked).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
      await allow(true);
      await expectSoon(async () => expect((await json(`${httpUrl}/readyz`)).status).toBe(200));
    } finally {
      await allow(true);
      await admin.end();
      await hub.stop();
    }
  });

  it('serves https with a certificate of its own, and makes the super admin that was configured', async () => {
    const { certFile, keyFile, cert } = makeCertificate(folder);
    const other = await createTestDatabase();
    const { hub, httpUrl, mqttUrl, firstAdmin, lines } = await startHub({
      DATABASE_URL: other.url,
      HEARST_TLS_CERT_FILE: certFile,
      HEARST_TLS_KEY_FILE: keyFile,
      HEARST_ADMIN_EMAIL: 'hq@example.com',
      HEARST_ADMIN_PASSWORD: 'canary three words',
    });
    try {
      expect(httpUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      const answer = await post(`${httpUrl}/api/session`, cert, {
        email: 'hq@example.com',
        password: 'canary three words',
      });
      expect(answer).toMatchObject({ status: 201, body: { role: 'super_admin', duty: null } });
      expect(answer.headers['strict-transport-security']).toContain('max-age');
      expect(answer.headers['set-cookie']![0]).toMatch(/^__Host-hearst=.*; Secure/);
      expect(firstAdmin).toEqual([]);
      expect(lines.join('\n')).not.toMatch(/canary|PRIVATE KEY/);
      // Its broker too: the hub's own link stands, whoever knows the certificate is asked for a login, others go away.
      expect(mqttUrl).toMatch(/^mqtts:\/\/127\.0\.0\.1:\d+$/);
      expect(lines.join('\n')).toContain('connected to the broker');
      const stranger = { username: 'x', password: 'x', reconnectPeriod: 0, connectTimeout: 3000 };
      await expect(connectAsync(mqttUrl, { ...stranger, ca: cert }, false)).rejects.toThrow(/Not authorized/i);
      await expect(connectAsync(mqttUrl, stranger, false)).rejects.toThrow(/self-signed certificate/);
      const plain = connectAsync(mqttUrl.replace('mqtts:', 'mqtt:'), stranger, false);
      await expect(plain).rejects.toThrow();
    } finally {
      await hub.stop();
      await other.drop();
    }
  });

  it('makes no super admin in a start that fails: nobody would know the password', async () => {
    const taken = await listen();
    const other = await createTestDatabase();
    try {
      const started = startHub({ DATABASE_URL: other.url, HEARST_HTTP_PORT: String(portOf(taken)) });
      await expect(started).rejects.toThrow(/port is in use/);
      const { hub, firstAdmin } = await startHub({ DATABASE_URL: other.url });
      await hub.stop();
      expect(firstAdmin).toHaveLength(1);
    } finally {
      taken.close();
      await other.drop();
    }
  });

  it('says which port is taken and what to set, and leaves nothing running', async () => {
    const taken = await listen();
    try {
      const port = String(portOf(taken));
      await expect(startHub({ DATABASE_URL: place.url, HEARST_HTTP_PORT: port })).rejects.toThrow(
        new RegExp(`127\\.0\\.0\\.1:${port}: the port is in use.*HEARST_HTTP_PORT`),
      );
      await expect(startHub({ DATABASE_URL: place.url, HEARST_METRICS_PORT: port })).rejects.toThrow(
        new RegExp(`127\\.0\\.0\\.1:${port}: the port is in use.*HEARST_METRICS_PORT`),
      );
      await expect(startHub({ DATABASE_URL: place.url, HEARST_MQTT_PORT: port })).rejects.toThrow(
        new RegExp(`127\\.0\\.0\\.1:${port}.*HEARST_MQTT_PORT`),
      );
    } finally {
      taken.close();
    }
  });

  it('says that a broker refuses its login, without the password', async () => {
    const broker = await startHub({ DATABASE_URL: place.url });
    try {
      const url = new URL(broker.mqttUrl);
      url.username = randomUUID();
      url.password = 'hunter2';
      const refused = startHub({ DATABASE_URL: place.url, MQTT_URL: url.href });
      await expect(refused).rejects.toThrow(/refuses the hub's login.*MQTT_URL/);
      await expect(refused).rejects.not.toThrow(/hunter2/);
    } finally {
      await broker.hub.stop();
    }
  });

  it('refuses a database of a newer hub and leaves it alone', async () => {
    const other = await createTestDatabase();
    const client = new pg.Client({ connectionString: other.url });
    await client.connect();
    try {
      await client.query(`insert into hearst_schema.migrations (version, name, hash) values (9999, 'later', 'x')`);
      await expect(startHub({ DATABASE_URL: other.url })).rejects.toThrow(/newer version \(9999\)/);
    } finally {
      await client.end();
      await other.drop();
    }
  });

  it('is up while jobs cannot even begin', async () => {
    const database = await createTestDatabase();
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    // What jobs keep their queues in is being made by somebody else, who takes his time.
    await owner.query('begin; create schema hearst_jobs');
    const { hub, httpUrl } = await startHub({ DATABASE_URL: database.url });
    const waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'hearst_jobs'";
    await expect.poll(async () => (await owner.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
    expect((await fetch(`${httpUrl}/readyz`)).status).toBe(200);
    await owner.query('rollback');
    await owner.end();
    await hub.stop();
    await database.drop();
  });

  it('can be stopped in the middle of a start', async () => {
    const hub = new Hub(loadConfig(environment({ DATABASE_URL: place.url })), { log: createLog('silent') });
    const starting = hub.start();
    const settled = expect(starting).rejects.toThrow(/stopped while it was starting/);
    await hub.stop();
    await settled;
    await hub.stop();
  });
});

async function expectSoon(check: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 15_000; ; ) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

interface HttpsAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: unknown;
}

function post(url: string, ca: string, body: object): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', ca, headers: { 'Content-Type': 'application/json' } }, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((said) => resolve({ status, headers, body: JSON.parse(said) }), reject);
    });
    asked.on('error', reject).end(JSON.stringify(body));
  });
}
