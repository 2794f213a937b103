import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/harness/postgres.ts';
import { recordActivity } from './activity/record.ts';
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

interface Logged {
  project_id: string;
  actor_kind: string;
  actor_id: string;
  action: string;
  target_type: string;
  target_id: string;
  at: Date;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** The entries of the activity log about one object, in order. */
async function logged(targetType: string, targetId: string): Promise<Logged[]> {
  const { rows } = await database.owner.query<Logged>(
    'select * from activity_logs where target_type = $1 and target_id = $2 order by project_id, seq',
    [targetType, targetId],
  );
  return rows;
}

const SYSTEM = { actor_kind: 'system', actor_id: expect.stringMatching(/^system:.+/), at: new Date(NOW) };

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

  it('is in the activity log, once for each project', async () => {
    for (const id of ['QATAR-001', 'AQUA-001'])
      expect(await logged('project', id)).toMatchObject([
        { ...SYSTEM, project_id: id, action: 'project.create', after: { status: expect.any(String) } },
      ]);
  });
});

describe('agent', () => {
  it('add makes a token for a project and says what to paste', async () => {
    const made = await hub<Record<string, string>>('agent', 'add', 'qatar-001', '--name', "o'edge");
    expect(made).toMatchObject({ project_id: 'QATAR-001', expires_at: '2026-11-24T12:00:00.000Z' });
    expect((await logged('project', 'QATAR-001')).at(-1)).toMatchObject({
      ...SYSTEM,
      action: 'agent.add',
      after: { name: "o'edge", expires_at: made.expires_at },
    });
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

  it('add is refused for an archived project', async () => {
    const old = (sql: string) => withContext(database.owner, { role: 'super_admin' }, (client) => client.query(sql));
    await old(`insert into projects (project_id, status) values ('OLD-001', 'archived')`);
    const { code, err } = await run(['agent', 'add', 'old-001']);
    expect(code).toBe(1);
    expect(err).toMatch(/^The project OLD-001 is archived .*\n$/);
    await old(`delete from projects where project_id = 'OLD-001'`);
  });

  it('list, revoke and reinstate know the agents', async () => {
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
        brokerPassword: '$7$101$c2FsdA==$aGFzaA==',
        createdAt: new Date(NOW),
      }),
    );
    expect(await hub('agent', 'list')).toMatchObject([{ agent_id: agentId, status: 'active', last_seen_at: null }]);
    await withContext(database.owner, { role: 'super_admin' }, (client) =>
      client.query(`update agents set status = 'quarantined' where agent_id = $1`, [agentId]),
    );
    expect(await hub('agent', 'reinstate', agentId)).toMatchObject({ status: 'active', project_id: 'QATAR-001' });
    expect(await hub('agent', 'list')).toMatchObject([{ agent_id: agentId, status: 'active' }]);
    for (let again = 0; again < 2; again++)
      expect(await hub('agent', 'revoke', agentId.toUpperCase())).toMatchObject({ status: 'revoked' });
    expect(await logged('agent', agentId)).toMatchObject([
      { ...SYSTEM, action: 'agent.reinstate', before: { status: 'quarantined' }, after: { status: 'active' } },
      { ...SYSTEM, action: 'agent.revoke', before: { status: 'active' }, after: { status: 'revoked' } },
    ]);
    expect(await run(['agent', 'reinstate', agentId])).toMatchObject({
      code: 1,
      err: expect.stringContaining('is revoked, which is final'),
    });
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
    for (const [{ key }, project_id] of [
      [made, 'HEARST-000'],
      [one, 'QATAR-001'],
    ] as const) {
      const entries = await logged('api_key', key.slice(4, 16));
      expect(entries).toMatchObject([{ ...SYSTEM, project_id, action: 'api_key.create', after: { name: 'k' } }]);
      expect(JSON.stringify(entries)).not.toContain(key.slice(-43));
    }
    const all = await hub<{ key: string }>('key', 'create', '--name', 'k', '--role', 'super_admin');
    expect(await authenticateApiKey(database.api, all.key, NOW)).toMatchObject({ projectIds: null });
  });

  it('list shows no secret, revoke ends a key', async () => {
    const made = await hub<{ key: string; key_id: string }>('key', 'create', '--name', 'gone', '--role', 'super_admin');
    for (let again = 0; again < 2; again++)
      expect(await hub('key', 'revoke', made.key_id)).toMatchObject({ status: 'revoked' });
    const actions = (await logged('api_key', made.key_id)).map(({ action }) => action);
    expect(actions).toEqual(['api_key.create', 'api_key.revoke']);
    expect((await run(['key', 'revoke', 'nothing'])).code).toBe(1);
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

describe('activity verify', () => {
  const owner = (sql: string) => withContext(database.owner, { role: 'super_admin' }, (client) => client.query(sql));

  it('walks the chain of every project, of what belongs to none, and of what was purged', async () => {
    await owner(`insert into projects (project_id) values ('GONE-001')`);
    await hub('agent', 'add', 'GONE-001');
    await owner(`delete from enrolment_tokens where project_id = 'GONE-001'`);
    await owner(`delete from projects where project_id = 'GONE-001'`);
    await withContext(database.owner, { role: 'super_admin' }, (client) =>
      recordActivity(
        client,
        { kind: 'user', id: 'u', name: 'U', address: null, requestId: null },
        { project: 'HEARST-000', action: 'project.purge', target: { type: 'project', id: 'GONE-001' } },
        new Date(NOW),
      ),
    );
    const all = await hub<{ project_id: string; entries: number }[]>('activity', 'verify');
    expect(all.map(({ project_id }) => project_id)).toEqual(['HEARST-000', 'AQUA-001', 'QATAR-001', 'GONE-001']);
    expect(all.every(({ entries }) => entries > 0)).toBe(true);
    expect(await hub('activity', 'verify', 'gone-001')).toEqual([{ project_id: 'GONE-001', entries: 1 }]);
    expect((await run(['activity', 'verify'])).out).toMatch(/^QATAR-001 +\d+ +holds$/m);
  });

  it('names the project and the place where it does not hold, and ends with 1', async () => {
    await owner(`update activity_logs set actor_name = 'somebody else' where project_id = 'QATAR-001' and seq = 2`);
    for (const args of [
      ['activity', 'verify'],
      ['activity', 'verify', 'QATAR-001'],
    ]) {
      const { code, out, err } = await run(args);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('The activity log of QATAR-001 is broken at entry 2:');
    }
    expect(await hub('activity', 'verify', 'AQUA-001')).toMatchObject([{ project_id: 'AQUA-001' }]);
    expect(await run(['activity', 'verify', 'NO-001'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no activity log of NO-001'),
    });
  });
});

describe('rollup', () => {
  const days = (from: string, to = from) => ['rollup', '--project', 'qatar-001', '--from', from, '--to', to];

  it('computes the days it is given anew, and says how much that was', async () => {
    const { code, out } = await run(days('2026-11-21', '2026-11-22'));
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Computed anew of QATAR-001: 0 buckets of five minutes, 0 hours, 0 days.\n',
    });
  });

  it('refuses days whose raw frames may be gone, days to come, and what is no day', async () => {
    await withContext(database.owner, { projectIds: ['QATAR-001'] }, (client) =>
      client.query("insert into raw_horizons values ('QATAR-001', '2026-11-20T00:00Z')"),
    );
    const told = async (...args: [string, string?]) => (await run(days(...args))).err;
    expect(await told('2026-11-19')).toContain('before 2026-11-20T01:30:00.000Z may be gone');
    expect(await told('2026-11-25')).toContain('holds no time that has passed');
    expect(await told('2026-11-22', '2026-11-21')).toContain('holds no time that has passed');
    expect(await told('2026-02-30')).toContain('--from 2026-02-30 is no date');
    expect(
      (await run(['rollup', '--project', 'NONE-001', '--from', '2026-11-21', '--to', '2026-11-21'])).err,
    ).toContain('There is no project NONE-001');
  });

  it('says what to do in a database that no hub has prepared', async () => {
    await database.owner.query('create database bare');
    const url = new URL(place.url);
    url.pathname = '/bare';
    const { code, err } = await run(days('2026-11-21'), { DATABASE_URL: url.href });
    await database.owner.query('drop database bare');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'The database does not hold the tables of Hearst Control yet. Run: hearst-hub migrate\n',
    });
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
