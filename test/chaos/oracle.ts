import { gunzipSync } from 'node:zlib';
import type { ContainerFrame } from '@hearst/protocol';
import pg from 'pg';

/**
 * The oracle of the chaos run. The simulated site numbers every reading where the device sends it: the n-th
 * reply of a miner carries n as its hardware-error counter, an exact whole number that no rounding touches.
 * What the devices sent is compared, value by value, with what stands in Postgres.
 */

/** One reading as the device sent it. */
export interface SentReading {
  miner: string;
  /** The number of the reply, from 1. */
  n: number;
  /** When the last byte was handed to the network, ms since 1970. */
  at: number;
}

export interface Verdict {
  sent: number;
  stored: number;
  /** Sent while the agent was being killed: never accepted, so not owed. */
  neverAccepted: number;
  /** Sent, owed, and not in Postgres. */
  lost: SentReading[];
  /** In Postgres more than once. */
  twice: string[];
  /** In Postgres and never sent. */
  invented: string[];
  quarantined: number;
}

/** Every numbered reading that stands in Postgres, as `miner#n`, with how often. */
export async function storedReadings(
  databaseUrl: string,
): Promise<{ counts: Map<string, number>; quarantined: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const counts = new Map<string, number>();
    const { rows } = await client.query<{ container_id: string; body: Buffer }>(
      'select container_id, body from container_frames',
    );
    for (const row of rows) {
      const { frames } = JSON.parse(gunzipSync(row.body).toString('utf8')) as { frames: ContainerFrame[] };
      for (const frame of frames) {
        if (frame.container !== row.container_id)
          throw new Error(`frame of ${frame.container} stored under ${row.container_id}`);
        countFrame(frame, counts);
      }
    }
    const quarantine = await client.query<{ count: number }>('select count(*)::int as count from quarantine');
    return { counts, quarantined: quarantine.rows[0]?.count ?? 0 };
  } finally {
    await client.end();
  }
}

function countFrame(frame: ContainerFrame, counts: Map<string, number>): void {
  const numbers = frame.columns.hw_errors ?? [];
  for (let i = 0; i < frame.positions.length; i++) {
    const n = numbers[i];
    if (n === null || n === undefined) continue;
    const key = readingKey(`${frame.container}-M${String(frame.positions[i]).padStart(3, '0')}`, n);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}

function readingKey(miner: string, n: number): string {
  return `${miner}#${n}`;
}

/**
 * Compares. A reading is owed from the moment its frame is committed in the outbox, so one that was sent in the
 * last `acceptWithinMs` before an agent was killed may never have been accepted; every other one is owed.
 */
export function judge(options: {
  sent: SentReading[];
  stored: Map<string, number>;
  quarantined: number;
  agentDeaths: number[];
  acceptWithinMs: number;
}): Verdict {
  const { sent, stored, agentDeaths, acceptWithinMs } = options;
  const known = new Set<string>();
  const lost: SentReading[] = [];
  let neverAccepted = 0;
  for (const reading of sent) {
    const key = readingKey(reading.miner, reading.n);
    known.add(key);
    if (stored.has(key)) continue;
    const excused = agentDeaths.some((death) => reading.at <= death && reading.at > death - acceptWithinMs);
    if (excused) neverAccepted++;
    else lost.push(reading);
  }
  const twice = [...stored].filter(([, count]) => count > 1).map(([key]) => key);
  const invented = [...stored.keys()].filter((key) => !known.has(key));
  return {
    sent: sent.length,
    stored: stored.size,
    neverAccepted,
    lost,
    twice,
    invented,
    quarantined: options.quarantined,
  };
}
