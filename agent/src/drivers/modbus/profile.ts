import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '@hearst/protocol';
import { faultText, type ProfileFault, type ProfileFile, parseProfile } from './profile-file.ts';
import type { Profile } from './register.ts';
import { SUNSPEC_METER } from './sunspec.ts';

const SHIPPED = fileURLToPath(new URL('./profiles/', import.meta.url));

/**
 * The profiles there are: the shipped ones, and those of a folder of the site's own, which replace or add by id.
 *
 * A broken file of the site's own takes its profile out and leaves the others alone. The shipped profile of the
 * same id does not step in: it would read other registers than the technician meant, without anyone noticing.
 * `faults` says what is wrong, to be told when the agent starts.
 */
export class Profiles {
  readonly faults: readonly ProfileFault[];
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #broken: ReadonlyMap<string, readonly ProfileFault[]>;

  constructor(profiles: ReadonlyMap<string, Profile>, broken: ReadonlyMap<string, readonly ProfileFault[]>) {
    this.#profiles = profiles;
    this.#broken = broken;
    this.faults = [...broken.values()].flat();
  }

  /** All ids, sorted; those of broken files too, so that a site file that names one is not called wrong. */
  ids(): string[] {
    return [...this.#profiles.keys(), ...this.#broken.keys()].sort();
  }

  /** Undefined when there is none of this id, or its file is broken: `explain` says which it is. */
  get(id: string): Profile | undefined {
    return this.#profiles.get(id);
  }

  /** Why `get` has nothing for this id, and what to do. */
  explain(id: string): string {
    const faults = this.#broken.get(id);
    if (faults)
      return `the profile ${id} cannot be used until its file is mended:\n${faults.map(faultText).join('\n')}`;
    const near = didYouMean(id, this.ids());
    const hint = near === null ? '' : ` Did you mean ${near}?`;
    return `there is no profile ${JSON.stringify(id)}.${hint} There are: ${this.ids().join(', ')}`;
  }
}

/**
 * Reads the shipped profiles, then `*.yaml` of the override folder, which need not exist.
 *
 * @throws when a shipped profile is broken (the program is), or the folder cannot be read.
 */
export function loadProfiles(overrideFolder?: string): Profiles {
  const profiles = new Map<string, Profile>();
  const broken = new Map<string, ProfileFault[]>();
  profiles.set(SUNSPEC_METER.id, SUNSPEC_METER);
  for (const file of yamlFiles(SHIPPED)) {
    const read = readProfile(file);
    if ('faults' in read) throw new Error(`shipped profile is broken:\n${read.faults.map(faultText).join('\n')}`);
    profiles.set(read.profile.id, read.profile);
  }
  const own = new Map<string, string>();
  for (const file of overrideFolder === undefined ? [] : yamlFiles(overrideFolder)) {
    const read = readProfile(file);
    const id = 'profile' in read ? read.profile.id : (read.id ?? basename(file).replace(/\.ya?ml$/, ''));
    const first = own.get(id);
    if ('faults' in read) broken.set(id, [...(broken.get(id) ?? []), ...read.faults]);
    else if (first !== undefined) {
      const message = `the id ${id} is taken by ${first}; give one of the two another id`;
      broken.set(id, [...(broken.get(id) ?? []), { file, line: 1, path: 'id', message }]);
    } else profiles.set(id, read.profile);
    own.set(id, first ?? file);
  }
  for (const id of broken.keys()) profiles.delete(id);
  return new Profiles(profiles, broken);
}

function readProfile(file: string): ProfileFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { id: null, faults: [{ file, line: 1, path: '', message }] };
  }
  return parseProfile(file, text);
}

function yamlFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
