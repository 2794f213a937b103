import { readdirSync, readFileSync } from 'node:fs';
import type { MinerReading } from '../../driver.ts';

/** The folder with one folder of replies per definition. */
export const FIXTURES = new URL('../../../../fixtures/', import.meta.url);

/** One device as recorded or written down, and what reading it must give. Boards are compared where they stand there. */
export interface FixtureCase {
  name: string;
  /** File by command; `stats+` is the answer to the newer style. What is not there is refused with code 14. */
  replies: Record<string, string>;
  expected:
    | Pick<MinerReading, 'status' | 'values' | 'identity' | 'pool' | 'repaired' | 'boards' | 'errors'>
    | { error: string };
}

export interface Manifest {
  definition: string;
  model: string;
  firmware: string;
  date: string;
  origin: string;
  cases: FixtureCase[];
}

/** The manifests of all CGMiner fixtures: the folders that hold a `manifest.json` with `cases`. */
export function manifests(definitions: readonly string[]): Manifest[] {
  return definitions.map((id) => JSON.parse(readFixture(id, 'manifest.json')) as Manifest);
}

export function readFixture(definition: string, file: string): string {
  return readFileSync(new URL(`${definition}/${file}`, FIXTURES), 'utf8');
}

/** The reply files of a definition. */
export function replyFiles(definition: string): string[] {
  return readdirSync(new URL(`${definition}/`, FIXTURES)).filter((name) => name !== 'manifest.json');
}
