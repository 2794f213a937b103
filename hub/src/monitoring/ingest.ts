import { Counter, Histogram } from 'prom-client';
import type { StoredNotice } from '../ingest/notice.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { Monitoring } from './monitoring.ts';

/** What only grows, by the name it has here. */
const COUNTERS = {
  batches: ['batches', 'Batches committed with all they hold'],
  duplicates: ['duplicates', 'Batches that were there already'],
  readings: ['readings', 'Device readings committed'],
  quarantined: ['quarantined', 'Entries made in quarantine'],
  badValues: ['bad_values', 'Single values that were not believed and stand as null'],
  retries: ['retries', 'Transactions tried again'],
  handedBack: ['handed_back', 'Batches handed back to the agent'],
  forks: ['forks', 'Known keys with other bytes'],
  clones: ['clones', 'Two programs found with one identity'],
  refused: ['refused', 'Messages and batches not believed'],
  noRoom: ['no_room', 'Messages left to be sent again because there was no room'],
  repeatedFrames: ['repeated_frames', "Frames that came again under another batch's key"],
  faults: ['faults', 'Batches left unacknowledged because of a fault of this program'],
  hellos: ['hellos', 'Agents that introduced themselves'],
  acks: ['acks', 'Acks sent'],
} as const satisfies Partial<Record<keyof IngestStats, readonly [name: string, help: string]>>;

const LAG_BUCKETS_S = [1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 259_200];

/** What ingest has done since the start, and how it stands. */
export function watchIngest(monitoring: Monitoring, stats: () => IngestStats): void {
  for (const [key, [name, help]] of Object.entries(COUNTERS) as [keyof typeof COUNTERS, readonly [string, string]][])
    new Counter({
      name: `hearst_ingest_${name}_total`,
      help,
      registers: [monitoring.hub],
      collect() {
        this.reset();
        this.inc(stats()[key]);
      },
    });
  monitoring.gauge(
    'hearst_ingest_waiting_bytes',
    'Bytes of batches that wait for their transaction',
    () => stats().waitingBytes,
  );
  monitoring.gauge(
    'hearst_ingest_window_batches',
    'Batches that an agent may have on their way; 0 holds them',
    () => stats().window,
  );
  monitoring.gauge('hearst_ingest_storage_up', '1 while readings can be stored', () => (stats().away ? 0 : 1));
}

/** How long readings take from the device into the database; a backlog's stand in the last buckets. */
export class IngestLag {
  readonly #histogram: Histogram;
  readonly #now: () => number;
  /** The least lag of this minute and of the one before, s; null where nothing was stored in it. */
  readonly #least = { minute: 0, now: null as number | null, before: null as number | null };

  constructor({ hub }: Pick<Monitoring, 'hub'>, now: () => number) {
    this.#now = now;
    this.#histogram = new Histogram({
      name: 'hearst_ingest_lag_seconds',
      help: 'From the poll of a container or meter to its commit',
      buckets: LAG_BUCKETS_S,
      registers: [hub],
    });
  }

  /** A clock at a site that is ahead makes no lag below zero. */
  stored({ containers, meters }: Pick<StoredNotice, 'containers' | 'meters'>): void {
    const now = this.#now();
    const least = this.#turn(now);
    for (const { at } of [...containers, ...meters]) {
      const lag = Math.max(0, now - at) / 1000;
      this.#histogram.observe(lag);
      least.now = Math.min(least.now ?? lag, lag);
    }
  }

  /** How fresh the freshest reading of the last one to two minutes was, s: what a backlog brings counts for nothing. */
  freshest(): number | null {
    const { now, before } = this.#turn(this.#now());
    return now === null || before === null ? (now ?? before) : Math.min(now, before);
  }

  #turn(at: number) {
    const least = this.#least;
    const minute = Math.floor(at / 60_000);
    if (minute !== least.minute) {
      least.before = minute === least.minute + 1 ? least.now : null;
      least.now = null;
      least.minute = minute;
    }
    return least;
  }
}
