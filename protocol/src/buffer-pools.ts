/**
 * Bytes of the pools that Node cuts small buffers from (its own: 64 kB). A pool lives as long as the smallest piece of
 * it, and mqtt-packet, which agent and hub write with, keeps four bytes of every length of a message it has ever
 * written, up to 16,384 of them, for ever: each held a pool of its own, 0.8 MB more every minute at 17,864 miners
 * (docs/benchmarks.md, soak).
 */
const POOL_BYTES = 512;

/** For a process that runs for long; holds for pools begun from now on, so it is called before anything else. */
export function boundBufferPools(): void {
  Buffer.poolSize = POOL_BYTES;
}
