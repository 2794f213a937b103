import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readingsIn } from '@hearst/protocol';
import { pino } from 'pino';
import { systemClock } from '../../agent/src/clock.ts';
import { type NewBatch, Outbox } from '../../agent/src/outbox/outbox.ts';
import type { World } from '../harness/world.ts';
import { containerFrameAt, meterFrameAt } from '../sim/frames.ts';
import { SimulatedSite } from '../sim/site.ts';

export interface BacklogOptions {
  hours: number;
  intervalS: number;
  containers: number;
  stopping: () => boolean;
}

/**
 * Fills the outbox of an agent that does not run with what it would have read in the past hours: the frames come from
 * the simulated site's physics, the batches from the agent's own outbox. The agent then delivers them as its backlog.
 */
export async function recordBacklog(world: World, options: BacklogOptions): Promise<void> {
  const { hours, intervalS, containers } = options;
  const site = new SimulatedSite({ containers, seed: 1 });
  const { layout } = site;
  const outbox = Outbox.open({
    folder: join(world.agentData, 'outbox'),
    clock: systemClock,
    boot: randomUUID(),
    project: layout.projectId,
    log: pino({ level: 'silent' }),
  });
  try {
    const until = Date.now() - intervalS * 1000;
    for (let at = until - hours * 3_600_000; at < until && !options.stopping(); at += intervalS * 1000) {
      const batches: NewBatch[] = [];
      for (let c = 1; c <= layout.containers; c++) {
        const frame = containerFrameAt(site, c, at, intervalS);
        batches.push({ kind: 'frames', body: { frames: [frame] }, readings: readingsIn(frame), at });
      }
      const meters = Array.from({ length: layout.transformers }, (_, t) => meterFrameAt(site, t + 1, at, intervalS));
      batches.push({ kind: 'frames', body: { frames: meters }, readings: meters.length, at });
      outbox.append(batches);
      await new Promise(setImmediate);
    }
  } finally {
    outbox.close();
  }
}
