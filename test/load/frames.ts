import type { ContainerFrame, Frame, MetricName } from '@hearst/protocol';
import { readingsIn } from '@hearst/protocol';
import type { NewBatch } from '../../agent/src/outbox/outbox.ts';
import { containerFrameAt, meterFrameAt } from '../sim/frames.ts';
import { SimulatedSite } from '../sim/site.ts';

/** What travels with every fifth poll only (docs/decisions/0002-body-encoding.md). */
const COUNTERS: readonly MetricName[] = ['hw_errors', 'uptime_s', 'shares_accepted', 'shares_rejected', 'shares_stale'];
const COUNTERS_EVERY = 5;

/**
 * Frames as the agent sends them, from the simulated site's physics: noise on, rates to 0.01 TH/s, counters and shares
 * with every fifth poll, each container at its own turn.
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

  /** One container's frame of the poll with this number; `every` metric at once where all are wanted. */
  container(container: number, poll: number, at: number, all = false): ContainerFrame {
    const frame = containerFrameAt(this.#site, container, at, this.intervalS);
    if (all || (poll + container) % COUNTERS_EVERY === 0) {
      const uptime = frame.columns.uptime_s ?? [];
      frame.columns.shares_accepted ??= uptime.map((s) => s && Math.floor(s * 0.19));
      frame.columns.shares_rejected ??= uptime.map((s) => s && Math.floor(s * 0.00019));
      frame.columns.shares_stale ??= uptime.map((s) => s && 0);
    } else for (const counter of COUNTERS) delete frame.columns[counter];
    return frame;
  }

  /** All meters of the site. */
  meters(at: number): Frame[] {
    const { transformers } = this.#site.layout;
    return Array.from({ length: transformers }, (_, t) => meterFrameAt(this.#site, t + 1, at, this.intervalS));
  }

  /** One poll of the whole site as the poller hands it to the outbox: a batch per container, one for the meters. */
  sweep(poll: number, at: number, all = false): NewBatch[] {
    const containers = Array.from({ length: this.containers }, (_, c) => [this.container(c + 1, poll, at, all)]);
    return [...containers, this.meters(at)].map((frames) => ({
      kind: 'frames' as const,
      body: { frames },
      readings: frames.reduce((sum, frame) => sum + readingsIn(frame), 0),
      at,
    }));
  }
}
