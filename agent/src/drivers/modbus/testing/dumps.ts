import { readdirSync, readFileSync } from 'node:fs';
import type { Values } from '@hearst/protocol';
import type { Ask } from '../register.ts';
import type { ReadingOptions } from '../tailor.ts';

/** The folder with one folder per definition; a profile's holds `manifest.json` and its dumps. */
const FIXTURES = new URL('../../../../fixtures/', import.meta.url);

/** What a reader must find in a dump. */
export interface Expected {
  readonly file: string;
  readonly options?: ReadingOptions;
  readonly metrics: Values;
  /** By the profile's names, registers without a metric included. */
  readonly registers: Readonly<Record<string, number | null>>;
}

export interface Manifest {
  readonly definition: string;
  readonly model: string;
  readonly date: string;
  /** Recorded, or composed from what. */
  readonly origin: string;
  readonly dumps: readonly Expected[];
}

export function manifestOf(definition: string): Manifest {
  return JSON.parse(readFileSync(new URL(`${definition}/manifest.json`, FIXTURES), 'utf8')) as Manifest;
}

export function dumpPath(definition: string, file: string): URL {
  return new URL(`${definition}/${file}`, FIXTURES);
}

/** All definitions that have register dumps. */
export function dumpedDefinitions(): string[] {
  return readdirSync(FIXTURES).filter((id) => 'dumps' in manifestOf(id));
}

/**
 * What registers hold that a dump does not list: read into a value it becomes 2e38 or worse, so that reading one
 * register too early or too late is seen.
 */
export const FILLER = 0x7e96;

/** Registers of a device, by unit and function. One line: `unit function address word word ...`, `#` for remarks. */
export class Dump {
  readonly #words = new Map<string, number>();
  readonly units = new Set<number>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [unit, readFunction, address, ...words] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (unit === undefined || unit === '') continue;
      this.units.add(Number(unit));
      words.forEach((word, i) => {
        this.#words.set(`${unit} ${readFunction} ${Number(address) + i}`, Number.parseInt(word, 16));
      });
    }
  }

  static read(definition: string, file: string): Dump {
    return new Dump(readFileSync(dumpPath(definition, file), 'utf8'));
  }

  words(unit: number, readFunction: number, address: number, count: number): Buffer {
    const bytes = Buffer.alloc(2 * count);
    for (let i = 0; i < count; i++)
      bytes.writeUInt16BE(this.#words.get(`${unit} ${readFunction} ${address + i}`) ?? FILLER, 2 * i);
    return bytes;
  }

  asker(unit: number): Ask {
    return (readFunction, address, count) => Promise.resolve(this.words(unit, readFunction, address, count));
  }
}
