import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstIssue } from '@hearst/protocol';
import { z } from 'zod';
import { Closed, FoundDevice } from '../scan/device.ts';
import { writeWhole } from '../write-whole.ts';

/** A device that a saved sweep found. */
const InventoryDevice = FoundDevice.extend({
  first_seen_at: z.string(),
  /** Whether it answered when its address was last looked at. */
  answers: z.boolean(),
});
export type InventoryDevice = z.infer<typeof InventoryDevice>;

/** Who stands in a slot, said by a person: by serial or MAC where given, else by address. */
const HandPlacement = z.object({
  container: z.string(),
  position: z.int().min(1),
  ip: z.string().nullable(),
  serial: z.string().nullable(),
  mac: z.string().nullable(),
});
export type HandPlacement = z.infer<typeof HandPlacement>;

/** What is known of a site's devices, kept as `inventory.json` in the data folder. */
const Inventory = z.object({
  version: z.literal(1),
  /** When it was last swept, RFC 3339; null: never. */
  scanned_at: z.string().nullable(),
  /** All ranges that were looked at so far. */
  ranges: z.array(z.string()),
  devices: z.array(InventoryDevice),
  closed: z.array(Closed),
  by_hand: z.array(HandPlacement),
});
export type Inventory = z.infer<typeof Inventory>;

export const EMPTY_INVENTORY: Inventory = {
  version: 1,
  scanned_at: null,
  ranges: [],
  devices: [],
  closed: [],
  by_hand: [],
};

/** The file is there and cannot be used. */
export class InventoryError extends Error {
  readonly path: string;

  constructor(path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'InventoryError';
    this.path = path;
  }
}

const inventoryPath = (dataFolder: string): string => join(dataFolder, 'inventory.json');

/** The saved inventory; the empty one where there is none. Throws InventoryError. */
export function loadInventory(dataFolder: string): Inventory {
  const path = inventoryPath(dataFolder);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT') return EMPTY_INVENTORY;
    throw new InventoryError(path, `the inventory cannot be read (${code})`, error);
  }
  try {
    const parsed = Inventory.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new InventoryError(path, `the inventory is not one this program wrote (${firstIssue(parsed.error)})`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InventoryError(path, 'the inventory is not JSON', error);
  }
}

/** Writes it whole or not at all. Throws InventoryError. */
export function saveInventory(dataFolder: string, inventory: Inventory): void {
  const path = inventoryPath(dataFolder);
  try {
    writeWhole(path, `${JSON.stringify(inventory)}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new InventoryError(path, `the inventory cannot be written (${code})`, error);
  }
}
