import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { on } from './builder.ts';
import { Database, isConnectionTrouble, withContext, withoutRole } from './client.ts';
import { beginStatement, type DatabaseContext } from './context.ts';

const log = createLog('silent');
const AGENT = '00000000-0000-4000-8000-000000000001';
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  const owner = await Database.open({ url: test.url, log });
  await owner.owner.query(`
    insert into projects (project_id, name) values ('AAA-001', 'canary A'), ('BBB-001', 'canary B');
    insert into agents (project_id, agent_id, name, secret_hash, hmac_key)
      values ('AAA-001', '${AGENT}', 'agent A', '\\x00', '\\x00');
    insert into alerts (project_id) values ('AAA-001'), ('BBB-001')`);
  await owner.close();
});
afterAll(() => test.drop());

beforeEach(async () => {
  // One connection each: whatever a transaction leaves behind, the next one meets.
  database = await Database.open({ url: test.url, log, connections: { api: 1, ingest: 1 } });
});
afterEach(() => database.close());

const projectsSeen = (context: DatabaseContext): Promise<string[]> =>
  withContext(database.api, context, async (client) => {
    const { rows } = await client.query<{ project_id: string }>('select project_id from projects order by 1');
    return rows.map((row) => row.project_id);
  });

describe('withContext', () => {
  it('shows the projects of the context and no others', async () => {
    expect(await projectsSeen({ projectIds: ['AAA-001'] })).toEqual(['AAA-001']);
    expect(await projectsSeen({ projectIds: ['BBB-001'] })).toEqual(['BBB-001']);
    expect(await projectsSeen({ projectIds: ['AAA-001', 'BBB-001'] })).toEqual(['AAA-001', 'BBB-001']);
  });

  it('shows nothing without a context, on a fresh connection and on one that had a context', async () => {
    const bare = async (): Promise<number> => (await database.api.query('select 1 from projects')).rows.length;
    expect(await bare()).toBe(0);
    expect(await projectsSeen({ projectIds: ['AAA-001'] })).toEqual(['AAA-001']);
    expect(await bare()).toBe(0);
    expect(await projectsSeen({})).toEqual([]);
  });

  it('is not fooled by a setting that somebody left on the session', async () => {
    await database.api.query("set hearst.project_ids = 'BBB-001'; set hearst.role = 'super_admin'");
    expect(await projectsSeen({ projectIds: ['AAA-001'] })).toEqual(['AAA-001']);
    expect(await projectsSeen({})).toEqual([]);
  });

  it('keeps interleaved requests on one connection apart', async () => {
    const tenants = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 'AAA-001' : 'BBB-001'));
    const seen = await Promise.all(tenants.map((tenant) => projectsSeen({ projectIds: [tenant] })));
    expect(seen).toEqual(tenants.map((tenant) => [tenant]));
  });

  it('gives a super admin every project there is, and the reserved one', async () => {
    expect(await projectsSeen({ role: 'super_admin' })).toEqual(['AAA-001', 'BBB-001']);
    const listed = await withContext(database.api, { role: 'super_admin' }, async (client) => {
      const { rows } = await client.query<{ ids: string }>("select current_setting('hearst.project_ids') as ids");
      return rows[0]?.ids.split(',').sort();
    });
    expect(listed).toEqual(['AAA-001', 'BBB-001', 'HEARST-000']);
    expect(await projectsSeen({ role: 'project_manager' })).toEqual([]);
  });

  it('gives a super admin a project as soon as it is there, and none that is gone, whoever made and purged it', async () => {
    const listed = (): Promise<string> =>
      withContext(database.api, { role: 'super_admin', readOnly: true }, async (client) => {
        const { rows } = await client.query<{ ids: string }>("select current_setting('hearst.project_ids') as ids");
        return rows[0]?.ids ?? '';
      });
    const before = 'HEARST-000,AAA-001,BBB-001';
    expect([await listed(), await listed()]).toEqual([before, before]);
    await database.owner.query("insert into projects (project_id) values ('CCC-001')");
    expect(await listed()).toBe(`${before},CCC-001`);
    await database.owner.query("delete from projects where project_id = 'CCC-001'");
    expect(await listed()).toBe(before);
  });

  it('shows an agent its own row before its project is known, and only that', async () => {
    const rows = (context: DatabaseContext): Promise<number> =>
      withContext(database.ingest, context, async (client) => (await client.query('select * from agents')).rows.length);
    expect(await rows({ agentId: AGENT })).toBe(1);
    expect(await rows({ agentId: AGENT.replace(/1$/, '2') })).toBe(0);
  });

  it('rolls back what threw and gives the connection back', async () => {
    const failing = withContext(database.api, { role: 'super_admin' }, async (client) => {
      await client.query("insert into projects (project_id) values ('CCC-001')");
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await projectsSeen({ role: 'super_admin' })).toEqual(['AAA-001', 'BBB-001']);
    expect(database.api.totalCount).toBe(1);
  });

  it('refuses to write in a read-only transaction', async () => {
    const writing = withContext(database.api, { role: 'super_admin', readOnly: true }, (client) =>
      client.query("insert into projects (project_id) values ('CCC-001')"),
    );
    await expect(writing).rejects.toMatchObject({ code: '25006' });
  });

  it('replaces a connection that was cut in the middle of a transaction', async () => {
    const cut = withContext(database.api, {}, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.query('select pg_sleep(10)');
    });
    const error = await cut.catch((reason: unknown) => reason);
    expect(isConnectionTrouble(error)).toBe(true);
    expect(await projectsSeen({ projectIds: ['AAA-001'] })).toEqual(['AAA-001']);
  });

  it('throws what Postgres said, also when the query builder asked', async () => {
    const dividing = withContext(database.api, {}, (client) => on(client).execute(sql`select ${'a secret'}, 1 / 0`));
    await expect(dividing).rejects.toMatchObject({ code: '22012', message: 'division by zero' });
    const cut = withContext(database.api, {}, (client) =>
      on(client).execute(sql`select pg_terminate_backend(pg_backend_pid())`),
    );
    expect(isConnectionTrouble(await cut.catch((reason: unknown) => reason))).toBe(true);
  });

  it('survives that idle connections are cut', async () => {
    await projectsSeen({});
    await database.owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hearst_api' and datname = current_database()",
    );
    await expect.poll(() => database.api.totalCount).toBe(0);
    expect(await projectsSeen({ projectIds: ['AAA-001'] })).toEqual(['AAA-001']);
  });
});

