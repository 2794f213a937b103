import { Agent, request } from 'node:http';

/** What a number of readers that ask at once had to wait, milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  /** Bytes of the last answer. */
  readonly bytes: number;
}

/**
 * Has `readers` ask for paths one after another, each on a connection of its own that is kept open, until `count` answers
 * have come. Throws at the first answer that is not 200.
 *
 * @param paths asked in turn
 */
export async function readAtOnce(
  address: string,
  key: string,
  paths: readonly string[],
  { readers, count }: { readers: number; count: number },
): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  const waits: number[] = [];
  let next = 0;
  let bytes = 0;
  const reader = async (): Promise<void> => {
    while (next < count) {
      const path = paths[next++ % paths.length] ?? '/';
      const begun = performance.now();
      bytes = await get(agent, address + path, key);
      waits.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  agent.destroy();
  waits.sort((a, b) => a - b);
  return { p50: quantile(waits, 0.5), p95: quantile(waits, 0.95), bytes };
}

function get(agent: Agent, url: string, key: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers: { authorization: `Bearer ${key}` } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
