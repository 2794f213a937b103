import pg from 'pg';
import { atMost, type Benchmark, type BenchmarkContext, forReference, type Result } from '../benchmark.ts';
import { withHubDatabase } from '../hub-database.ts';
import { Worker } from '../worker.ts';
import type { IngestOptions, IngestRound } from '../workers/ingest.ts';

const POLLS = 60;

/** Bytes of the tables that grow with every reading, their partitions, indexes and TOAST included. */
const STORED = `
  select sum(pg_total_relation_size(c.oid))::bigint as bytes from pg_class c
   where c.relkind = 'r' and (c.relname like 'container\\_frames%' or c.relname = 'ingest_keys')`;
/** The same, part by part. */
const PARTS = `
  select c.relname || case when t.oid is null then '' else ' (TOAST)' end as part, pg_relation_size(r.oid) as rows,
    coalesce(pg_indexes_size(r.oid), 0) as indexes
  from pg_class c left join lateral (values (c.oid, null::oid), (c.reltoastrelid, c.reltoastrelid)) r (oid, toast) on true
  left join pg_class t on t.oid = r.toast
  where c.relkind = 'r' and (c.relname like 'container\\_frames%' or c.relname = 'ingest_keys')
    and pg_relation_size(r.oid) > 0`;
const BODIES = `select avg(length(body))::float8 / 308 as per_miner from container_frames`;

async function run({ folder, say }: BenchmarkContext): Promise<Result[]> {
  return withHubDatabase(folder, async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const measure = async (): Promise<number> => Number((await client.query<{ bytes: string }>(STORED)).rows[0]?.bytes);
    const before = await measure();
    const options: IngestOptions = {
      ...{
        url,
        project: 'QATAR-001',
        containers: 58,
        perMessage: 1,
        lane: 'live',
        polls: POLLS,
        connections: 3,
        meters: true,
      },
    };
    const ingest = await Worker.start('ingest', options);
    let readings = 0;
    try {
      for (let poll = 0; poll < POLLS; poll += 10) readings += (await ingest.ask<IngestRound>('round', 10)).readings;
    } finally {
      await ingest.stop();
    }
    const stored = await measure();
    const bodies = (await client.query<{ per_miner: number }>(BODIES)).rows[0]?.per_miner ?? 0;
    const { rows: parts } = await client.query<{ part: string; rows: string; indexes: string }>(PARTS);
    for (const { part, rows, indexes } of parts)
      say(
        `${part}: rows ${(Number(rows) / readings).toFixed(2)}, indexes ${(Number(indexes) / readings).toFixed(2)} bytes/reading`,
      );
    await client.end();
    return [
      atMost('storage: frames, keys, indexes, TOAST', (stored - before) / readings, 'bytes/reading', 16),
      forReference('storage: of that the compressed bodies', bodies, 'bytes/reading'),
    ];
  });
}

const storage: Benchmark = {
  name: 'storage',
  about: `bytes that ${POLLS} polls of 17,864 miners take in Postgres, all metrics and indexes included`,
  run,
};
export default storage;
