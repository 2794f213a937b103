import pg from 'pg';
import {
  type Benchmark,
  type BenchmarkContext,
  forReference,
  median,
  type Result,
  ratioAtLeast,
} from '../benchmark.ts';
import { type CopyFormat, CREATE_TABLE } from '../copy.ts';
import { cpuOfTree } from '../cpu.ts';
import { withHubDatabase } from '../hub-database.ts';
import { Worker } from '../worker.ts';
import type { CopyOptions, CopyRound } from '../workers/copy.ts';
import type { IngestOptions, IngestRound } from '../workers/ingest.ts';

const CONTAINERS = 58;
const CONNECTIONS = 3;
const PER_MESSAGE = 8;
const ROUNDS = 5;
/** Polls of the whole site in one round. */
const SWEEPS = 12;
const FORMATS: readonly CopyFormat[] = ['text', 'binary'];

async function run({ folder, say }: BenchmarkContext): Promise<Result[]> {
  return withHubDatabase(folder, async (url, server) => {
    await execute(url, CREATE_TABLE);
    const polls = SWEEPS * (ROUNDS + 4);
    const shared = { url, containers: CONTAINERS, perMessage: PER_MESSAGE, polls, connections: CONNECTIONS };
    const hub: IngestOptions = { ...shared, project: 'QATAR-001', lane: 'backlog', meters: false };
    const ingest = await Worker.start('ingest', hub);
    const plain: CopyOptions = { ...shared, project: 'QATAR-002' };
    const copy = await Worker.start('copy', plain);
    try {
      return await compare(ingest, copy, () => cpuOfTree(server.pid ?? 0), say);
    } finally {
      await Promise.all([ingest.stop(), copy.stop()]);
    }
  });
}

async function compare(
  ingest: Worker,
  copy: Worker,
  postgresCpu: () => number,
  say: (line: string) => void,
): Promise<Result[]> {
  const rate = ({ readings, ms }: CopyRound): number => (readings / ms) * 1000;
  // Warms both, and finds the format in which COPY does better.
  await ingest.ask<IngestRound>('round', SWEEPS);
  const warm = new Map<CopyFormat, number>();
  for (const format of FORMATS) await copy.ask<CopyRound>('round', { count: SWEEPS / 2, format });
  for (const format of FORMATS) warm.set(format, rate(await copy.ask<CopyRound>('round', { count: SWEEPS, format })));
  const format = FORMATS.reduce((best, other) => ((warm.get(other) ?? 0) > (warm.get(best) ?? 0) ? other : best));
  say(`COPY: ${FORMATS.map((name) => `${name} ${warm.get(name)?.toFixed(0)} readings/s`).join(', ')}: ${format} it is`);
  const hub: number[] = [];
  const plain: number[] = [];
  const measured = async (rates: number[], of: Promise<CopyRound>): Promise<string> => {
    const before = postgresCpu();
    const round = await of;
    rates.push(rate(round));
    const postgresUs = postgresCpu() - before;
    const us = (time: number): string => (time / round.readings).toFixed(1);
    return `${rate(round).toFixed(0)} readings/s (CPU ${us(round.cpuUs)} µs, Postgres ${us(postgresUs)} µs)`;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const mine = await measured(hub, ingest.ask<IngestRound>('round', SWEEPS));
    const peer = await measured(plain, copy.ask<CopyRound>('round', { count: SWEEPS, format }));
    say(`ingest ${mine}; COPY ${peer}`);
  }
  const readyMade = rate(await copy.ask<CopyRound>('readyMade', SWEEPS / 2));
  return [
    ratioAtLeast('ingest: hub / COPY of the same batches', median(hub), median(plain), 'readings/s', 1),
    forReference(`ingest: COPY (${format}), decoded by the same code`, median(plain), 'readings/s'),
    forReference('ingest: COPY of ready-made text, one connection', readyMade, 'readings/s'),
  ];
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

const ingest: Benchmark = {
  name: 'ingest',
  about:
    'hub ingest (check, decode, store, update miners, ack) against plain COPY of the same batches, 3 connections each; median of 5',
  run,
};
export default ingest;
