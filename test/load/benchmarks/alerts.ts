import pg from 'pg';
import { Standing, standingSources } from '../../../hub/src/alerts/clock/refresh.ts';
import type { Conditions } from '../../../hub/src/alerts/conditions.ts';
import { evaluateProject } from '../../../hub/src/alerts/evaluate/evaluate.ts';
import { judgeContainer } from '../../../hub/src/alerts/judge/container.ts';
import { latchAll } from '../../../hub/src/alerts/judgement.ts';
import { ruleBook } from '../../../hub/src/alerts/rule-book.ts';
import { RuleBooks } from '../../../hub/src/alerts/rule-books.ts';
import { Database } from '../../../hub/src/db/client.ts';
import { summarize } from '../../../hub/src/ingest/summarize.ts';
import { createLog } from '../../../hub/src/log.ts';
import { notifyOfAlerts } from '../../../hub/src/notify/notify.ts';
import {
  atMost,
  type Benchmark,
  type BenchmarkContext,
  forReference,
  median,
  type Result,
  ratioAtMost,
} from '../benchmark.ts';
import { cpuOfTree } from '../cpu.ts';
import { SentFrames } from '../frames.ts';
import { withHubDatabase } from '../hub-database.ts';
import { Worker } from '../worker.ts';
import type { IngestOptions, IngestRound } from '../workers/ingest.ts';

/** Qatar with its meters; a million miners, of whom no single site would send so many meters in one batch. */
const SIZES = [
  { containers: 58, rounds: 5, meters: true },
  { containers: 3247, rounds: 2, meters: false },
];
/** Frames of one round, at least. */
const FRAMES = 1160;
/** What rules may cost on top of what ingest costs without. */
const BOUND = 1.05;
const MINERS = 308;
const HOURS = 20;
const EVALUATIONS = 60;
const WARM_UP = 40;

/** Judging and latching alone, CPU of this process: an hour of one container, again and again. */
function judging(): Result {
  const site = new SentFrames({ containers: 1, intervalS: 60 });
  const frames = Array.from({ length: 60 }, (_, minute) => site.container(1, Date.UTC(2026, 6, 1) + minute * 60_000));
  const hour = frames.map((frame) => ({ frame, summary: summarize(frame) }));
  const rules = ruleBook([]);
  const once = (): number => {
    const begun = process.cpuUsage();
    for (let i = 0; i < HOURS; i++) {
      let conditions: Conditions | null = null;
      for (const { frame, summary } of hour)
        conditions = latchAll(conditions, [{ rules, findings: judgeContainer(frame, summary, rules) }])!.conditions;
    }
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / (HOURS * hour.length);
  };
  for (let i = 0; i < 5; i++) once();
  return atMost(`alerts: judging one frame of ${MINERS}`, median(Array.from({ length: 11 }, once)), 'µs', 30);
}

