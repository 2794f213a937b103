import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StatusReport } from './report.ts';

export interface AgentMetricsOptions {
  readonly report: () => StatusReport;
  /** Bytes free on the disk under the outbox. Throws when the file system cannot tell. */
  readonly freeBytes: () => number;
}

/** What is polled as a group. */
export type PolledKind = 'container' | 'meters';

/** Seconds; the longest is a poll that takes the whole of a usual interval. */
const POLL_BUCKETS_S = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60];

/** One value of a report; null is left out, for unknown is not zero. */
type Value = (report: StatusReport, now: number) => number | null;

const COUNTERS: Readonly<Record<string, readonly [help: string, value: Value]>> = {
  polls: ['Polls done, of containers and of the meters', ({ poller }) => poller.polls],
  polls_skipped: ['Polls left out because the one before took too long', ({ poller }) => poller.skipped],
  batches_kept: ['Batches that the outbox has committed', ({ poller }) => poller.kept.batches],
  batches_lost: ['Batches given up before they were on disk', ({ poller }) => poller.kept.lost_batches],
  readings_lost: ['Device readings in them', ({ poller }) => poller.kept.lost_readings],
  outbox_refusals: ['Times that the outbox refused batches', ({ poller }) => poller.kept.refusals],
  batches_acked: ['Batches that the hub confirmed and the outbox freed', ({ hub }) => hub.uplink?.freed ?? null],
  batches_resent: ['Batches sent more than once', ({ hub }) => hub.uplink?.resent ?? null],
  driver_faults: ['Times that a driver failed in a way it should not', ({ poller }) => sum(poller.devices.faults)],
  replies_repaired: ['Malformed replies that were mended', ({ poller }) => sum(poller.devices.repairs)],
  values_struck: ['Values struck out that cannot be true', ({ poller }) => poller.devices.implausible],
};

const GAUGES: Readonly<Record<string, readonly [help: string, value: Value]>> = {
  ready: ['1 while readings are taken and kept', ({ ready }) => (ready ? 1 : 0)],
  outbox_batches: ['Batches that wait for the hub', ({ outbox }) => outbox?.batches ?? null],
  outbox_bytes: ['Bytes that wait for the hub', ({ outbox }) => outbox?.bytes ?? null],
  outbox_oldest_age_seconds: ['Age of the oldest batch that waits; 0 while none does', oldestAge],
  memory_held_batches: ['Batches held in memory because the outbox refuses them', ({ poller }) => poller.kept.held],
  hub_connected: ['1 while data may flow to the hub', ({ hub }) => (hub.phase === 'sending' ? 1 : 0)],
  hub_window_batches: ['Batches that the hub lets be on their way', ({ hub }) => hub.uplink?.window ?? null],
  hub_unacked_batches: ['Batches on their way', ({ hub }) => hub.uplink?.unacked ?? null],
  hub_ack_age_seconds: ['Since the hub confirmed anything', ({ hub }, now) => age(hub.uplink?.lastAckAt ?? null, now)],
  clock_offset_seconds: ["The hub's clock minus this one's", ({ hub }) => inSeconds(hub.uplink?.clockOffsetMs ?? null)],
  pace_limit: ['Miners that are asked at once', ({ poller }) => poller.pace.limit],
  pace_latency_p95_seconds: ['95 % of the miners answer within it', ({ poller }) => poller.pace.p95_ms / 1000],
};

/**
 * What the agent measures of itself, for Prometheus, out of its report: nothing is counted twice. No series is of a
 * miner; there are as many as containers at most.
 */
export class AgentMetrics {
  readonly #options: AgentMetricsOptions;
  readonly #registry = new Registry();
  readonly #polls: Histogram<'kind'>;
  readonly #fill: ((report: StatusReport) => void)[] = [];
  #watched = false;

