import { type ContainerFrame, type Frame, readingsIn } from '@hearst/protocol';
import type { NewBatch } from '../../agent/src/outbox/outbox.ts';
import { containerFrameAt, meterFrameAt } from '../sim/frames.ts';
import { SimulatedSite } from '../sim/site.ts';

/** Polls within which every container has sent its counters once. */
const COUNTERS_EVERY = 5;

/**
 * Frames as the agent sends them, from the simulated site's physics with its ordinary noise. Counters come with every
 * fifth poll; with them go the rejected and stale shares, which the site's recorder leaves out.
 */
export class SentFrames {
  readonly #site: SimulatedSite;
  readonly intervalS: number;

  constructor(options: { containers: number; intervalS: number; project?: string }) {
    const { containers, intervalS, project = 'QATAR-001' } = options;
    this.#site = new SimulatedSite({ containers, seed: 1, projectId: project });
    this.intervalS = intervalS;
  }

  get containers(): number {
    return this.#site.layout.containers;
  }

  get miners(): number {
    return this.#site.layout.miners;
  }

  get meterCount(): number {
    return this.#site.layout.transformers;
  }

  /** One container's frame of the poll at `at`, ms since 1970. */
  container(container: number, at: number): ContainerFrame {
    const frame = containerFrameAt(this.#site, container, at, this.intervalS);
    const { columns } = frame;
    if (columns.shares_accepted) {
      columns.shares_rejected = columns.shares_accepted.map((shares) => shares && Math.floor(shares / 1000));
      columns.shares_stale = columns.shares_accepted.map((shares) => shares && 0);
    }
    return frame;
  }

  /** One container's frame with every metric, counters included. */
  fullContainer(container: number, at: number): ContainerFrame {
    for (let later = 0; later < COUNTERS_EVERY; later++) {
      const frame = this.container(container, at + later * this.intervalS * 1000);
      if (frame.columns.uptime_s) return { ...frame, at };
    }
    throw new Error(`no counters within ${COUNTERS_EVERY} polls`);
  }

  /** All meters of the site. */
  meters(at: number): Frame[] {
    return Array.from({ length: this.meterCount }, (_, t) => meterFrameAt(this.#site, t + 1, at, this.intervalS));
  }

  /** One poll of the whole site as the poller hands it to the outbox: a batch per container, one for the meters. */
  sweep(at: number, containerFrame = (c: number) => this.container(c, at)): NewBatch[] {
    const containers = Array.from({ length: this.containers }, (_, c) => [containerFrame(c + 1)]);
    return [...containers, this.meters(at)].map((frames: Frame[]) => ({
      kind: 'frames' as const,
      body: { frames },
      readings: frames.reduce((sum, frame) => sum + readingsIn(frame), 0),
      at,
    }));
  }
}
