import type { Log } from '../log.ts';

export interface EmbeddedPostgresOptions {
  /** The hub's data folder; the cluster goes below it. */
  readonly dataDir: string;
  readonly log: Log;
  /** A fixed port; any free one (kept over restarts while it is free) when absent. */
  readonly port?: number;
  /** Settings beside the defaults, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The hub's own Postgres, a child process on a cluster in the data folder. */
export declare class EmbeddedPostgres {
  constructor(options: EmbeddedPostgresOptions);
  /** The database's URL, with the owner's password; throws before `start`. */
  get url(): string;
  /** Starts, or adopts a server left over by a killed hub. Returns the URL. */
  start(): Promise<string>;
  stop(): Promise<void>;
}
