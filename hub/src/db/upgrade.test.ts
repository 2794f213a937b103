import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame } from '../../../test/harness/raw-agent.ts';
import { readTables, seedRows, type Table } from '../../../test/harness/sample-rows.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { createLog } from '../log.ts';
import { Database } from './client.ts';
import { migrate } from './migrate.ts';

const MIGRATIONS = join(import.meta.dirname, 'migrations');
const FILES = readdirSync(MIGRATIONS).sort();
const NEWEST = FILES.length;

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A folder with the first `count` migrations, and files of the test's own behind them. */
function migrations(count: number, extra: readonly string[] = []): string {
  const folder = temporaryFolder('migrations');
  ends.push(() => folder[Symbol.dispose]());
  for (const name of FILES.slice(0, count)) cpSync(join(MIGRATIONS, name), join(folder.path, name));
  for (const [index, sql] of extra.entries())
    writeFileSync(join(folder.path, `${String(count + index + 1).padStart(4, '0')}_more.sql`), sql);
  return folder.path;
}

function keep(database: TestDatabase): string {
  ends.push(() => database.drop());
  return database.url;
}

/** Kinds that the program writes, where an earlier version had no check that says so. */
const KINDS: Readonly<Record<string, string>> = { notification_channels: 'email', deliveries: 'alerts' };

describe('an upgrade of the database', { timeout: 120_000 }, () => {
  it('loses no row and no value at any of its steps', async () => {
    const url = keep(await createEmptyDatabase());
    const database = await Database.open({ url, log: createLog('silent'), connections: { owner: 1 } });
    ends.push(() => database.close());
    const seeded = new Set<string>();
    for (let version = 1; version <= NEWEST; version++) {
      const there = version === 1 ? [] : await readTables(database.owner);
      const before = await contents(database, there);
      expect(await migrate(url, { folder: migrations(version) })).toEqual({ from: version - 1, to: version });
      expect(await contents(database, there), `by ${FILES[version - 1]}`).toEqual(before);
      const added = (await readTables(database.owner)).filter(({ name }) => !seeded.has(name));
      await seedRows(database.owner, added);
      for (const { name } of added) {
        if (name in KINDS) await database.owner.query(`update ${name} set kind = $1`, [KINDS[name]]);
        seeded.add(name);
      }
    }
    expect(seeded.size).toBeGreaterThan(30);
  });

  it('adds alone: what the version before uses is still there, so that its hubs may go on', () => {
    // Up to here nothing was ever released. Later, what no released version uses any more may go, where the line says so.
    const released = FILES.slice(9);
    const takes =
      /\b(drop\s+(table|column|view|type|function|sequence)|rename|alter\s+column\s+\w+\s+(type|set\s+not\s+null))\b/i;
    const taken = released.flatMap((name) =>
      readFileSync(join(MIGRATIONS, name), 'utf8')
        .split('\n')
        .filter((line) => takes.test(line.replace(/--.*/, '')) && !line.includes('-- unused since '))
        .map((line) => `${name}: ${line}`),
    );
    expect(taken).toEqual([]);
  });
});

/** Every row of every table by the columns that it has then, in no order. */
async function contents(database: Database, tables: readonly Table[]): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { name, columns } of tables) {
    const list = columns.map((column) => `"${column.name}"`).join(', ');
    const { rows } = await database.owner.query<{ row: string }>(
      `select row_to_json(r)::text as row from (select ${list} from ${name}) r order by 1`,
    );
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

/** What migrations do to tables that ingest writes, short of taking something away. */
const NEXT = [
  "alter table container_frames add column more text; alter table containers add column more text not null default ''",
  'alter table agents add column more jsonb; alter table miners add column more real',
  `create table remarks (project_id text not null, remark_id bigint not null, container_id text not null,
     primary key (project_id, remark_id), foreign key (project_id, container_id) references containers)`,
  'create index container_frames_by_agent on container_frames (project_id, agent_id, at)',
  "alter table containers add constraint more check (more <> 'x') not valid; alter table containers validate constraint more",
  "update containers set more = 'filled'; update agents set more = '{}'",
  'lock table containers, agents in access exclusive mode; select pg_sleep(0.3)',
];

describe('while readings are stored', { timeout: 120_000 }, () => {
  const PROJECT = 'LOAD-001';
  const NOW = Math.floor(Date.now() / 1000) * 1000;

  /** Agents that send one batch after the other until they are told to end; answers how long each waited, ms. */
  async function load(): Promise<{ rig: IngestRig; url: string; end(): Promise<number[]> }> {
    const url = keep(await createTestDatabase());
    const rig = await IngestRig.start({ url });
    ends.push(() => rig.stop());
    let over = false;
    const agents = await Promise.all([1, 2, 3].map(() => rig.agent(PROJECT)));
    const working = agents.map(async (agent, index) => {
      await agent.join();
      const waits: number[] = [];
      while (!over) {
        const at = NOW + waits.length * 1000;
        const begun = performance.now();
        await agent.send(agent.batch({ frames: [containerFrame(PROJECT, `LOAD-C0${index + 1}`, at)] }));
        await agent.acked(agent.seq, 30_000);
        waits.push(performance.now() - begun);
      }
      return waits;
    });
    await expect.poll(() => rig.ingest.stats().batches, { timeout: 20_000 }).toBeGreaterThan(10);
    const end = async (): Promise<number[]> => {
      over = true;
      return (await Promise.all(working)).flat();
    };
    return { rig, url, end };
  }

  /** Nothing failed, was put aside, came twice or is missing. */
  async function expectWhole(rig: IngestRig, sent: number): Promise<void> {
    const { batches, duplicates, faults, handedBack, quarantined, noRoom } = rig.ingest.stats();
    expect({ batches, duplicates, faults, handedBack, quarantined, noRoom }).toEqual({
      ...{ batches: sent, duplicates: 0, faults: 0, handedBack: 0, quarantined: 0, noRoom: 0 },
    });
    expect(await rig.rows(PROJECT, 'select 1 from container_frames')).toHaveLength(sent);
  }

  it('the next migrations run beside a hub of this version: no batch fails, none waits longer than they hold a lock', async () => {
    const { rig, url, end } = await load();
    const stored = rig.ingest.stats().batches;
    expect(await migrate(url, { folder: migrations(NEWEST, NEXT) })).toEqual({
      ...{ from: NEWEST, to: NEWEST + NEXT.length },
    });
    await expect.poll(() => rig.ingest.stats().batches, { timeout: 20_000 }).toBeGreaterThan(stored + 20);
    const waits = await end();
    expect(Math.max(...waits)).toBeGreaterThan(250); // the last one was felt
    expect(Math.max(...waits)).toBeLessThan(5000);
    await expectWhole(rig, waits.length);
  });

  it('a migration that waits for somebody who reads for long gives up; readings wait no longer than it does', async () => {
    const { rig, url, end } = await load();
    const reader = new pg.Client({ connectionString: url });
    await reader.connect();
    ends.push(() => reader.end());
    await reader.query('begin; select from container_frames');
    const folder = migrations(NEWEST, [
      "set local lock_timeout = '500ms'; alter table container_frames add column more text",
    ]);
    await expect(migrate(url, { folder })).rejects.toThrow(/Another program holds a lock/);
    await reader.query('commit');
    expect(await migrate(url, { folder })).toMatchObject({ to: NEWEST + 1 });
    const waits = await end();
    expect(Math.max(...waits)).toBeLessThan(5000);
    await expectWhole(rig, waits.length);
  });
});
