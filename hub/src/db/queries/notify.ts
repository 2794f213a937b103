import type { ClientBase, Pool } from 'pg';

/** The channel on which hubs tell each other what is new. */
export const LIVE_CHANNEL = 'hearst_live';

/** Sends messages to every hub that listens; inside a transaction they go out with its commit, or not at all. */
export async function notifyLive(client: ClientBase | Pool, payloads: readonly string[]): Promise<void> {
  await client.query(`select pg_notify('${LIVE_CHANNEL}', n) from unnest($1::text[]) n`, [payloads]);
}

/** Makes a connection hear them. */
export async function listenLive(client: ClientBase): Promise<void> {
  await client.query(`listen ${LIVE_CHANNEL}`);
}
