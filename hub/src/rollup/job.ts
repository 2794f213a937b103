import type { Job } from '../jobs/jobs.ts';
import type { Log } from '../log.ts';
import { type RollupOptions, rollUp } from './rollup.ts';

/** Rolls up what waits, every so many seconds. */
export function rollupJob({ log, ...options }: RollupOptions & { readonly log: Log }, everyS: number): Job {
  return {
    name: 'rollup',
    everyS,
    async run(signal) {
      const rolled = await rollUp(options, signal);
      if (rolled.fine + rolled.hours + rolled.days > 0) log.debug({ event: 'rolled_up', ...rolled }, 'rolled up');
    },
  };
}
