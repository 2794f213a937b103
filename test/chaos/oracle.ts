import { gunzipSync } from 'node:zlib';
import type { ContainerFrame, Frame } from '@hearst/protocol';
import Database from 'better-sqlite3';
import pg from 'pg';
import { readOracleLog, readOracleValue } from '../sim/oracle-log.ts';

/**
 * The oracle of the chaos run. The simulated site numbers every reading where the device sends it (see
 * `test/sim/oracle-log.ts`: the number says which miner's which reply it is and travels as `hw_errors`). What the
 * devices sent is compared, value by value, with what stands in Postgres.
 *
 * A reading is owed from the moment the frame that holds it is committed in the agent's outbox (R1). The agent keeps
 * confirmed batches for hours, so its file says exactly what was accepted; and independently of the agent's word,
 * whatever was sent longer than `acceptWithinMs` before an agent's death must be there too.
 */
export interface Verdict {
  sent: number;
  accepted: number;
  stored: number;
  /** Sent just before the agent was killed, never accepted, so not owed. */
  neverAccepted: number;
  /** Owed and not in Postgres. */
  lost: number[];
  /** In Postgres more than once. */
  twice: number[];
  /** In Postgres and never sent, or under another miner than the one that sent it. */
  wrong: number[];
  quarantined: number;
}

export interface Stored {
  /** How often each numbered reading stands in Postgres. */
  counts: Map<number, number>;
  /** Readings that stand under a miner that did not send them. */
  misplaced: number[];
  quarantined: number;
}

/** Reads every numbered reading out of Postgres. */
export async function storedReadings(databaseUrl: string, minersPerContainer: number): Promise<Stored> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const stored: Stored = { counts: new Map(), misplaced: [], quarantined: 0 };
    const { rows } = await client.query<{ container_id: string; body: Buffer }>(
      'select container_id, body from container_frames',
    );
    for (const row of rows) {
      for (const frame of framesOf(row.body)) {
        for (const { value, position } of numbersOf(frame)) {
          stored.counts.set(value, (stored.counts.get(value) ?? 0) + 1);
          const container = Number(/-C(\d+)$/.exec(row.container_id)?.[1]);
          if (readOracleValue(value).index !== (container - 1) * minersPerContainer + position - 1)
            stored.misplaced.push(value);
        }
      }
    }
    const quarantine = await client.query<{ count: number }>('select count(*)::int as count from quarantine');
    stored.quarantined = quarantine.rows[0]?.count ?? 0;
    return stored;
  } finally {
    await client.end();
  }
}

/** Every numbered reading that the agent accepted, out of its outbox file (the agent must have stopped). */
export function acceptedReadings(outboxFile: string): Set<number> {
  const file = new Database(outboxFile, { readonly: true });
  try {
    const accepted = new Set<number>();
    for (const { body } of file
      .prepare<[], { body: Buffer }>("select body from bodies join batches using (row) where class = 'frames'")
      .iterate()) {
      for (const frame of framesOf(body)) for (const { value } of numbersOf(frame)) accepted.add(value);
    }
    return accepted;
  } finally {
    file.close();
  }
}

function framesOf(body: Buffer): ContainerFrame[] {
  const { frames } = JSON.parse(gunzipSync(body).toString('utf8')) as { frames: Frame[] };
  return frames.filter((frame) => frame.kind === 'container');
}

function* numbersOf(frame: ContainerFrame): Generator<{ value: number; position: number }> {
  const column = frame.columns.hw_errors ?? [];
  for (let i = 0; i < frame.positions.length; i++) {
    const value = column[i];
    if (typeof value === 'number') yield { value, position: frame.positions[i]! };
  }
}

/** Holds what was sent against what was accepted and what is stored. */
export function judge(options: {
  oracleFile: string;
  accepted: Set<number>;
  stored: Stored;
  /** When the agent was killed and when it was started again, ms since 1970. */
  agentDeaths: { at: number; until: number }[];
  acceptWithinMs: number;
}): Verdict {
  const { accepted, stored, agentDeaths, acceptWithinMs } = options;
  const sent = new Set<number>();
  const lost = new Set<number>();
  let neverAccepted = 0;
  for (const reading of readOracleLog(options.oracleFile).readings) {
    sent.add(reading.value);
    if (stored.counts.has(reading.value) || reading.malformed) continue;
    const dying = agentDeaths.some(({ at, until }) => reading.at > at - acceptWithinMs && reading.at <= until);
    if (dying) neverAccepted++;
    else lost.add(reading.value);
  }
  for (const value of accepted) if (!stored.counts.has(value)) lost.add(value);
  return {
    sent: sent.size,
    accepted: accepted.size,
    stored: stored.counts.size,
    neverAccepted,
    lost: [...lost],
    twice: [...stored.counts].filter(([, count]) => count > 1).map(([value]) => value),
    wrong: [...[...stored.counts.keys()].filter((value) => !sent.has(value)), ...stored.misplaced],
    quarantined: stored.quarantined,
  };
}
