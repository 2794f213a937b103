import { driversOf } from '../../agent/src/agent.ts';
import { systemClock } from '../../agent/src/clock.ts';
import { parseSiteFile } from '../../agent/src/config/load.ts';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import type { NewBatch } from '../../agent/src/outbox/outbox.ts';
import { Poller } from '../../agent/src/poller/poller.ts';
import { createLog } from '../../hub/src/log.ts';
import type { SimulatedSite } from '../sim/site.ts';
import { siteFileOf } from '../sim/site-file.ts';

/** The agent's own poller and drivers on a simulated site's sockets, sweep by sweep, by the time of the test. */
export class SitePoller {
  readonly #poller: Poller;
  readonly #read: NewBatch[];

  private constructor(poller: Poller, read: NewBatch[]) {
    this.#poller = poller;
    this.#read = read;
  }

  static async start(sim: SimulatedSite, now: () => number): Promise<SitePoller> {
    const ports = await sim.start();
    const profiles = loadProfiles();
    const text = siteFileOf(sim, { ...ports, hubUrl: 'http://127.0.0.1:1', pollSeconds: 60 });
    const { site } = parseSiteFile(text, profiles.ids());
    const read: NewBatch[] = [];
    const poller = new Poller({
      ...{ site, log: createLog('silent'), ...driversOf(site, profiles) },
      clock: { wall: now, mono: now, sleep: systemClock.sleep },
      keeper: {
        append: (batches) => {
          read.push(...batches);
          return batches.map((_, i) => i);
        },
      },
    });
    return new SitePoller(poller, read);
  }

  /** Everything read once; what would go into the outbox by it. */
  async sweep(): Promise<NewBatch[]> {
    await this.#poller.sweep();
    return this.#read.splice(0);
  }

  stop(): Promise<void> {
    return this.#poller.stop();
  }
}
