import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { World } from '../../harness/world.ts';
import {
  atMost,
  type Benchmark,
  type BenchmarkContext,
  forReference,
  median,
  type Result,
  ratioAtMost,
} from '../benchmark.ts';

const POLL_S = 10;
const MINUTES = 5;
/** Until every miner was read a few times, its identity was sent and the heap has its size. */
const WARM_UP_MS = 60_000;
const EVERY_MS = 500;

async function run({ folder, options, say }: BenchmarkContext): Promise<Result[]> {
  const minutes = Number(options.minutes ?? MINUTES);
  const world = await World.create({ folder, containers: 58, pollSeconds: POLL_S, noise: true });
  const samples: { at: number; mb: number }[] = [];
  try {
    await world.start();
    const begun = performance.now();
    while (performance.now() - begun < WARM_UP_MS + minutes * 60_000) {
      await sleep(EVERY_MS);
      samples.push({ at: performance.now() - begun, mb: residentMb(world.agent.pid) });
      if (samples.length % 60 === 0)
        say(`${Math.round((samples.at(-1)?.at ?? 0) / 1000)} s: ${samples.at(-1)?.mb.toFixed(0)} MB`);
    }
    const { poller } = await world.agentStatus<{ poller: { polls: number; skipped: number; answering: number } }>();
    say(`${poller.polls} polls of a container, ${poller.skipped} left out, ${poller.answering} miners answering`);
  } finally {
    await world.stop();
  }
  const steady = samples.filter(({ at }) => at > WARM_UP_MS).map(({ mb }) => mb);
  const third = Math.floor(steady.length / 3);
  const first = median(steady.slice(0, third));
  const last = median(steady.slice(-third));
  return [
    atMost('agent-memory: most ever resident', Math.max(...samples.map(({ mb }) => mb)), 'MB', 250),
    ratioAtMost('agent-memory: last third / first third', last, first, 'MB', 1.1),
    forReference('agent-memory: median', median(steady), 'MB'),
  ];
}

/** Resident memory of a process, MB of a million bytes. */
function residentMb(pid: number | undefined): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / 1e6;
}

const agentMemory: Benchmark = {
  name: 'agent-memory',
  about: `resident memory of hearst-agent reading 17,864 miners every ${POLL_S} s, uplink and hub running (--minutes N)`,
  run,
};
export default agentMemory;
