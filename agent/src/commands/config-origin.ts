import { readFileSync } from 'node:fs';
import type { Site } from '../config/site.ts';
import { formatDuration } from '../config/units.ts';
import { type Path, YamlSource } from '../config/yaml-source.ts';
import { dataFolder, siteFilePath } from '../folders.ts';
import type { Surroundings } from './command.ts';

/** Where a value came from. What comes first wins: flag, environment, file, default. */
export interface Origin {
  key: string;
  value: string;
  from: 'flag' | 'environment' | 'file' | 'default';
  /** The flag, the variable, or the line of the file. */
  place: string | null;
}

/** Every setting with its origin; the devices themselves always come from the file. */
export function originsOf(surroundings: Surroundings, site: Site, file: string): Origin[] {
  const { environment, config, data } = surroundings;
  const source = new YamlSource(readFileSync(file, 'utf8'));
  const inFile = (key: string, value: string): Origin => {
    const path: Path = key.split('.');
    const written = path.reduce<unknown>(
      (at, step) => (at as Record<string, unknown> | undefined)?.[String(step)],
      source.value(),
    );
    if (written === undefined) return { key, value, from: 'default', place: null };
    return { key, value, from: 'file', place: `line ${source.placeOfKey(path)?.line ?? '?'}` };
  };
  const folder = dataFolder(data, environment);
  const port = environment.HEARST_LOCAL_PORT;
  const { poll, outbox, localNetwork } = site;
  return [
    config
      ? { key: '--config', value: siteFilePath(config, folder), from: 'flag', place: '--config' }
      : { key: '--config', value: file, from: 'default', place: null },
    data
      ? { key: '--data', value: folder, from: 'flag', place: '--data' }
      : environment.HEARST_DATA_DIR
        ? { key: '--data', value: folder, from: 'environment', place: 'HEARST_DATA_DIR' }
        : { key: '--data', value: folder, from: 'default', place: null },
    inFile('site.project', site.project),
    inFile('site.name', site.name ?? '-'),
    inFile('site.time_zone', site.timeZone),
    inFile('hub.url', site.hubUrl ?? 'as enrolled'),
    inFile('poll.interval', formatDuration(poll.intervalMs)),
    inFile('poll.cooling', formatDuration(poll.coolingMs)),
    inFile('poll.meters', formatDuration(poll.metersMs)),
    inFile('poll.timeout', formatDuration(poll.timeoutMs)),
    inFile('poll.concurrency', String(poll.concurrency)),
    inFile('poll.spread', formatDuration(poll.spreadMs)),
    inFile('poll.counters_every', String(poll.countersEvery)),
    inFile('outbox.folder', outbox.folder ?? `${folder}/outbox`),
    inFile('outbox.max_size', outbox.maxBytes === null ? '8GB or a quarter of the disk' : `${outbox.maxBytes / 1e9}GB`),
    port
      ? { key: 'local.port', value: port, from: 'environment', place: 'HEARST_LOCAL_PORT' }
      : inFile('local.port', String(site.localPort)),
    inFile('local.listen', localNetwork?.address ?? 'this machine only'),
    inFile('mode', 'monitor'),
  ];
}

export function originsText(origins: readonly Origin[]): string {
  const width = Math.max(...origins.map(({ value }) => value.length), 10);
  return origins
    .map(
      ({ key, value, from, place }) =>
        `${key.padEnd(20)} ${value.padEnd(Math.min(36, width))} ${from}${place ? `, ${place}` : ''}`,
    )
    .join('\n');
}