/** CPU of hub and Postgres per frame: without rules, and with them and an evaluation each minute (a poll's frames). */
async function ingestCosts(
  { folder, say }: BenchmarkContext,
  { containers, rounds, meters }: (typeof SIZES)[number],
): Promise<Result[]> {
  return withHubDatabase(`${folder}/${containers}`, async (url, server) => {
    const count = Math.ceil(FRAMES / containers);
    const started = async (project: string, rules: boolean): Promise<Worker> => {
      const options: IngestOptions = {
        ...{ url, project, containers, perMessage: 1, lane: 'live', connections: 3, meters },
        ...{ polls: count * (rounds + 1), live: { rules } },
      };
      return Worker.start('ingest', options);
    };
    const sides = [
      { name: 'without rules', worker: await started('QATAR-001', false), us: [] as number[] },
      { name: 'with rules', worker: await started('QATAR-002', true), us: [] as number[] },
    ] as const;
    let evaluation = Number.NaN;
    try {
      for (const { worker } of sides) await worker.ask<IngestRound>('round', count);
      for (let round = 0; round < rounds; round++) {
        for (const { name, worker, us } of round % 2 === 0 ? sides : [...sides].reverse()) {
          const before = cpuOfTree(server.pid ?? 0);
          const { cpuUs, readings } = await worker.ask<IngestRound>('round', count);
          const postgresUs = cpuOfTree(server.pid ?? 0) - before;
          const frames = readings / MINERS;
          us.push((cpuUs + postgresUs) / frames);
          say(
            `${containers}, ${name}: hub ${(cpuUs / frames).toFixed(0)}, Postgres ${(postgresUs / frames).toFixed(0)} µs`,
          );
        }
      }
      await assertJudged(url, containers);
      evaluation = await evaluationCost(url, server.pid ?? 0, containers);
      say(`${containers}, an evaluation each minute: ${evaluation.toFixed(0)} µs a frame`);
    } finally {
      for (const { worker } of sides) await worker.stop();
    }
    const [plain, judged] = sides.map(({ us }) => median(us)) as [number, number];
    const miners = (containers * MINERS).toLocaleString('en');
    return [
      ratioAtMost(
        `alerts: ingest, judged and evaluated / plain, ${miners}`,
        judged + evaluation,
        plain,
        'µs/frame',
        BOUND,
      ),
      forReference(`alerts: ingest with rules, ${miners} miners`, judged, 'µs/frame'),
      forReference(`alerts: evaluation, ${miners} miners`, evaluation, 'µs/frame'),
      forReference(`alerts: ingest without rules, ${miners} miners`, plain, 'µs/frame'),
    ];
  });
}

/** CPU of this process and Postgres for the evaluation of a project, for each of the frames that a minute brings it. */
async function evaluationCost(url: string, postgres: number, containers: number): Promise<number> {
  const log = createLog('silent');
  const database = await Database.open({ url, log });
  try {
    const { rows } = await database.owner.query<{ at: Date }>(
      "select max(state_at) as at from containers where project_id = 'QATAR-002'",
    );
    const at = +(rows[0]?.at ?? 0);
    // The newest readings stay new for all the minutes to come; no others come in between.
    for (const table of ['containers', 'meters'])
      await database.owner.query(
        `update ${table} set state_at = state_at + interval '1 day' where project_id = 'QATAR-002'`,
      );
    const rules = new RuleBooks({ pool: database.ingest, log });
    const standing = new Standing({
      sources: standingSources({ startedAt: new Date(at), certificate: null, price: false }),
      log,
    });
    const evaluate = (minute: number) =>
      evaluateProject(
        {
          ...{ pool: database.ingest, rules, notify: notifyOfAlerts },
          refreshStanding: (client, id, book, now) => standing.refresh(client, id, book, now),
        },
        'QATAR-002',
        new Date(at + minute * 60_000),
      );
    for (let i = 0; i < WARM_UP; i++) await evaluate(i);
    // What the frames before left to be tidied is not an evaluation's cost.
    await database.owner.query('vacuum analyze');
    await database.owner.query('checkpoint');
    const [before, begun] = [cpuOfTree(postgres), process.cpuUsage()];
    for (let i = 0; i < EVALUATIONS; i++) await evaluate(WARM_UP + i);
    const { user, system } = process.cpuUsage(begun);
    return (user + system + cpuOfTree(postgres) - before) / (EVALUATIONS * containers);
  } finally {
    await database.close();
  }
}

/** A run that judged nothing, or on both sides, would compare nothing. */
async function assertJudged(url: string, containers: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ plain: number; judged: number }>(
    `select count(*) filter (where project_id = 'QATAR-001')::int as plain,
       count(*) filter (where project_id = 'QATAR-002')::int as judged from containers where conditions is not null`,
  );
  await client.end();
  const [{ plain, judged } = { plain: 0, judged: 0 }] = rows;
  if (plain !== 0 || judged !== containers)
    throw new Error(`judged: ${judged} containers with rules, ${plain} without`);
}

async function run(context: BenchmarkContext): Promise<Result[]> {
  const results = [judging()];
  for (const size of SIZES) results.push(...(await ingestCosts(context, size)));
  return results;
}

const alerts: Benchmark = {
  name: 'alerts',
  about:
    'CPU per frame (hub and Postgres) of live ingest with the alert rules and without, at 17,864 and 1,000,076 miners; judging alone',
  run,
};
export default alerts;
