import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../write-whole.ts';
import { MaintenanceEntry, type MaintenanceWish } from './entry.ts';

/** The list cannot be read: somebody changed it by hand. */
export class MaintenanceError extends Error {
  override name = 'MaintenanceError';
}

const Book = z.array(MaintenanceEntry);

/**
 * What is in maintenance, kept as `maintenance.json` in the data folder (mode 0600), complete or not at all. The
 * running agent writes it; where none runs the command does, and the agent tells the hub at its start.
 */
export class MaintenanceBook {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, 'maintenance.json');
  }

  /** Everything that is kept: also what is over and not told yet. Throws MaintenanceError. */
  all(): MaintenanceEntry[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new MaintenanceError(`${this.#path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    try {
      return Book.parse(JSON.parse(text));
    } catch {
      throw new MaintenanceError(
        `${this.#path} is not what this program wrote: remove it, and say again what is in maintenance`,
      );
    }
  }

  /** What is in maintenance at `now`. */
  current(now: number): MaintenanceEntry[] {
    return this.all().filter(({ ended, until }) => !ended && Date.parse(until) > now);
  }

  /** Does what is wished; returns the entries that began or ended. A second `on` for the same thing replaces the first. */
  apply(wish: MaintenanceWish, now: number): MaintenanceEntry[] {
    const active = new Set(
      this.current(now)
        .filter(({ subject }) => wish.subject === null || subject === wish.subject.toUpperCase())
        .map(({ ref }) => ref),
    );
    const ended = this.all().map((entry) => (active.has(entry.ref) ? { ...entry, ended: true } : entry));
    if (wish.action === 'off') {
      this.save(ended);
      return ended.filter(({ ref }) => active.has(ref));
    }
    const entry: MaintenanceEntry = {
      ref: randomUUID(),
      subject: wish.subject,
      from: new Date(now).toISOString(),
      until: new Date(now + wish.for_ms).toISOString(),
      reason: wish.reason,
      by: wish.by,
      told: false,
      ended: false,
    };
    this.save([...ended, entry]);
    return [entry];
  }

  save(entries: readonly MaintenanceEntry[]): void {
    writeWhole(this.#path, `${JSON.stringify(entries, null, 2)}\n`);
  }
}
