import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { writeWhole } from '../write-whole.ts';
import type { Remembered } from './whereabouts.ts';

const File = z.object({
  version: z.literal(1),
  homes: z.array(z.object({ slot: z.string(), serial: z.string().nullable(), mac: z.string().nullable() })),
  told: z.array(z.string()),
});

/** It is written at most so often, ms: the first poll of a large site changes it once for every container. */
const EVERY_MS = 10_000;

/** Where what `Whereabouts` remembers is kept from one run to the next. */
export interface Memory {
  load(): Remembered | null;
  /** Keeps `changes()` if there are any and the last time is not too near, or at once. */
  keep(changes: () => Remembered | null, atOnce?: boolean): void;
}

/** Nothing is kept: for a single sweep, and for tests. */
export const NO_MEMORY: Memory = { load: () => null, keep: () => undefined };

/**
 * `identities.json` in the data folder. It cannot be read: as if nothing had been known, which costs no reading. It cannot
 * be written: told once in the log, and the agent goes on.
 */
export class WhereaboutsFile implements Memory {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #keptAt = Number.NEGATIVE_INFINITY;
  #untold = true;

  constructor({ folder, clock, log }: { folder: string; clock: Clock; log: Logger }) {
    this.#path = join(folder, 'identities.json');
    this.#clock = clock;
    this.#log = log;
  }

  load(): Remembered | null {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return null; // the first run
    }
    try {
      return File.parse(JSON.parse(text));
    } catch (error) {
      this.#log.warn({ err: error, file: this.#path }, 'which miner stood where cannot be read; it is learnt anew');
      return null;
    }
  }

  keep(changes: () => Remembered | null, atOnce = false): void {
    if (!atOnce && this.#clock.mono() - this.#keptAt < EVERY_MS) return;
    const remembered = changes();
    if (remembered === null) return;
    this.#keptAt = this.#clock.mono();
    try {
      writeWhole(this.#path, `${JSON.stringify({ version: 1, ...remembered })}\n`);
    } catch (error) {
      if (this.#untold) this.#log.warn({ err: error, file: this.#path }, 'which miner stands where cannot be kept');
      this.#untold = false;
    }
  }
}
