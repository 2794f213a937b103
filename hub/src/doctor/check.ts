import type { PoolClient } from 'pg';
import type { HubConfig } from '../config.ts';

/** How a check ended. Skipped: what it needs is not there, so nothing can be said. */
export type Ended = 'ok' | 'warning' | 'error' | 'skipped';

/** What a check found out. */
export interface Found {
  readonly outcome: Ended;
  /** What was found, with numbers; of what was skipped: why. */
  readonly says: string;
  /** Of a warning or an error: what it comes from, as far as can be told. */
  readonly cause?: string;
  /** And what to do, as a command where there is one. */
  readonly next?: string;
}

/** What checks may look at. */
export interface Patient {
  readonly config: HubConfig;
  readonly now: () => number;
  /** A read-only transaction of the database's owner who sees every project; null where the database is out of reach. */
  readonly client: PoolClient | null;
  /** What `/readyz` of the hub on this machine answers; null while no hub answers. */
  readonly hub: { readonly ready: boolean; readonly missing: readonly string[] } | null;
}

/** One question to a hub. */
export interface Check {
  /** Stable: what documentation and people refer to. */
  readonly code: `H${number}`;
  readonly name: string;
  run(patient: Patient): Promise<Found>;
}

/** The same of what needs the database. */
export interface DatabaseCheck extends Omit<Check, 'run'> {
  run(client: PoolClient, patient: Patient): Promise<Found>;
}

export function ofDatabase({ run, ...check }: DatabaseCheck): Check {
  return {
    ...check,
    run: async (patient) =>
      patient.client === null ? skipped('needs the database (H1101)') : await run(patient.client, patient),
  };
}

export const ok = (says: string): Found => ({ outcome: 'ok', says });
export const skipped = (says: string): Found => ({ outcome: 'skipped', says });
export const warning = (says: string, cause: string, next: string): Found => ({
  outcome: 'warning',
  says,
  cause,
  next,
});
export const error = (says: string, cause: string, next: string): Found => ({ outcome: 'error', says, cause, next });