describe('withoutRole', () => {
  const viewer: DatabaseContext = { projectIds: ['AAA-001'], role: 'viewer', userId: 'key:a' };

  it('opens what the role keeps closed, of the same projects, and closes it again', async () => {
    await withContext(database.api, { ...viewer, readOnly: true }, async (client) => {
      const alerts = async () => (await client.query('select project_id from alerts')).rows;
      expect(await alerts()).toEqual([]);
      expect(await withoutRole(client, alerts)).toEqual([{ project_id: 'AAA-001' }]);
      expect(await alerts()).toEqual([]);
    });
  });

  it('gives the role back whatever happens, and keeps nothing that was written', async () => {
    await withContext(database.api, viewer, async (client) => {
      const failing = withoutRole(client, () => client.query('select 1 / 0'));
      await expect(failing).rejects.toMatchObject({ code: '22012' });
      const keeping = "insert into idempotency_keys (principal, key, request_hash) values ('key:a', 'k', '')";
      expect((await withoutRole(client, () => client.query(keeping))).rowCount).toBe(1);
      const { rows } = await client.query(
        "select current_setting('hearst.role') as role, (select count(*) from idempotency_keys) as kept",
      );
      expect(rows).toEqual([{ role: 'viewer', kept: 0 }]);
    });
  });
});

describe('beginStatement', () => {
  it.each<[string, DatabaseContext]>([
    ['another quote in a project', { projectIds: ["A-001'; drop table projects; --"] }],
    ['two projects in one', { projectIds: ['AAA-001,BBB-001'] }],
    ['lower case', { projectIds: ['aaa-001'] }],
    ['an agent that is no UUID', { agentId: 'x' }],
    ['a token instead of its hash', { tokenHash: 'hck_secret' }],
    ['a quote in a login', { login: "a'b@example.com" }],
    ['a NUL', { userId: 'a\u0000b' }],
    ['a role that is none', { role: 'root' as never }],
  ])('refuses %s', (_, context) => {
    expect(() => beginStatement(context)).toThrow(TypeError);
  });

  it('sets everything in every transaction, literally', () => {
    expect(beginStatement({ projectIds: ['A-001', 'B-001'], readOnly: true })).toBe(
      "begin read only; set local hearst.project_ids = 'A-001,B-001'; set local hearst.role = ''; " +
        "set local hearst.agent_id = ''; set local hearst.token_hash = ''; set local hearst.user_id = ''; " +
        "set local hearst.login = ''",
    );
  });

  it('keeps plans for one transaction where that is asked for', async () => {
    const mode = (planOnce: boolean) =>
      withContext(database.api, { role: 'super_admin', planOnce }, async (client) => {
        const { rows } = await client.query<{ plan_cache_mode: string }>('show plan_cache_mode');
        return rows[0]?.plan_cache_mode;
      });
    expect([await mode(true), await mode(false)]).toEqual(['force_generic_plan', 'auto']);
  });
});

describe('values', () => {
  it('gives counts and int8 as numbers, and refuses to round', async () => {
    const { rows } = await database.owner.query(
      'select count(*), array[1::int8, null] as list, null::int8 as none from projects',
    );
    expect(rows).toEqual([{ count: 2, list: [1, null], none: null }]);
    await expect(database.owner.query('select 9007199254740993::int8')).rejects.toThrow('9007199254740993');
  });
});

describe('open', () => {
  it('says what to do when the password is wrong, without telling it', async () => {
    const url = new URL(test.url);
    url.password = 'canary-secret';
    const opening = Database.open({ url: url.href, log });
    await expect(opening).rejects.toThrow(
      /password authentication failed.*Check that the server runs and that DATABASE_URL/,
    );
    await expect(opening).rejects.not.toThrow(/canary-secret/);
  });

  it('says what to do when nothing listens there', async () => {
    await expect(Database.open({ url: 'postgres://a:b@127.0.0.1:1/x', log })).rejects.toThrow(
      /postgres:\/\/a:\*\*\*@127.0.0.1:1\/x cannot be used: .*ECONNREFUSED/,
    );
  });

  it('asks for a password to derive from', async () => {
    await expect(Database.open({ url: 'postgres://a@127.0.0.1:1/x', log })).rejects.toThrow(/must name user, password/);
  });

  it('logs in as two roles that own nothing', async () => {
    const who = async (pool: Database['api']): Promise<unknown> =>
      (await pool.query('select session_user as who')).rows[0];
    expect(await who(database.ingest)).toEqual({ who: 'hearst_ingest' });
    expect(await who(database.api)).toEqual({ who: 'hearst_api' });
    await expect(database.api.query('set role hearst_owner')).rejects.toMatchObject({ code: '42501' });
  });
});
