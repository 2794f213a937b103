import { barePoll, pool, type Target } from '../bare-poll.ts';
import { cpuOf } from '../cpu.ts';
import { readSite } from '../simulated-site.ts';
import { serve } from '../worker.ts';

/** The bare way of reading: socket and `JSON.parse`. One `sweep` answers CPU µs per miner read. */
serve<{ siteFile: string; places: number }>(async ({ siteFile, places }) => {
  const { site } = readSite(siteFile);
  const targets: Target[] = site.containers.flatMap(({ addresses, port }) => addresses.map((host) => ({ host, port })));
  const tasks = {
    sweep: async (times: number): Promise<number> => {
      const { result, cpuUs } = await cpuOf(async () => {
        let read = 0;
        for (let i = 0; i < times; i++) read += await pool(targets, places, (target) => barePoll(target));
        return read;
      });
      return cpuUs / result;
    },
  };
  return { tasks, close: async () => {} };
});
