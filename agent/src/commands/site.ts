import { dirname, join } from 'node:path';
import { count, type Fault, formatFaults, isError, type SiteFileError } from '../config/fault.ts';
import { type LoadedSite, loadSiteFile } from '../config/load.ts';
import type { Site } from '../config/site.ts';
import { loadProfiles, type Profiles } from '../drivers/modbus/profile.ts';
import { dataFolder, siteFilePath } from '../folders.ts';
import { EXIT, type Outcome, type Problem, type Surroundings } from './command.ts';

export interface SiteContext extends LoadedSite {
  file: string;
  profiles: Profiles;
  /** Faults of the site's own profiles and warnings of the site file. */
  problems: Problem[];
}

/** The Modbus profiles: the shipped ones, overridden by the folder `profiles` beside the site file. */
export function profilesFor(surroundings: Surroundings): Profiles {
  return loadProfiles(join(dirname(siteFileOf(surroundings)), 'profiles'));
}

/** Which site file is meant. */
export function siteFileOf({ config, data, environment }: Surroundings): string {
  return siteFilePath(config, dataFolder(data, environment));
}

/** Reads the site file. Throws SiteFileError with every fault. */
export function openSite(surroundings: Surroundings): SiteContext {
  const file = siteFileOf(surroundings);
  const profiles = profilesFor(surroundings);
  const loaded = loadSiteFile(file, profiles.ids());
  return {
    ...loaded,
    file,
    profiles,
    problems: [
      ...profileProblems(profiles),
      ...kindProblems(file, loaded.site, profiles),
      ...loaded.warnings.map((fault) => problemOf(file, fault)),
    ],
  };
}

function profileProblems(profiles: Profiles): Problem[] {
  return profiles.faults.map(({ file, line, path, message }) => ({
    code: 'W1313',
    what: `Modbus profile cannot be used: ${path ? `${path}: ` : ''}${message}`,
    where: `${file}:${line}`,
    cause: null,
    next: 'Correct the profile; the devices that name it are not read until then',
  }));
}

/** Devices that are read with a profile of another kind: it would give nothing that belongs to them. */
function kindProblems(file: string, { containers, meters }: Site, profiles: Profiles): Problem[] {
  const named = [
    ...containers.flatMap(({ id, cooling }) =>
      cooling?.by === 'modbus' ? [{ id, profile: cooling.profile, of: 'cooling' as const }] : [],
    ),
    ...meters.flatMap(({ id, profile, monitor }) => [
      { id, profile, of: 'meter' as const },
      ...(monitor ? [{ id: `the monitor of ${id}`, profile: monitor.profile, of: 'meter' as const }] : []),
    ]),
  ];
  return named.flatMap(({ id, profile, of }): Problem[] => {
    const known = profiles.get(profile);
    if (!known || known.of === of) return [];
    const fitting = profiles.ids().filter((other) => profiles.get(other)?.of === of);
    const next = `Use one of: ${fitting.join(', ')}`;
    const what = `${id} is read with ${profile}, a profile of a ${known.of}: it gives nothing`;
    return [{ code: 'W1314', what, where: file, cause: null, next }];
  });
}

export function problemOf(file: string, { code, what, place, cause, next }: Fault): Problem {
  return { code, what, where: place ? `${file}:${place.line}:${place.column}` : file, cause, next };
}

/** The outcome for a site file that cannot be used: each fault with its line of the file. */
export function invalidSite(error: SiteFileError): Outcome {
  return {
    code: EXIT.config,
    data: null,
    problems: error.faults.map((fault) => problemOf(error.file, fault)),
    text: '',
    diagnosis: [
      `error: invalid configuration: ${count(error.faults)} (${error.file})`,
      formatFaults(error.text, error.faults),
    ].join('\n\n'),
  };
}

/** Warnings of a usable site file, each with its line. */
export function warningsText({ file, text, warnings }: SiteContext): string {
  if (warnings.length === 0) return '';
  return [
    `warning: ${count(warnings)} (${file})`,
    formatFaults(
      text,
      warnings.filter((fault) => !isError(fault)),
    ),
  ].join('\n\n');
}
