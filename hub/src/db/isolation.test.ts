import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, NOT_ALLOWED } from '../../../test/harness/attempt.ts';
import { policyParts, whileOpen } from '../../../test/harness/catalogue.ts';
import { tableFaults } from '../../../test/harness/isolation.ts';
import { createTestDatabase } from '../../../test/harness/postgres.ts';
import { ALICE, BOB, FOREIGN, OWN, readTables, seedRows } from '../../../test/harness/sample-rows.ts';
import { createLog } from '../log.ts';
import { Database, type DatabaseContext, withContext } from './client.ts';
import { Partitions } from './partitions.ts';

const log = createLog('silent');
// Made while the tests are collected: every table and every policy there is becomes a test.
const test = await createTestDatabase();
const database = await Database.open({ url: test.url, log, connections: { ingest: 1, api: 1 } });
const tables = await readTables(database.owner);
const policies = (await policyParts(database.owner)).filter(({ permissive }) => permissive);

beforeAll(async () => {
  await seedRows(database.owner, tables);
  await new Partitions(database.owner, { log }).ensure(Date.UTC(2026, 0, 1));
});

afterAll(async () => {
  await database.close();
  await test.drop();
});

describe('two projects with the same ids, and two people', () => {
  it.each(tables)('stay apart in $name, for reading and writing', async (table) => {
    expect(await tableFaults(database, table)).toEqual([]);
  });

  it.each([
    ['api_keys', "project_id, key_id, name, role, created_by, token_hash) values ('BBB-001', $1, '', 'viewer', '', "],
    ['enrolment_tokens', "project_id, created_by, expires_at, token_hash) values ('BBB-001', $1, now(), "],
  ])('open one row of %s to whoever shows its token, for reading', async (table, columns) => {
    for (const { userId, tokenHash } of [ALICE, BOB])
      await database.owner.query(`insert into ${table} (${columns} '\\x${tokenHash}')`, [userId]);
    const shown: DatabaseContext = { tokenHash: ALICE.tokenHash };
    for (const context of [shown, { ...shown, projectIds: [FOREIGN] }]) {
      const seen = await attempt(database.api, context, `select encode(token_hash, 'hex') as row from ${table}`);
      expect(seen.rows).toEqual([ALICE.tokenHash]);
    }
    const changed = await attempt(database.api, shown, `update ${table} set expires_at = null`);
    expect(changed).toMatchObject({ count: 0, refused: { code: NOT_ALLOWED } });
  });

  it('does not let a partition be asked directly', async () => {
    const asked = withContext(database.api, { projectIds: [OWN], role: 'super_admin' }, (client) =>
      client.query('select * from container_frames_2026_01_01'),
    );
    await expect(asked).rejects.toMatchObject({ code: '42501' });
  });
});

describe('10,000 requests of two tenants over one connection', () => {
  const REQUESTS = 10_000;
  const IN_FLIGHT = 40;
  const seen = { own: 0, foreign: 0, bare: 0, failed: 0, tookBack: 0, connections: new Set<number>() };
  const tookBack = new Error('changed my mind');

  /** Asks for one's rows. Some requests then fail, or write and take it back; some come without a context before. */
  async function request(index: number): Promise<void> {
    const own = index % 3 === 0 ? OWN : FOREIGN;
    if (index % 50 === 0) seen.bare += (await database.api.query('select from containers')).rowCount ?? 0;
    const context = { projectIds: [own], role: 'project_manager' } as const;
    await withContext(database.api, context, async (client) => {
      const { rows } = await client.query<{ project_id: string; pid: number }>(
        'select project_id, pg_backend_pid() as pid from containers',
      );
      for (const { project_id, pid } of rows) {
        seen[project_id === own ? 'own' : 'foreign'] += 1;
        seen.connections.add(pid);
      }
      if (index % 10 === 3) await client.query('select 1 / 0');
      if (index % 10 === 6) {
        await client.query("update containers set model = 'taken back'");
        throw tookBack;
      }
    }).catch((error: unknown) => {
      if (error === tookBack) seen.tookBack += 1;
      else if ((error as { code?: unknown }).code === '22012') seen.failed += 1;
      else throw error;
    });
  }

  it('never show a foreign row, nor any row without a context', { timeout: 120_000 }, async () => {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < REQUESTS) await request(next++);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    const { connections, ...counts } = seen;
    expect(counts).toEqual({ own: 2 * REQUESTS, foreign: 0, bare: 0, failed: 1_000, tookBack: 1_000 });
    expect(connections.size).toBe(1);
    const { rows } = await database.owner.query("select from containers where model = 'taken back'");
    expect(rows).toEqual([]);
  });
});

describe('each policy matters', () => {
  const faultsOf = async (name: string): Promise<string> =>
    (await tableFaults(database, tables.find((table) => table.name === name)!)).join('\n');
  /** What the probes must find where a condition lets everything pass. */
  const LEAKS = {
    using: (table: string) => new RegExp(`reads (foreign rows|somebody else's row) of ${table}\\b`),
    'with check': (table: string) => new RegExp(`(writes|gives|makes|changes) a .*\\b${table}\\b`),
  };

  it.each(policies)('$table: $policy, $part', async (policy) => {
    const { table, part } = policy;
    expect(await whileOpen(database.owner, policy, () => faultsOf(table))).toMatch(LEAKS[part](table));
    expect(await faultsOf(table)).toBe('');
  });

  it.each(tables)(
    '$name: without its policy nobody finds anything, without row security everybody does',
    async (table) => {
      const { name } = table;
      const broken = async (statement: string): Promise<string[]> => {
        await database.owner.query(statement);
        return await tableFaults(database, table);
      };
      expect((await broken(`alter table ${name} disable row level security`)).join()).toMatch(LEAKS.using(name));
      const dropped = `alter table ${name} enable row level security; drop policy project on ${name}`;
      expect((await broken(dropped)).join()).toMatch(/do(es)? not find/);
    },
  );
});
