import { openSync } from 'node:fs';

/**
 * Preloaded into an agent that shall leak, to see that the soak tells: HEARST_LEAK is `memory` (a megabyte a second) or
 * `descriptors` (one a second).
 */
const kept: unknown[] = [];
const leak = (): unknown =>
  process.env.HEARST_LEAK === 'memory' ? Buffer.alloc(1e6, kept.length) : openSync('/dev/null', 'r');
setInterval(() => kept.push(leak()), 1000).unref();
