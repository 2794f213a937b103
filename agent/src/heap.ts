import { setFlagsFromString } from 'node:v8';
import { boundBufferPools } from '@hearst/protocol';

/**
 * Keeps the memory of a long-running agent small. A sweep makes and drops hundreds of MB of short-lived objects;
 * left alone, V8 lets the heap grow to several times what is alive (about 40 MB at 17,864 miners). Full
 * collections at a fifth more than that are cheap, 10 ms each (docs/benchmarks.md, agent-memory). Takes effect for
 * growth from now on, so it is called before anything large exists.
 */
export function boundHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  boundBufferPools();
}