  constructor(options: AgentMetricsOptions) {
    this.#options = options;
    this.#polls = new Histogram({
      name: 'hearst_agent_poll_duration_seconds',
      help: 'How long polls took: of one container, or of all meters',
      labelNames: ['kind'],
      buckets: POLL_BUCKETS_S,
      registers: [this.#registry],
    });
    for (const [name, [help, value]] of Object.entries(COUNTERS))
      this.#count(`hearst_agent_${name}_total`, help, value);
    for (const [name, [help, value]] of Object.entries(GAUGES)) this.#level(`hearst_agent_${name}`, help, value);
    this.#level('hearst_agent_disk_free_bytes', 'Free on the disk under the outbox', () => this.#freeBytes());
    this.#labelled();
  }

  /** A poll is over. */
  polled(kind: PolledKind, ms: number): void {
    this.#polls.observe({ kind }, ms / 1000);
  }

  /** The page, in Prometheus' text format. The process is measured from the first one on. */
  async page(): Promise<{ contentType: string; text: string }> {
    if (!this.#watched) collectDefaultMetrics({ register: this.#registry });
    this.#watched = true;
    const report = this.#options.report();
    for (const fill of this.#fill) fill(report);
    // The library writes `Nan`, which only Prometheus itself reads.
    const text = (await this.#registry.metrics()).replace(/ Nan$/gm, ' NaN');
    return { contentType: this.#registry.contentType, text };
  }

  #count(name: string, help: string, value: Value): void {
    const counter = new Counter({ name, help, registers: [this.#registry] });
    this.#fill.push((report) => {
      counter.reset();
      counter.inc(value(report, Date.parse(report.now)) ?? 0);
    });
  }

  #level(name: string, help: string, value: Value): void {
    const gauge = this.#gauge(name, help);
    this.#fill.push((report) => {
      const found = value(report, Date.parse(report.now));
      if (found === null) gauge.remove();
      else gauge.set(found);
    });
  }

  #labelled(): void {
    const info = this.#gauge('hearst_agent_info', 'Always 1; the labels say what runs', 'program', 'project');
    const devices = this.#gauge('hearst_agent_devices', 'Devices by what they did in their last poll', 'kind', 'state');
    const phase = this.#gauge('hearst_agent_hub_phase', '1 for how the agent stands with the hub', 'phase');
    const took = this.#gauge(
      'hearst_agent_container_poll_seconds',
      "How long a container's last poll took",
      'container',
    );
    const polled = this.#gauge('hearst_agent_container_poll_age_seconds', 'Since it began', 'container');
    const refusals = new Counter({
      name: 'hearst_agent_device_failures_total',
      help: 'Devices that gave no reading, by the code of the error',
      labelNames: ['code'],
      registers: [this.#registry],
    });
    this.#fill.push(({ program, project, poller, hub, now }) => {
      for (const metric of [devices, phase, took, polled, refusals]) metric.reset();
      info.set({ program, project }, 1);
      phase.set({ phase: hub.phase }, 1);
      for (const [kind, all, answering] of devicesOf(poller)) {
        devices.set({ kind, state: 'answering' }, answering);
        devices.set({ kind, state: 'silent' }, all - answering);
      }
      for (const { container, at, tookMs } of poller.containers.filter((one) => one.at !== null)) {
        took.set({ container }, tookMs / 1000);
        polled.set({ container }, age(at, Date.parse(now)) ?? 0);
      }
      for (const [code, times] of Object.entries(poller.devices.refusals)) refusals.inc({ code }, times);
    });
  }

  #gauge<Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  /** Null where the file system cannot tell: the outbox says so itself when it matters. */
  #freeBytes(): number | null {
    try {
      return this.#options.freeBytes();
    } catch {
      return null;
    }
  }
}

function devicesOf(poller: StatusReport['poller']): [kind: string, all: number, answering: number][] {
  const loops = poller.containers.filter(({ cooling }) => cooling !== null);
  return [
    ['miner', poller.miners, poller.answering],
    ['meter', poller.meters.meters, poller.meters.answering],
    ['cooling', loops.length, loops.filter(({ cooling }) => cooling === 'answers').length],
  ];
}

function oldestAge({ outbox }: StatusReport, now: number): number | null {
  if (outbox === null) return null;
  return outbox.oldest_at === null ? 0 : age(Date.parse(outbox.oldest_at), now);
}

function age(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(0, now - at) / 1000;
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
