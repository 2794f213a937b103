import { cpuOf } from '../cpu.ts';
import { pollerOf } from '../poller-rig.ts';
import { readSite } from '../simulated-site.ts';
import { serve } from '../worker.ts';

/** The agent's way of reading: poller, driver, frame, outbox. One `sweep` answers CPU µs per miner read. */
serve<{ folder: string; siteFile: string }>(async ({ folder, siteFile }) => {
  const { site, profiles } = readSite(siteFile);
  const { poller, readings, close } = pollerOf(site, profiles, folder);
  const tasks = {
    sweep: async (times: number): Promise<number> => {
      const before = readings.miners;
      const { cpuUs } = await cpuOf(async () => {
        for (let i = 0; i < times; i++) await poller.sweep();
      });
      return cpuUs / (readings.miners - before);
    },
  };
  return { tasks, close };
});
