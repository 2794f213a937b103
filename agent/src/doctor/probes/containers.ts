import { connect } from 'node:net';
import { eachAtOnce } from '../../at-once.ts';
import type { Container } from '../../config/site.ts';
import type { ContainerFacts } from '../view.ts';

/** Miners tried of each container, spread over it; connections at once; how long each may take, ms. */
const SAMPLE = 6;
const AT_ONCE = 48;
const TIMEOUT_MS = 1500;

/**
 * Which containers can be reached right now, for when no agent runs: a connection to a few miners of each, closed at
 * once. Nothing is asked of them.
 */
export async function containersNow(
  containers: readonly Container[],
  maintenanceUntil: (container: string) => number | null,
): Promise<ContainerFacts[]> {
  const jobs = containers.flatMap(({ addresses, port }, index) =>
    sampleOf(addresses).map((host) => ({ index, host, port })),
  );
  const answering = containers.map(() => 0);
  const asked = containers.map(() => 0);
  await eachAtOnce(jobs, AT_ONCE, async ({ index, host, port }) => {
    asked[index] = (asked[index] ?? 0) + 1;
    if (await isOpen(host, port)) answering[index] = (answering[index] ?? 0) + 1;
  });
  return containers.map(({ id }, i) => ({
    id,
    asked: asked[i] ?? 0,
    answering: answering[i] ?? 0,
    cooling: null,
    tookMs: null,
    maintenanceUntil: maintenanceUntil(id),
  }));
}

function sampleOf(addresses: readonly string[]): string[] {
  if (addresses.length <= SAMPLE) return [...addresses];
  const step = addresses.length / SAMPLE;
  return Array.from({ length: SAMPLE }, (_, i) => addresses[Math.floor(i * step)] as string);
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host, port });
    const end = (open: boolean): void => {
      socket.destroy();
      settle(open);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.once('error', () => end(false)); // refused or unreachable: not open, which is the answer
    socket.once('connect', () => end(true));
  });
}
