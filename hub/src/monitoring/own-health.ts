import { statfs } from 'node:fs/promises';
import type { Pool } from 'pg';
import { clusterFolder } from '../database-place.ts';
import { withContext } from '../db/client.ts';
import { hubBacklog } from '../db/queries/hub-health.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { Log } from '../log.ts';
import type { IngestLag } from './ingest.ts';

/** How a hub is; null: unknown. */
export interface OwnHealth {
  /** Of the disks that hold data folder and database the fuller one, %. */
  readonly diskFreePct: number | null;
  /** Of the freshest reading of the last minutes, from the device to its commit, s. */
  readonly lagS: number | null;
  /** Whether agents are held because there is no room here. */
  readonly held: boolean | null;
  /** Frames to be rolled up, in all projects. */
  readonly marks: number | null;
  /** Messages a quarter of an hour late, or given up in the last hour. */
  readonly undelivered: number | null;
}

const EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;

export interface OwnHealthOptions {
  /** Role hearst_ingest. */
  readonly pool: Pool;
  readonly dataDir: string;
  readonly lag: Pick<IngestLag, 'freshest'>;
  /** Null while ingest has not started. */
  readonly stats: () => Pick<IngestStats, 'window'> | null;
  readonly log: Log;
  readonly now: () => number;
}

/** Looks every half minute at how this hub is. What cannot be seen is unknown, and the rest is told all the same. */
export class OwnHealthWatch {
  readonly #options: OwnHealthOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #latest: OwnHealth | null = null;

  constructor(options: OwnHealthOptions) {
    this.#options = options;
  }

  get latest(): OwnHealth | null {
    return this.#latest;
  }

  start(): void {
    const look = (): void => {
      this.#looking = this.look();
    };
    this.#timer = setInterval(look, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async look(): Promise<void> {
    const { lag, stats } = this.#options;
    const [diskFreePct, backlog] = await Promise.all([
      this.#tried('disk', () => this.#diskFree()),
      this.#tried('backlog', () => this.#backlog()),
    ]);
    const ingest = stats();
    this.#latest = {
      diskFreePct,
      lagS: lag.freshest(),
      held: ingest === null ? null : ingest.window === 0,
      marks: backlog?.marks ?? null,
      undelivered: backlog === null ? null : backlog.overdue + backlog.failed,
    };
  }

  async #tried<T>(what: string, look: () => Promise<T>): Promise<T | null> {
    try {
      return await look();
    } catch (error) {
      this.#options.log.warn({ what, reason: (error as Error).message }, 'the hub cannot tell how it is itself');
      return null;
    }
  }

  #backlog() {
    const { pool, now } = this.#options;
    const at = now();
    return withContext(pool, { role: 'super_admin', readOnly: true }, (client) =>
      hubBacklog(client, new Date(at), new Date(at - HOUR_MS)),
    );
  }

  /** The cluster's folder is somebody else's where it is on another machine, and not there then. */
  async #diskFree(): Promise<number> {
    const { dataDir } = this.#options;
    const shares = await Promise.all(
      [dataDir, clusterFolder(dataDir)].map((folder) =>
        statfs(folder).then(
          ({ bavail, blocks }) => (bavail / Math.max(1, blocks)) * 100,
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOENT' && folder !== dataDir) return 100;
            throw error;
          },
        ),
      ),
    );
    return Math.min(...shares);
  }
}
