import { expect, it } from 'vitest';
import { sharedBuffersMb } from './settings.ts';

it.each([
  [1024, 128],
  [4096, 256],
  [24_000, 1024],
])('of %d MB of memory %d MB are the buffers', (memory, buffers) => {
  expect(sharedBuffersMb(memory)).toBe(buffers);
});
