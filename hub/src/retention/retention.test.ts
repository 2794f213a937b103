import type { ClientBase } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { verifyActivity } from '../activity/verify.ts';
import { Database, withContext } from '../db/client.ts';
import { Partitions } from '../db/partitions.ts';
import { createLog } from '../log.ts';
import { runRetention } from './retention.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
/** The midnight so many days before today's. */
const midnight = (days: number) => Date.UTC(2026, 10, 23) - days * DAY;
const log = createLog('silent');
let test: TestDatabase;
let database: Database;
let now: number;

/** SHORT keeps frames for 10 days, LONG for 20. */
beforeEach(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log });
  now = NOW;
  await database.owner.query(`insert into projects (project_id, status, retention_raw_days, retention_fine_days) values
    ('SHORT-001', 'active', 10, 40), ('LONG-001', 'active', 20, 100)`);
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

const run = (signal: AbortSignal = new AbortController().signal) =>
  runRetention({ owner: database.owner, log, now: () => now, signal });

const asIngest = <T>(project: string, work: (client: ClientBase) => Promise<T>) =>
  withContext(database.ingest, { projectIds: [project] }, work);

async function ensure(atMs: number): Promise<void> {
  const partitions = new Partitions(database.owner, { now: () => now });
  await partitions.ensure(atMs);
  await partitions.ensureFine(atMs);
}

/** Stores frames of a container, one a second from `atMs` on, as ingest does; without a partition where none is wanted. */
async function store(project: string, atMs: number, { count = 1, partition = true } = {}): Promise<void> {
  if (partition) await ensure(atMs);
  await asIngest(project, (client) =>
    client.query(
      `insert into container_frames (project_id, container_id, at, device_at, received_at, agent_id, interval_s, clock,
         miners_total, miners_answering, miners_active, body)
       select $1, 'C01', t, t, t, gen_random_uuid(), 60, 'synced', 1, 1, 1, decode(repeat('ab', 100), 'hex')
         from (select $2::timestamptz + n * interval '1 second' as t from generate_series(0, $3 - 1) n) times`,
      [project, new Date(atMs), count],
    ),
  );
}

async function storeBucket(project: string, atMs: number, resolution = 300): Promise<void> {
  await ensure(atMs);
  await asIngest(project, (client) =>
    client.query('insert into metrics (project_id, scope_id, resolution_s, timestamp) values ($1, $1, $2, $3)', [
      project,
      resolution,
      new Date(atMs),
    ]),
  );
}

/** Says that a frame has come whose bucket was not made since. */
const mark = (project: string, atMs: number) =>
  database.owner.query(
    `insert into rollup_marks (project_id, scope, scope_id, frame_at, from_at, to_at)
     values ($1, 'container', 'C01', $2, $2, $2)`,
    [project, new Date(atMs)],
  );

/** Runs while another transaction, which has done `statement`, is open; then ends that one. */
async function beside(statement: string, work: () => Promise<void>, pool = database.owner): Promise<void> {
  const other = await pool.connect();
  try {
    await other.query(`begin; ${statement}`);
    await work();
    await other.query('commit');
  } finally {
    other.release(true);
  }
}

/** How many frames a project has on each day. */
async function frames(project: string): Promise<Record<string, number>> {
  const { rows } = await database.owner.query<{ day: string; count: number }>(
    `select to_char(at at time zone 'UTC', 'MM-DD') as day, count(*) from container_frames where project_id = $1
     group by 1 order by 1`,
    [project],
  );
  return Object.fromEntries(rows.map(({ day, count }) => [day, count]));
}

