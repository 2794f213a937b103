import { setTimeout as sleep } from 'node:timers/promises';
import { barePoll, pool, type Target } from '../bare-poll.ts';
import { pollerOf } from '../poller-rig.ts';
import { readSite, SiteProcess } from '../simulated-site.ts';
import { serve } from '../worker.ts';

/** Sweeps of a site, by the agent's poller or by a naive pool. Runs in a network namespace of its own where it can. */
export interface SweepOptions {
  folder: string;
  containers: number;
  firewall: boolean;
}

export interface Sweep {
  /** Until every live device was read, ms; null when some were not. */
  liveMs: number | null;
  /** Until the sweep's last frame was on disk, ms. */
  framesMs: number;
  read: number;
  expected: number;
}

const NAIVE_PLACES = 256;
const NAIVE_DEADLINE_MS = 3000;

serve<SweepOptions>(async ({ folder, containers, firewall }) => {
  const simulated = await SiteProcess.start({ folder, containers, firewall });
  const { site, profiles } = readSite(simulated.siteFile);

  /** One in a hundred answers after 2 s; `dead`: one in twenty not at all, in three ways. */
  const befall = async (dead: boolean): Promise<number> => {
    await simulated.clearFaults();
    await simulated.fault({ target: 'site', kind: 'slow', share: 0.01, delay_ms: 2000 });
    if (dead) await simulated.fault({ target: 'site', kind: 'dead', share: 0.05 });
    return simulated.answering();
  };

  const tasks = {
    sweep: async (dead: boolean): Promise<Sweep> => {
      const live = await befall(dead);
      const { poller, readings, close } = pollerOf(site, profiles, folder);
      const from = performance.now();
      await poller.sweep();
      const framesMs = performance.now() - from;
      // A device that answered after its frame was closed is still being read.
      for (let waited = 0; waited < 3000 && readings.miners < live; waited += 50) await sleep(50);
      const modbus = site.containers.length + site.meters.length;
      const liveMs = readings.miners >= live && readings.modbus >= modbus ? readings.lastAt - from : null;
      await close();
      return { liveMs, framesMs, read: readings.miners + readings.modbus, expected: live + modbus };
    },
    naive: async (dead: boolean): Promise<number> => {
      await befall(dead);
      const targets: Target[] = site.containers.flatMap(({ addresses, port }) =>
        addresses.map((host) => ({ host, port })),
      );
      const from = performance.now();
      await pool(targets, NAIVE_PLACES, (target) => barePoll(target, NAIVE_DEADLINE_MS));
      return performance.now() - from;
    },
  };
  return { tasks, close: () => simulated.stop() };
});
