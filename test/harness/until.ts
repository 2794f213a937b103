import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `check` gives something truthy and returns it. A check that throws counts as "not yet"; what it
 * threw last is part of the message when time runs out.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  options: { withinMs: number; everyMs?: number; what?: string | (() => string) },
): Promise<Exclude<NonNullable<T>, false>> {
  const end = performance.now() + options.withinMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value) return value as Exclude<NonNullable<T>, false>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      const what = typeof options.what === 'function' ? options.what() : (options.what ?? 'the condition');
      throw new Error(`waited ${options.withinMs} ms for ${what}${last ? `: ${String(last)}` : ''}`);
    }
    await sleep(options.everyMs ?? 50);
  }
}
