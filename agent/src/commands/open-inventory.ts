import { SiteFileError } from '../config/fault.ts';
import type { Site } from '../config/site.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import { dataFolder } from '../folders.ts';
import { type Inventory, InventoryError, loadInventory } from '../inventory/store.ts';
import { CommandFailure, EXIT, type Problem, type Surroundings } from './command.ts';
import { openSite, profilesFor } from './site.ts';

export interface InventoryContext {
  folder: string;
  /** Null where there is no site file and none is needed. */
  site: Site | null;
  profiles: Profiles;
  inventory: Inventory;
  warnings: Problem[];
}

/** Site file and saved inventory. `mayLackSite`: the command has a use without a site file. Throws SiteFileError. */
export function openInventory(around: Surroundings, { mayLackSite }: { mayLackSite: boolean }): InventoryContext {
  const folder = dataFolder(around.data, around.environment);
  const inventory = inventoryOf(folder);
  try {
    const { site, profiles, problems } = openSite(around);
    return { folder, site, profiles, inventory, warnings: problems };
  } catch (error) {
    const missing = error instanceof SiteFileError && error.text === '' && around.config === undefined;
    if (!missing || !mayLackSite) throw error;
    return { folder, site: null, profiles: profilesFor(around), inventory, warnings: [] };
  }
}

function inventoryOf(folder: string): Inventory {
  try {
    return loadInventory(folder);
  } catch (error) {
    throw inventoryFailure(error);
  }
}

/** An inventory that cannot be used, in four parts. */
export function inventoryFailure(error: unknown): unknown {
  if (!(error instanceof InventoryError)) return error;
  return new CommandFailure(EXIT.failed, {
    code: 'E2314',
    what: error.message,
    where: error.path,
    cause: null,
    next: `Look at it: ls -l ${error.path}   or move it away and sweep again: hearst-agent scan --save`,
  });
}
