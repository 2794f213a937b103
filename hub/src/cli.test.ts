import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/harness/postgres.ts';
import { authenticateApiKey } from './auth/api-keys.ts';
import { hashSecret } from './auth/secrets.ts';
import { runCli } from './cli.ts';
import { Database, withContext } from './db/client.ts';
import { findEnrolmentToken, insertAgent } from './db/queries/enrolment.ts';
import { createLog } from './log.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

let place: TestDatabase;
let database: Database;
beforeAll(async () => {
  place = await createTestDatabase();
  database = await Database.open({ url: place.url, log: createLog('silent') });
  await hub('seed');
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

async function run(args: string[], env: Record<string, string> = { DATABASE_URL: place.url }) {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    env,
    now: () => NOW,
    log: createLog('silent'),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

/** Runs a command with `--json` that must succeed. */
async function hub<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await run([...args, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const document = JSON.parse(out) as { ok: boolean; data: T; problems: unknown[] };
  expect(document).toMatchObject({ ok: true, problems: [] });
  return document.data;
}

describe('seed', () => {
  it('creates the first projects once, and leaves them as people have made them', async () => {
    await withContext(database.owner, { role: 'super_admin' }, (client) =>
      client.query(`update projects set name = 'Renamed' where project_id = 'AQUA-001'`),
    );
    expect(await hub('seed')).toEqual({ created: [], projects: ['QATAR-001', 'AQUA-001'] });
    const { rows } = await database.owner.query(
      `select project_id, name, status, planned_start, total_containers, total_miners, target_hashrate_eh,
              target_power_mw, capex_usd, metadata -> 'grid' -> 'voltage_kv' as kv from projects order by project_id`,
    );
    expect(rows).toMatchObject([
      { project_id: 'AQUA-001', name: 'Renamed', status: 'planned', planned_start: 'Q2 2025', total_miners: null },
      {
        project_id: 'QATAR-001',
        name: 'Hearst Qatar Mining',
        status: 'active',
        total_containers: 58,
        total_miners: 17_864,
        target_hashrate_eh: 8.45,
        target_power_mw: 102.37,
        capex_usd: 143_800_000,
        kv: 132,
      },
    ]);
  });
});

describe('agent', () => {
  it('add makes a token for a project and says what to paste', async () => {
    const made = await hub<Record<string, string>>('agent', 'add', 'qatar-001', '--name', "o'edge");
    expect(made).toMatchObject({ project_id: 'QATAR-001', expires_at: '2026-11-24T12:00:00.000Z' });
    expect(made.command).toBe(
      `hearst-agent enrol --hub http://127.0.0.1:8080 --token ${made.token} --name 'o'\\''edge'`,
    );
    const hash = hashSecret(made.token!);
    const stored = await withContext(database.api, { tokenHash: hash.toString('hex') }, (client) =>
      findEnrolmentToken(client, hash),
    );
    expect(stored).toMatchObject({ projectId: 'QATAR-001', usedAt: null });
    const { out } = await run(['agent', 'add', 'QATAR-001']);
    expect(out).toMatch(/^One-time token .*\n\n {2}hearst-agent enrol --hub \S+ --token het_\S+\n/);
  });

  it('add names the projects there are when it is given another', async () => {
    const { code, err } = await run(['agent', 'add', 'NOWHERE-001']);
    expect(code).toBe(1);
    expect(err).toBe('There is no project NOWHERE-001. There are: AQUA-001, QATAR-001.\n');
  });

  it('list and revoke know the agents', async () => {
    expect((await run(['agent', 'list'])).out).toContain('No agent is enrolled yet');
    const agentId = randomUUID();
    await withContext(database.owner, { role: 'super_admin' }, (client) =>
      insertAgent(client, {
        projectId: 'QATAR-001',
        agentId,
        name: 'edge-1',
        program: '0.1.0',
        secretHash: hashSecret('x'),
        sealedHmacKey: Buffer.alloc(1),
        createdAt: new Date(NOW),
      }),
    );
    expect(await hub('agent', 'list')).toMatchObject([{ agent_id: agentId, status: 'active', last_seen_at: null }]);
    expect(await hub('agent', 'revoke', agentId.toUpperCase())).toMatchObject({ status: 'revoked' });
    expect((await run(['agent', 'list'])).out).toMatch(new RegExp(`${agentId} .* revoked `));
    expect((await run(['agent', 'revoke', randomUUID()])).code).toBe(1);
    expect((await run(['agent', 'revoke', 'edge-1'])).code).toBe(2);
  });
});

describe('key', () => {
  it('create makes a key that works for its role and projects', async () => {
    const made = await hub<{ key: string }>(
      'key',
      'create',
      '--name',
      'k',
      '--role',
      'operator',
      '--projects',
      'qatar-001,AQUA-001',
    );
    expect(await authenticateApiKey(database.api, made.key, NOW)).toMatchObject({
      role: 'operator',
      projectIds: ['QATAR-001', 'AQUA-001'],
    });
    const one = await hub<{ key: string }>(
      'key',
      'create',
      '--name',
      'k',
      '--role',
      'viewer',
      '--projects',
      'QATAR-001',
    );
    expect(await authenticateApiKey(database.api, one.key, NOW)).toMatchObject({ projectIds: ['QATAR-001'] });
    const all = await hub<{ key: string }>('key', 'create', '--name', 'k', '--role', 'super_admin');
    expect(await authenticateApiKey(database.api, all.key, NOW)).toMatchObject({ projectIds: null });
  });

  it('list shows no secret, revoke ends a key', async () => {
    const made = await hub<{ key: string; key_id: string }>('key', 'create', '--name', 'gone', '--role', 'super_admin');
    expect(await hub('key', 'revoke', made.key_id)).toMatchObject({ status: 'revoked' });
    expect(await authenticateApiKey(database.api, made.key, NOW)).toBeNull();
    const { out } = await run(['key', 'list']);
    expect(out).toMatch(/gone +super_admin +all +revoked/);
    expect(out).not.toContain(made.key.slice(-43));
  });

  it.each([
    [['key', 'create', '--name', 'k'], 2, "required option '--role"],
    [['key', 'create', '--name', 'k', '--role', 'king'], 2, 'Allowed choices are super_admin'],
    [['key', 'create', '--name', 'k', '--role', 'viewer'], 2, 'add --projects'],
    [['key', 'create', '--name', 'k', '--role', 'super_admin', '--projects', 'QATAR-001'], 2, 'leave out --projects'],
    [['key', 'create', '--name', 'k', '--role', 'viewer', '--projects', 'NO-001'], 1, 'no project NO-001'],
  ])('%j ends with %i', async (args, code, message) => {
    const answer = await run(args);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(message);
    expect(answer.out).toBe('');
  });
});

describe('every command', () => {
  it('ends with 78 and all faults for a wrong configuration', async () => {
    const { code, err } = await run(['agent', 'list'], { HEARST_HTTP_PORT: 'x', DATABASE_URL: 'nonsense' });
    expect(code).toBe(78);
    expect(err).toContain('2 faults');
  });

  it('says as one JSON document what went wrong', async () => {
    const { code, out, err } = await run(['agent', 'add', 'NO-001', '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toEqual({
      ok: false,
      data: null,
      problems: [{ message: expect.stringContaining('NO-001') }],
    });
  });

  it('says what to do about a database that does not answer, without its password', async () => {
    const { code, err } = await run(['agent', 'list'], { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' });
    expect(code).toBe(69);
    expect(err).toContain('DATABASE_URL');
    expect(err).not.toContain('hunter2');
  });

  it('says to migrate a database that has no tables yet', async () => {
    const admin = await createTestDatabase();
    const url = new URL(admin.url);
    url.pathname = `${url.pathname}_empty`;
    const name = url.pathname.slice(1);
    await database.owner.query(`create database ${name} template template0`);
    try {
      const env = { DATABASE_URL: url.href };
      expect(await run(['seed'], env)).toMatchObject({ code: 1, err: expect.stringContaining('hearst-hub migrate') });
      expect(await run(['migrate'], env)).toMatchObject({ code: 0, out: expect.stringContaining('from version 0') });
      expect(await run(['migrate'], env)).toMatchObject({ code: 0, out: expect.stringContaining('already') });
      expect((await run(['seed'], env)).code).toBe(0);
    } finally {
      await database.owner.query(`drop database ${name} with (force)`);
      await admin.drop();
    }
  });

  it('knows its usage, and what it is', async () => {
    expect(await run(['dance'])).toMatchObject({ code: 2, err: expect.stringContaining('unknown command') });
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('serve') });
    expect(await run([])).toMatchObject({ code: 2 });
    expect(await hub('version')).toMatchObject({ version: expect.stringMatching(/^\d/), protocol: 1 });
  });

  it.each([
    ['off loopback without TLS', { HEARST_HOST: '192.0.2.1' }, /HEARST_TLS_CERT_FILE/],
    [
      'with a weak password for the super admin',
      { HEARST_ADMIN_PASSWORD: 'hunter2' },
      /HEARST_ADMIN_PASSWORD will not do/,
    ],
    ['with half a certificate', { HEARST_TLS_KEY: 'x' }, /HEARST_TLS_KEY_FILE is set without/],
  ])('does not serve %s', async (_, env, said) => {
    const refused = await run(['serve'], env as Record<string, string>);
    expect(refused).toMatchObject({ code: 78, err: expect.stringMatching(said) });
    expect(refused.err).not.toContain('hunter2');
  });
});
