import { gunzipSync } from 'node:zlib';
import type { Frame } from '@hearst/protocol';
import Database from 'better-sqlite3';
import pg from 'pg';
import { readOracleLog, readOracleValue } from '../sim/oracle-log.ts';

/**
 * The oracle of the chaos run. The simulated site numbers every reading where the device sends it (see
 * `test/sim/oracle-log.ts`: the number says which miner's which reply it is and travels as `hw_errors`). What the
 * devices sent is compared, value by value, with what stands in Postgres.
 *
 * A reading is owed from the moment the frame that holds it is committed in the agent's outbox (R1). Two witnesses
 * say what is owed. The agent keeps confirmed batches for hours, so its file names everything it accepted. And by the
 * devices' word alone: an agent asks a miner again only when the poll before is settled, so within one life of the
 * agent every reading that is followed by a stored one of the same miner is owed. Only the last few before a
 * `kill -9` may never have been accepted, and after the last life, which ends in peace, none at all.
 */
export interface Verdict {
  sent: number;
  accepted: number;
  stored: number;
  /** The last readings before the agent was killed, never accepted, so not owed. */
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

/** The frames in a body, as it travels and as it is stored. */
export function framesOf(body: Buffer): Frame[] {
  return (JSON.parse(gunzipSync(body).toString('utf8')) as { frames: Frame[] }).frames;
}

/** The numbered readings of a frame; a meter's has none. */
export function* numbersOf(frame: Frame): Generator<{ value: number; position: number }> {
  if (frame.kind !== 'container') return;
  const column = frame.columns.hw_errors ?? [];
  for (let i = 0; i < frame.positions.length; i++) {
    const value = column[i];
    if (typeof value === 'number') yield { value, position: frame.positions[i]! };
  }
}

/** Polls that may be under way, or waiting for their transaction, when an agent is killed. */
const UNDER_WAY = 2;

/** Holds what was sent against what was accepted and what is stored. */
export function judge(options: {
  oracleFile: string;
  accepted: Set<number>;
  stored: Stored;
  /** When the agent was started again after each of its deaths, ms since 1970, ascending. */
  agentRestarts: number[];
}): Verdict {
  const { accepted, stored, agentRestarts } = options;
  const { readings } = readOracleLog(options.oracleFile);
  const sent = new Set<number>();
  const lost = new Set<number>();
  /** Readings not found in Postgres, by miner, of the life of the agent that is being walked. */
  const open = new Map<number, number[]>();
  let neverAccepted = 0;
  let life = 0;
  const endLife = (mayMiss: number): void => {
    for (const values of open.values()) {
      neverAccepted += Math.min(values.length, mayMiss);
      for (const value of values.slice(0, Math.max(0, values.length - mayMiss))) lost.add(value);
    }
    open.clear();
  };
  for (const { at, index, value, malformed } of readings) {
    for (; life < agentRestarts.length && at >= agentRestarts[life]!; life++) endLife(UNDER_WAY);
    sent.add(value);
    if (malformed) continue;
    if (stored.counts.has(value)) {
      for (const missing of open.get(index) ?? []) lost.add(missing);
      open.delete(index);
    } else open.set(index, [...(open.get(index) ?? []), value]);
  }
  endLife(life < agentRestarts.length ? UNDER_WAY : 0);
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
