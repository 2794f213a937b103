import { setFlagsFromString } from 'node:v8';

/**
 * Bytes of the pools that Node cuts small buffers from (its own: 64 kB). A pool lives as long as the smallest piece of
 * it, and mqtt-packet keeps four bytes of every length of a message it has ever written, up to 16,384 of them, for
 * ever: each held a pool of its own, 0.8 MB more every minute at 17,864 miners (docs/benchmarks.md, soak).
 */
const POOL_BYTES = 512;

/**
 * Keeps the memory of a long-running agent small. A sweep makes and drops hundreds of MB of short-lived objects;
 * left alone, V8 lets the heap grow to several times what is alive (about 40 MB at 17,864 miners). Full
 * collections at a fifth more than that are cheap, 10 ms each (docs/benchmarks.md, agent-memory). Takes effect for
 * growth from now on, so it is called before anything large exists.
 */
export function boundHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  Buffer.poolSize = POOL_BYTES;
}
