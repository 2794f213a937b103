import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 512 * 1024 * 1024;

/**
 * A folder in memory where the machine has one with room, else in the usual place. For tests that open hundreds of
 * outboxes and would mostly wait for the disk; every sync is still asked for. HEARST_SCRATCH=disk keeps to the disk.
 */
export function scratchFolder(name: string): string {
  return mkdtempSync(join(hasMemory() ? MEMORY : tmpdir(), `hearst-${name}-`));
}

function hasMemory(): boolean {
  if (process.env.HEARST_SCRATCH === 'disk') return false;
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    // Not on this system.
    return false;
  }
}