async function partitionNames(table = 'container_frames'): Promise<string[]> {
  const { rows } = await database.owner.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass order by 1`,
    [table],
  );
  return rows.map(({ name }) => name.slice(table.length + 1)).filter((name) => name !== 'default');
}

async function horizons(): Promise<Record<string, string>> {
  const { rows } = await database.owner.query<{ project_id: string; raw_from: Date }>('select * from raw_horizons');
  return Object.fromEntries(rows.map((row) => [row.project_id, row.raw_from.toISOString().slice(0, 10)]));
}

async function logged(
  project: string,
): Promise<{ action: string; actor_kind: string; after: { raw_frames?: { bytes: number } } }[]> {
  const { rows } = await database.owner.query(
    'select action, actor_kind, after from activity_logs where project_id = $1 order by seq',
    [project],
  );
  return rows;
}

describe('raw frames', () => {
  it('go by the day once their project has kept them, and their partition with the longest policy', async () => {
    for (const project of ['SHORT-001', 'LONG-001'])
      for (const days of [22, 21, 20, 11, 10, 0]) await store(project, midnight(days) + 6 * 3_600_000, { count: 2 });
    await run();
    // 11 days ago ended 10.5 days ago; 10 days ago has not been over for 10 days.
    expect(await frames('SHORT-001')).toEqual({ '11-13': 2, '11-23': 2 });
    expect(await frames('LONG-001')).toEqual({ '11-03': 2, '11-12': 2, '11-13': 2, '11-23': 2 });
    expect(await partitionNames()).toEqual(['2026_11_03', '2026_11_12', '2026_11_13', '2026_11_23']);
    expect(await horizons()).toEqual({ 'SHORT-001': '2026-11-13', 'LONG-001': '2026-11-03' });
    now = midnight(-1) - 1;
    await run();
    expect(await partitionNames()).toContain('2026_11_03');
    now = midnight(-1);
    await run();
    expect(await partitionNames()).not.toContain('2026_11_03');
    expect(await frames('LONG-001')).toEqual({ '11-12': 2, '11-13': 2, '11-23': 2 });
  });

  it('go together with those of meters, whose partitions are their own', async () => {
    await store('LONG-001', midnight(25));
    expect(await partitionNames('meter_frames')).toEqual(['2026_10_29']);
    await run();
    expect(await partitionNames('meter_frames')).toEqual([]);
  });

  it('of an archived project keep their partition, and an archived project without any keeps none', async () => {
    await database.owner.query(`insert into projects (project_id, status, retention_raw_days) values
      ('OLD-001', 'archived', 1000), ('EMPTY-001', 'archived', 2000)`);
    for (const project of ['OLD-001', 'SHORT-001']) await store(project, midnight(30));
    await store('SHORT-001', midnight(31));
    await run();
    expect(await partitionNames()).toEqual(['2026_10_24']);
    expect([await frames('OLD-001'), await frames('SHORT-001')]).toEqual([{ '10-24': 1 }, {}]);
  });

  it('that the default partition caught go as well, those of clocks that were never set too', async () => {
    await store('LONG-001', midnight(21), { partition: false });
    await store('LONG-001', midnight(5), { partition: false });
    await store('SHORT-001', 0, { partition: false });
    await run();
    expect([await frames('LONG-001'), await frames('SHORT-001')]).toEqual([{ '11-18': 1 }, {}]);
  });

  it('are deleted a batch at a time, each for itself, up to where somebody holds one', async () => {
    const begin = midnight(15);
    await store('SHORT-001', begin, { count: 2_500 });
    await store('LONG-001', begin);
    const held = new Date(begin + 1_500_000).toISOString();
    const lock = `select from container_frames where project_id = 'SHORT-001' and at = '${held}' for update`;
    await beside(lock, async () => {
      await run();
      expect(await frames('SHORT-001')).toEqual({ '11-08': 1_500 });
    });
    await run();
    expect([await frames('SHORT-001'), await frames('LONG-001')]).toEqual([{}, { '11-08': 1 }]);
  });

  it('stay while a bucket has still to be made from them, and the one before it too', async () => {
    for (const days of [23, 22, 21]) await store('LONG-001', midnight(days) + 1000);
    await store('SHORT-001', midnight(22) + 1000);
    await mark('LONG-001', midnight(22));
    await mark('SHORT-001', midnight(22));
    await run();
    expect(await horizons()).toEqual({ 'SHORT-001': '2026-10-31', 'LONG-001': '2026-10-31' });
    expect(await frames('LONG-001')).toEqual({ '10-31': 1, '11-01': 1, '11-02': 1 });
    expect(await frames('SHORT-001')).toEqual({ '11-01': 1 });
    await database.owner.query("delete from rollup_marks where project_id = 'SHORT-001'");
    await run();
    expect([await frames('SHORT-001'), await horizons()]).toEqual([
      {},
      { 'SHORT-001': '2026-11-13', 'LONG-001': '2026-10-31' },
    ]);
    await database.owner.query(`delete from rollup_marks;
      insert into rollup_dues (project_id, scope, scope_id, resolution_s, timestamp, ends_at, due_at)
      values ('LONG-001', 'container', 'C01', 86400, '2026-11-01', '2026-11-02', now())`);
    await run();
    expect(await frames('LONG-001')).toEqual({ '10-31': 1, '11-01': 1, '11-02': 1 });
    await database.owner.query('delete from rollup_dues');
    await run();
    expect([await frames('LONG-001'), await partitionNames()]).toEqual([{}, []]);
  });

  it('are said to be missing before they are, and stay said when they are kept longer from then on', async () => {
    await store('LONG-001', midnight(25));
    // As if the hub had been killed there.
    await run(AbortSignal.abort());
    expect([await horizons(), await frames('LONG-001')]).toEqual([
      { 'SHORT-001': '2026-11-13', 'LONG-001': '2026-11-03' },
      { '10-29': 1 },
    ]);
    expect(await logged('LONG-001')).toEqual([]);
    await run();
    expect([await frames('LONG-001'), await partitionNames()]).toEqual([{}, []]);
    await database.owner.query('update projects set retention_raw_days = 3000');
    await run();
    expect(await horizons()).toEqual({ 'SHORT-001': '2026-11-13', 'LONG-001': '2026-11-03' });
  });
});

describe('rows of five minutes', () => {
  it('go by the month with the longest policy and by the day with a shorter one; hours and days stay', async () => {
    const at = [Date.UTC(2026, 6, 31, 23, 55), Date.UTC(2026, 7, 1), midnight(41), midnight(40)];
    for (const project of ['SHORT-001', 'LONG-001'])
      for (const time of at)
        for (const resolution of [300, 900, 3_600, 86_400]) await storeBucket(project, time, resolution);
    await run();
    const { rows } = await database.owner.query(
      `select project_id || ' ' || resolution_s || ' ' || to_char(timestamp at time zone 'UTC', 'MM-DD') as row
         from metrics where resolution_s in (300, 86400) order by 1`,
    );
    const days = ['07-31', '08-01', '10-13', '10-14'];
    expect(rows.map(({ row }) => row)).toEqual([
      ...['08-01', '10-13', '10-14'].map((day) => `LONG-001 300 ${day}`),
      ...days.map((day) => `LONG-001 86400 ${day}`),
      'SHORT-001 300 10-14',
      ...days.map((day) => `SHORT-001 86400 ${day}`),
    ]);
    expect(await partitionNames('metrics_fine')).toEqual(['2026_08', '2026_10']);
  });

  it('never go before the frames that they are made from', async () => {
    await database.owner.query("update projects set retention_raw_days = 60 where project_id = 'SHORT-001'");
    await storeBucket('SHORT-001', midnight(50));
    await run();
    const { rows } = await database.owner.query('select scope_id from metrics where resolution_s = 300');
    expect(rows).toEqual([{ scope_id: 'SHORT-001' }]);
  });
});

describe('while others are at it', () => {
  it('who makes buckets from frames holds the horizon where it is, and the run waits for it', async () => {
    await store('LONG-001', midnight(25));
    let ran = Promise.resolve();
    await beside('lock table raw_horizons in exclusive mode', async () => {
      ran = run();
      await expect
        .poll(async () => (await database.owner.query('select from pg_locks where not granted')).rows.length)
        .toBe(1);
      expect([await horizons(), await frames('LONG-001')]).toEqual([{}, { '10-29': 1 }]);
      await mark('LONG-001', midnight(24));
    });
    await ran;
    expect([(await horizons())['LONG-001'], await frames('LONG-001')]).toEqual(['2026-10-29', { '10-29': 1 }]);
  });

  it('what comes between saying and doing still keeps its day', async () => {
    await store('LONG-001', midnight(25));
    let ran = Promise.resolve();
    await beside('select from container_frames_2026_10_29', async () => {
      ran = run();
      await expect.poll(horizons).toMatchObject({ 'LONG-001': '2026-11-03' });
      await mark('LONG-001', midnight(25));
    });
    await ran;
    expect(await frames('LONG-001')).toEqual({ '10-29': 1 });
  });

  it('go once when two runs are at them, as when a hub takes over from one that was taken for dead', async () => {
    for (let days = 60; days > 20; days--) await store('LONG-001', midnight(days) + 6 * 3_600_000, { count: 3 });
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await frames('LONG-001')).toEqual({});
    expect(await partitionNames()).toEqual([]);
    const freed = (await logged('LONG-001')).map(({ after }) => after.raw_frames as unknown as { rows: number });
    expect(freed.reduce((sum, { rows }) => sum + rows, 0)).toBe(120);
  });

  it('a partition that is being read is left alone, at once, and goes with the next run', async () => {
    await store('LONG-001', midnight(25));
    await store('LONG-001', midnight(24));
    await beside('select * from container_frames_2026_10_29', async () => {
      await run();
      expect(await frames('LONG-001')).toEqual({ '10-29': 1 });
    });
    await run();
    expect([await frames('LONG-001'), await partitionNames()]).toEqual([{}, []]);
  });

  it('a reader of another day keeps only the empty partition from going; nobody waits for the run', async () => {
    await store('LONG-001', midnight(25));
    await store('LONG-001', midnight(1));
    const today = `select count(*) from container_frames where at >= '${new Date(midnight(2)).toISOString()}'`;
    await beside(today, async () => {
      let running = true;
      const ran = run().finally(() => {
        running = false;
      });
      // Had anybody to queue behind the run, this one would be refused.
      let asked = 0;
      for (; running; asked++)
        await withContext(database.ingest, { projectIds: ['LONG-001'] }, async (client) => {
          await client.query("set local lock_timeout = '40ms'");
          await client.query(today);
        });
      await ran;
      expect(asked).toBeGreaterThan(10);
      expect([await frames('LONG-001'), await partitionNames()]).toEqual([
        { '11-22': 1 },
        ['2026_10_29', '2026_11_22'],
      ]);
    });
    await run();
    expect(await partitionNames()).toEqual(['2026_11_22']);
  });

  it('a frame that comes for the day in this moment is not lost', async () => {
    await store('LONG-001', midnight(25));
    const late = `set local hearst.project_ids = 'LONG-001';
      insert into container_frames (project_id, container_id, at, device_at, received_at, agent_id, interval_s, clock,
        miners_total, miners_answering, miners_active, body)
      select project_id, 'C02', at, device_at, received_at, agent_id, interval_s, clock, miners_total,
        miners_answering, miners_active, body from container_frames`;
    await beside(
      late,
      async () => {
        await run();
        expect(await partitionNames()).toEqual(['2026_10_29']);
      },
      database.ingest,
    );
    expect(await frames('LONG-001')).toEqual({ '10-29': 2 });
  });
});

describe('records', () => {
  const DAYS = { agent_events: 730, released: 90, delivered: 90, failed: 365, resolved: 1826 };

  /** One of each, that has been over for so long as it is kept and so many days more. */
  async function storeRecords(project: string, more: number): Promise<void> {
    const ago = (days: number) => new Date(NOW - (days + more) * DAY);
    const values: [string, ...unknown[]][] = [
      [
        `insert into agent_events (project_id, agent_id, outbox_id, seq, ordinal, at, received_at, code, severity, message)
         values ($1, gen_random_uuid(), gen_random_uuid(), 1, 1, $2, $2, 'x', 'info', '')`,
        ago(DAYS.agent_events),
      ],
      [
        `insert into quarantine (project_id, received_at, reason, detail, released_at)
         values ($1, $2, 'x', '', $2), ($1, '2020-01-01', 'x', 'not released', null)`,
        ago(DAYS.released),
      ],
      [
        `insert into deliveries (project_id, channel_id, kind, status, created_at, delivered_at)
         values ($1, gen_random_uuid(), 'alerts', 'delivered', $2, $2), ($1, gen_random_uuid(), 'alerts', 'failed', $3, null),
           ($1, gen_random_uuid(), 'alerts', 'pending', '2020-01-01', null)`,
        ago(DAYS.delivered),
        ago(DAYS.failed),
      ],
      [
        `with a as (insert into alerts (project_id, status, timestamp, resolved_at)
           values ($1, 'resolved', $2, $2), ($1, 'active', '2020-01-01', null) returning id)
         insert into alert_events (project_id, alert_id, ordinal, kind, actor) select $1, id, 1, 'opened', 'x' from a`,
        ago(DAYS.resolved),
      ],
    ];
    for (const [text, ...times] of values) await database.owner.query(text, [project, ...times]);
  }

  /** How many rows a project has in each table. */
  async function counts(project: string): Promise<Record<string, number>> {
    const tables = ['agent_events', 'quarantine', 'deliveries', 'alerts', 'alert_events'];
    const of = (table: string) => `(select count(*) from ${table} where project_id = $1) as ${table}`;
    return (await database.owner.query(`select ${tables.map(of).join(', ')}`, [project])).rows[0];
  }

  it('go when they have served their time for long enough, of projects and of the company', async () => {
    for (const project of ['LONG-001', 'HEARST-000']) for (const more of [-0.1, 0.1]) await storeRecords(project, more);
    await run();
    for (const project of ['LONG-001', 'HEARST-000']) {
      // Two of each never end: not released, pending, active.
      expect(await counts(project)).toEqual({
        agent_events: 1,
        quarantine: 3,
        deliveries: 4,
        alerts: 3,
        alert_events: 3,
      });
      const freed = { rows: 1, bytes: expect.any(Number), partitions: 0, before: expect.any(String) };
      expect(await logged(project)).toEqual([
        {
          action: 'retention.free',
          actor_kind: 'system',
          after: {
            released_quarantine: freed,
            delivered_notifications: freed,
            failed_notifications: freed,
            agent_events: freed,
            resolved_alerts: freed,
          },
        },
      ]);
    }
  });

  it('stay where somebody holds one, and go with the next run', async () => {
    await storeRecords('LONG-001', 1);
    await beside("select from agent_events where project_id = 'LONG-001' for update", async () => {
      await run();
      expect(await counts('LONG-001')).toMatchObject({ agent_events: 1, quarantine: 1, alerts: 1 });
    });
    await run();
    expect(await counts('LONG-001')).toMatchObject({ agent_events: 0 });
  });
});

describe('the activity log', () => {
  it('says once a run and project what was freed, and nothing where nothing was', async () => {
    await store('SHORT-001', midnight(30), { count: 3 });
    await store('LONG-001', midnight(30), { count: 1 });
    await store('SHORT-001', midnight(15), { count: 2 });
    await store('LONG-001', midnight(15));
    await storeBucket('SHORT-001', midnight(60));
    await run();
    await run();
    const bytes = expect.any(Number);
    expect(await logged('SHORT-001')).toEqual([
      {
        action: 'retention.free',
        actor_kind: 'system',
        after: {
          raw_frames: { rows: 5, bytes, partitions: 1, before: '2026-11-13T00:00:00.000Z' },
          five_minute_rows: { rows: 1, bytes, partitions: 0, before: '2026-10-14T00:00:00.000Z' },
        },
      },
    ]);
    expect(await logged('LONG-001')).toEqual([
      {
        action: 'retention.free',
        actor_kind: 'system',
        after: { raw_frames: { rows: 1, bytes, partitions: 1, before: '2026-10-25T00:00:00.000Z' } },
      },
    ]);
    const { raw_frames } = (await logged('SHORT-001'))[0]!.after;
    expect(raw_frames!.bytes).toBeGreaterThan(1_000);
    await withContext(database.owner, { role: 'super_admin' }, async (client) => {
      expect(await verifyActivity(client, 'SHORT-001')).toMatchObject({ entries: 1, brokenAt: null });
    });
  });
});
