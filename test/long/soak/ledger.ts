import Database from 'better-sqlite3';
import type pg from 'pg';
import { framesOf, numbersOf } from '../../chaos/oracle.ts';
import { readOracleValue } from '../../sim/oracle-log.ts';
import { Tally } from './tally.ts';

/** What the agent accepted held against what stands in Postgres. */
export interface Ledger {
  readonly accepted: number;
  readonly stored: number;
  /** Accepted and not stored. */
  readonly lost: number;
  /** Stored and never accepted. */
  readonly invented: number;
  readonly twice: number;
  /** Stored under another miner than the one that sent it. */
  readonly misplaced: number;
  readonly quarantined: number;
  /** Frames of containers and of meters, cooling loops and silence included. */
  readonly frames: { readonly accepted: number; readonly stored: number };
}

/**
 * Counts every numbered reading (see `test/sim/oracle-log.ts`) on both sides. The agent must have stopped; its outbox
 * keeps confirmed batches for six hours, so in a longer run only the newest are held against the database.
 */
export async function balance(database: pg.Client, outboxFile: string, minersPerContainer: number): Promise<Ledger> {
  const outbox = acceptedBy(outboxFile);
  const stored = new Tally();
  let misplaced = 0;
  // One container at a time: all bodies of four hours are half a gigabyte.
  const { rows: containers } = await database.query<{ id: string }>(
    'select distinct container_id as id from container_frames',
  );
  for (const { id } of containers) {
    const number = Number(/-C(\d+)$/.exec(id)?.[1]);
    const { rows } = await database.query<{ body: Buffer }>(
      'select body from container_frames where container_id = $1',
      [id],
    );
    for (const frame of rows.flatMap(({ body }) => framesOf(body))) {
      for (const { value, position } of numbersOf(frame)) {
        stored.add(value);
        if (readOracleValue(value).index !== (number - 1) * minersPerContainer + position - 1) misplaced++;
      }
    }
  }
  const count = async (table: string): Promise<number> =>
    (await database.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n ?? Number.NaN;
  return {
    accepted: outbox.readings.readings,
    stored: stored.readings,
    lost: outbox.readings.without(stored),
    invented: stored.without(outbox.readings),
    twice: stored.repeated,
    misplaced,
    quarantined: await count('quarantine'),
    frames: {
      accepted: outbox.frames,
      stored: (await count('container_frames')) + (await count('meter_frames')),
    },
  };
}

/** Everything in the outbox; batches of the very end may not have been sent. */
function acceptedBy(outboxFile: string): { readings: Tally; frames: number } {
  const file = new Database(outboxFile, { readonly: true });
  try {
    const readings = new Tally();
    let frames = 0;
    const bodies = file.prepare<[], { body: Buffer }>(
      "select body from bodies join batches using (row) where class in ('frames', 'meters')",
    );
    for (const { body } of bodies.iterate()) {
      for (const frame of framesOf(body)) {
        frames++;
        for (const { value } of numbersOf(frame)) readings.add(value);
      }
    }
    return { readings, frames };
  } finally {
    file.close();
  }
}
