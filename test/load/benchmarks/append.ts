import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { systemClock } from '../../../agent/src/clock.ts';
import { Outbox } from '../../../agent/src/outbox/outbox.ts';
import { atMost, type Benchmark, type BenchmarkContext, forReference, median, type Result } from '../benchmark.ts';
import { cpuOf } from '../cpu.ts';
import { SentFrames } from '../frames.ts';

const WARM_UP = 5;
const SWEEPS = 30;
const INTERVAL_S = 60;

async function run({ folder }: BenchmarkContext): Promise<Result[]> {
  const sent = new SentFrames({ containers: 58, intervalS: INTERVAL_S });
  const outbox = Outbox.open({
    folder: join(folder, 'outbox'),
    clock: systemClock,
    boot: randomUUID(),
    project: 'QATAR-001',
    log: pino({ level: 'silent' }),
  });
  const took: number[] = [];
  const cpu: number[] = [];
  try {
    const begin = Date.now() - (WARM_UP + SWEEPS) * INTERVAL_S * 1000;
    for (let poll = 0; poll < WARM_UP + SWEEPS; poll++) {
      const at = begin + poll * INTERVAL_S * 1000;
      const batches = sent.sweep(at, (container) => sent.fullContainer(container, at));
      const from = performance.now();
      const { cpuUs } = await cpuOf(async () => outbox.append(batches));
      if (poll < WARM_UP) continue;
      took.push(performance.now() - from);
      cpu.push(cpuUs / 1000);
      await sleep(0);
    }
  } finally {
    outbox.close();
  }
  return [atMost('append', median(took), 'ms', 150), forReference('append: CPU time of that', median(cpu), 'ms')];
}

const append: Benchmark = {
  name: 'append',
  about:
    'one full sweep (58 frames of 308 miners, every metric, and 29 meters) into the outbox: encoded, compressed, synced',
  run,
};
export default append;
