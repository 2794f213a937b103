import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { loadSiteFile } from '../../config/load.ts';
import { loadProfiles } from '../../drivers/modbus/profile.ts';
import { writeWhole } from '../../write-whole.ts';
import type { Surroundings } from '../command.ts';
import { openSite, type SiteContext, siteFileOf } from '../site.ts';

/**
 * Takes a prepared site file into its place (`--config`, else the data folder), with the profiles and tables of
 * positions beside it; what stood there is kept as `.before`. Nothing is touched unless the file is sound.
 * Throws SiteFileError.
 */
export function adoptSiteFile(around: Surroundings, from: string | undefined): SiteContext {
  const target = siteFileOf(around);
  if (from === undefined || resolve(from) === target) return openSite(around);
  const source = resolve(from);
  const folder = dirname(source);
  const home = dirname(target);
  const { text, site } = loadSiteFile(source, loadProfiles(join(folder, 'profiles')).ids());
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (const name of ['profiles', ...site.positionFiles]) {
    const inside = !isAbsolute(name) && !relative(folder, resolve(folder, name)).startsWith('..');
    if (inside && existsSync(join(folder, name)) && folder !== home)
      cpSync(join(folder, name), join(home, name), { recursive: true });
  }
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    if (existsSync(target)) renameSync(target, `${target}.before`);
    writeWhole(target, text);
  }
  return openSite(around);
}
