import { connect } from 'node:net';

/** Where a miner is asked. */
export interface Target {
  host: string;
  port: number;
}

const REQUEST = '{"command":"stats","new_api":true}';

/**
 * The least that reads a miner: a socket, the request, everything until the end, `JSON.parse`. No checks, no metrics, no
 * frame. The peer of the agent's own reading.
 */
export function barePoll({ host, port }: Target, deadlineMs: number | null = null): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer =
      deadlineMs === null
        ? null
        : setTimeout(() => socket.destroy(new Error(`silent for ${deadlineMs} ms`)), deadlineMs);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      if (timer) clearTimeout(timer);
      const text = Buffer.concat(chunks).toString('utf8');
      try {
        resolve(JSON.parse(text.endsWith('\0') ? text.slice(0, -1) : text));
      } catch (error) {
        reject(error);
      }
    });
    socket.write(REQUEST);
  });
}

/** Asks all targets, so many at once, each as soon as there is a place. Returns how many answered. */
export async function pool(
  targets: readonly Target[],
  places: number,
  ask: (target: Target) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  let answered = 0;
  const place = async (): Promise<void> => {
    for (let target = targets[next++]; target; target = targets[next++]) {
      try {
        await ask(target);
        answered++;
      } catch {
        // A dead miner: the naive pool has nothing to say about it.
      }
    }
  };
  await Promise.all(Array.from({ length: places }, place));
  return answered;
}
