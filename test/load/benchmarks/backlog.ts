import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { systemClock } from '../../../agent/src/clock.ts';
import { Outbox } from '../../../agent/src/outbox/outbox.ts';
import { World } from '../../harness/world.ts';
import { atLeast, atMost, type Benchmark, type BenchmarkContext, type Result } from '../benchmark.ts';
import { SentFrames } from '../frames.ts';

const CONTAINERS = 58;
/** How often the site was read while the line was down. */
const RECORDED_EVERY_S = 60;
const HOURS = 6;
/** How often the site is read while the backlog drains. */
const POLL_S = 60;
const LIVE_SLACK_S = 5;
const EVERY_MS = 500;

interface Recorded {
  containerFrames: number;
  meterFrames: number;
  readings: number;
  /** Of the first and the last poll, ms since 1970. */
  from: number;
  to: number;
}

/** What the agent would have kept in the past hours, by its own outbox. */
async function record(folder: string, hours: number, say: (line: string) => void): Promise<Recorded> {
  const sent = new SentFrames({ containers: CONTAINERS, intervalS: RECORDED_EVERY_S });
  const polls = Math.round((hours * 3600) / RECORDED_EVERY_S);
  const outbox = Outbox.open({
    folder,
    clock: systemClock,
    boot: randomUUID(),
    project: 'QATAR-001',
    log: pino({ level: 'silent' }),
  });
  const to = Date.now() - RECORDED_EVERY_S * 1000;
  const from = to - (polls - 1) * RECORDED_EVERY_S * 1000;
  const recorded: Recorded = { containerFrames: 0, meterFrames: 0, readings: 0, from, to };
  try {
    for (let poll = 0; poll < polls; poll++) {
      const batches = sent.sweep(from + poll * RECORDED_EVERY_S * 1000);
      outbox.append(batches);
      recorded.containerFrames += CONTAINERS;
      recorded.meterFrames += sent.meterCount;
      recorded.readings += sent.miners;
      if (poll % 360 === 359) say(`recorded ${Math.round((poll + 1) / 60)} h`);
      await new Promise(setImmediate);
    }
  } finally {
    outbox.close();
  }
  return recorded;
}

/** Bytes of the outbox on disk, its write-ahead log included, the ballast not. */
function bytesOf(folder: string): number {
  return readdirSync(folder)
    .filter((file) => file.startsWith('outbox.db'))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

interface Drained {
  seconds: number;
  /** The oldest a container's latest state ever was, s, once every container had one of this run. */
  oldestS: number;
  /** From the agent's start to a live state of every container, s. */
  firstLiveS: number;
}

/** Watches Postgres until every recorded frame is in it, and a live one of every container. */
async function drain(
  world: World,
  database: pg.Client,
  recorded: Recorded,
  say: (line: string) => void,
): Promise<Drained> {
  const begun = Date.now();
  world.agent.start();
  let oldestS = 0;
  let firstLiveS = Number.NaN;
  let drainedS = Number.NaN;
  let told = begun;
  for (;;) {
    await sleep(EVERY_MS);
    const { rows } = await database.query<{
      frames: string;
      meters: string;
      aside: string;
      oldest: Date | null;
      live: string;
    }>(STATE, [new Date(recorded.from), new Date(recorded.to), new Date(begun)]);
    const state = rows[0]!;
    const now = Date.now();
    if (Number(state.live) === CONTAINERS) {
      if (Number.isNaN(firstLiveS)) firstLiveS = (now - begun) / 1000;
      oldestS = Math.max(oldestS, (now - (state.oldest?.getTime() ?? 0)) / 1000);
    }
    const frames = Number(state.frames);
    if (now - told > 10_000) {
      told = now;
      const rate = (frames / recorded.containerFrames) * (recorded.readings / ((now - begun) / 1000));
      say(
        `${frames} of ${recorded.containerFrames} frames, ${rate.toFixed(0)} readings/s, oldest live state ${oldestS.toFixed(1)} s`,
      );
    }
    const arrived = frames + Number(state.meters) + Number(state.aside);
    const drained = arrived >= recorded.containerFrames + recorded.meterFrames;
    if (drained && Number.isNaN(drainedS)) drainedS = (now - begun) / 1000;
    if (drained && !Number.isNaN(firstLiveS)) return { seconds: drainedS, oldestS, firstLiveS };
    if (!world.agent.running || !world.hub.running) throw new Error(`${world.agent.tail()}\n${world.hub.tail()}`);
    if (now - begun > MOST_MS) throw new Error(`not drained within ${MOST_MS / 60_000} min: ${JSON.stringify(state)}`);
  }
}

const MOST_MS = 3 * 3_600_000;

/** Recorded frames there are, what was put aside, containers with a state of this run, and the oldest of the containers' states. */
const STATE = `select
  (select count(*) from container_frames where at between $1 and $2) as frames,
  (select count(*) from meter_frames where at between $1 and $2) as meters,
  (select count(*) from quarantine) as aside,
  (select count(*) from containers where state_at >= $3) as live,
  (select min(state_at) from containers) as oldest`;

async function run({ folder, options, say }: BenchmarkContext): Promise<Result[]> {
  const hours = Number(options.hours ?? HOURS);
  const pollSeconds = Number(options.poll ?? POLL_S);
  const world = await World.create({ folder, containers: CONTAINERS, pollSeconds });
  try {
    await Promise.all([world.startHub(), world.startSite()]);
    world.hubCommand('seed');
    world.enrol();
    const outbox = join(world.agentData, 'outbox');
    const recorded = await record(outbox, hours, say);
    const gigabytes = bytesOf(outbox) / 1e9;
    const database = new pg.Client({ connectionString: world.databaseUrl() });
    await database.connect();
    try {
      const { seconds, oldestS, firstLiveS } = await drain(world, database, recorded, say);
      const lost = await missing(database, recorded);
      return [
        atMost(`backlog: on disk, 72 h${hours === 72 ? '' : ` (from ${hours} h)`}`, (gigabytes * 72) / hours, 'GB', 2),
        atLeast(`backlog: ${hours} h drained, agent to Postgres`, recorded.readings / seconds, 'readings/s', 50_000),
        atMost('backlog: recorded frames lost or put aside', lost, 'frames', 0),
        atMost(`backlog: oldest live state meanwhile, ${pollSeconds} s poll`, oldestS, 's', pollSeconds + LIVE_SLACK_S),
        atMost('backlog: from the start to live data of all', firstLiveS, 's', pollSeconds + LIVE_SLACK_S),
      ];
    } finally {
      await database.end();
    }
  } finally {
    await world.stop();
  }
}

/** Recorded frames that Postgres does not hold exactly once, and whatever is in quarantine. */
async function missing(database: pg.Client, { from, to, containerFrames, meterFrames }: Recorded): Promise<number> {
  const { rows } = await database.query<{ frames: string; meters: string; aside: string }>(
    `select (select count(*) from container_frames where at between $1 and $2) as frames,
      (select count(*) from meter_frames where at between $1 and $2) as meters,
      (select count(*) from quarantine) as aside`,
    [new Date(from), new Date(to)],
  );
  const { frames, meters, aside } = rows[0]!;
  return Math.abs(containerFrames - Number(frames)) + Math.abs(meterFrames - Number(meters)) + Number(aside);
}

const backlog: Benchmark = {
  name: 'backlog',
  about: `${HOURS} h of the whole site at a 60 s poll, kept in a real outbox and delivered while live data goes on (--hours N, --poll S)`,
  run,
};
export default backlog;
