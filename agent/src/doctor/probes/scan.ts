import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../../config/site.ts';
import { planOf } from '../../inventory/plan.ts';
import { loadInventory } from '../../inventory/store.ts';
import type { ScanFacts } from '../view.ts';

/** What the last saved sweep found and the site file has no place for; read again only when one of the two changed. */
export class ScanLook {
  #kept: { facts: ScanFacts | null; changedMs: number; site: Site } | null = null;

  /** Null: nothing was swept, or it cannot be read (`inventory` commands say why). */
  look(dataFolder: string, site: Site | null): ScanFacts | null {
    const changedMs = statSync(join(dataFolder, 'inventory.json'), { throwIfNoEntry: false })?.mtimeMs;
    if (site === null || changedMs === undefined) return null;
    if (this.#kept?.changedMs !== changedMs || this.#kept.site !== site)
      this.#kept = { facts: factsOf(dataFolder, site), changedMs, site };
    return this.#kept.facts;
  }
}

function factsOf(dataFolder: string, site: Site): ScanFacts | null {
  try {
    const inventory = loadInventory(dataFolder);
    if (inventory.scanned_at === null) return null;
    const miners = planOf(site, inventory).strangers.filter(({ kind }) => kind === 'miner');
    return { at: inventory.scanned_at, unplaced: miners.map(({ ip }) => ip) };
  } catch {
    return null;
  }
}
