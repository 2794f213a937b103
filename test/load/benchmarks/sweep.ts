import { canSwallow, inOwnNamespace } from '../../sim/swallow.ts';
import {
  atMost,
  type Benchmark,
  type BenchmarkContext,
  forReference,
  median,
  type Result,
  ratioAtMost,
} from '../benchmark.ts';
import { Worker } from '../worker.ts';
import type { Sweep, SweepOptions } from '../workers/sweep.ts';

const ROUNDS = 3;

async function run({ folder, say }: BenchmarkContext): Promise<Result[]> {
  const firewall = canSwallow();
  if (!firewall)
    say('no root or no nftables: a third of the dead miners accept and never answer instead of swallowing the SYN');
  const options: SweepOptions = { folder, containers: 58, firewall };
  const worker = await Worker.start('sweep', options, firewall ? inOwnNamespace : undefined);
  try {
    const sweep = async (dead: boolean): Promise<Sweep> => {
      const result = await worker.ask<Sweep>('sweep', dead);
      const { liveMs, framesMs, read, expected } = result;
      say(
        `${dead ? '5 % dead' : 'none dead'}: ${shown(liveMs)} (${read} of ${expected} read), last frame on disk ${shown(framesMs)}`,
      );
      return result;
    };
    await sweep(false); // warms both ends
    const pairs: { alive: Sweep; dead: Sweep }[] = [];
    for (let round = 0; round < ROUNDS; round++) pairs.push({ alive: await sweep(false), dead: await sweep(true) });
    const alive = median(pairs.map((pair) => pair.alive.liveMs ?? Number.POSITIVE_INFINITY)) / 1000;
    const dead = median(pairs.map((pair) => pair.dead.liveMs ?? Number.POSITIVE_INFINITY)) / 1000;
    const frames = median(pairs.map((pair) => pair.dead.framesMs)) / 1000;
    const naiveAlive = (await worker.ask<number>('naive', false)) / 1000;
    const naiveDead = (await worker.ask<number>('naive', true)) / 1000;
    return [
      atMost('sweep: all live devices read, 5 % dead', dead, 's', 8),
      ratioAtMost('sweep: with 5 % dead / without', dead, alive, 's', 1.2),
      forReference('sweep: without dead', alive, 's'),
      forReference('sweep: last frame on disk, 5 % dead', frames, 's'),
      forReference('sweep: naive pool of 256, without dead', naiveAlive, 's'),
      forReference('sweep: naive pool of 256, 5 % dead', naiveDead, 's'),
    ];
  } finally {
    await worker.stop();
  }
}

const shown = (ms: number | null): string => (ms === null ? 'never' : `${(ms / 1000).toFixed(2)} s`);

const sweep: Benchmark = {
  name: 'sweep',
  about:
    'first sweep of a fresh poller over 17,864 miners, 58 cooling loops and 29 meters, 1 % answering after 2 s; median of 3',
  run,
};
export default sweep;
