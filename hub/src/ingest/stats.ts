import type { Log } from '../log.ts';

/** What ingest has done since it started; numbers only grow, but for the last three. */
export interface IngestStats {
  /** Batches committed with all they hold. */
  batches: number;
  /** Batches that were there already. */
  duplicates: number;
  /** Device readings committed. */
  readings: number;
  /** Entries made in quarantine. */
  quarantined: number;
  /** Single values that were not believed and stand as null. */
  badValues: number;
  /** Transactions tried again, and batches handed back to the agent. */
  retries: number;
  handedBack: number;
  /** Known keys with other bytes. */
  forks: number;
  /** Two programs with one identity. */
  clones: number;
  /** Messages and batches not believed: forged, unknown or revoked agent, damaged. */
  refused: number;
  /** Messages left to be sent again because there was no room. */
  noRoom: number;
  /** Frames that came again under another batch's key, with the same bytes (R: 0 but for rotated outboxes). */
  repeatedFrames: number;
  /** Batches left unacknowledged because of a fault of this program. */
  faults: number;
  hellos: number;
  acks: number;
  /** Now: bytes waiting, whether storage is away, the window granted. */
  waitingBytes: number;
  away: boolean;
  window: number;
}

export function emptyStats(): IngestStats {
  return {
    batches: 0,
    duplicates: 0,
    readings: 0,
    quarantined: 0,
    badValues: 0,
    retries: 0,
    handedBack: 0,
    forks: 0,
    clones: 0,
    refused: 0,
    noRoom: 0,
    repeatedFrames: 0,
    faults: 0,
    hellos: 0,
    acks: 0,
    waitingBytes: 0,
    away: false,
    window: 0,
  };
}

/** Tells the log how ingest is doing, when that is news. */
export class StatsReport {
  readonly #log: Log;
  #last = '';

  constructor(log: Log) {
    this.#log = log;
  }

  tell({ acks: _, waitingBytes: __, ...stats }: IngestStats): void {
    const text = JSON.stringify(stats);
    if (text === this.#last) return;
    this.#last = text;
    this.#log.info(stats, 'ingest');
  }
}
