import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean } from '@hearst/protocol';
import type { z } from 'zod';
import { DEFAULT_PRESSURE_UNIT } from '../drivers/antspace/driver.ts';
import type { CoolingTarget } from '../drivers/cooling/read.ts';
import { formatIpv4 } from './addresses.ts';
import { type Fault, isError, SiteFileError } from './fault.ts';
import { type PositionRow, parsePositions } from './positions.ts';
import { checkTogether, type Entries, type Finding, type Placed, type Tables } from './rules.ts';
import {
  ContainerEntry,
  type CoolingEntry,
  MeterEntry,
  NetworksEntry,
  PollEntry,
  SiteFile,
  TransformerEntry,
  unknownKeys,
} from './schema.ts';
import type { Container, Meter, Site } from './site.ts';
import { formatPath, type Path, YamlSource } from './yaml-source.ts';

export interface LoadedSite {
  site: Site;
  /** What somebody should look at although the agent starts. */
  warnings: Fault[];
  /** The text the places of the warnings refer to. */
  text: string;
}

/**
 * Reads a site file. `profiles`: the ids of the Modbus profiles there are. Throws SiteFileError with every
 * fault at once.
 */
export function loadSiteFile(file: string, profiles: readonly string[]): LoadedSite {
  return parseSiteFile(readText(file), profiles, file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    const missing = reason === 'ENOENT';
    throw new SiteFileError(file, '', [
      {
        code: 'E1101',
        path: '',
        place: null,
        what: missing ? `the site file does not exist: ${file}` : `the site file cannot be read: ${file} (${reason})`,
        cause: null,
        next: missing
          ? 'Name it with --config FILE, or start from agent/config.example.yaml'
          : `Check that it is a file and who may read it: ls -l ${file}`,
      },
    ]);
  }
}

/** The same for a text that was read already; `file` is for messages only. */
export function parseSiteFile(text: string, profiles: readonly string[], file = 'agent.yaml'): LoadedSite {
  const source = new YamlSource(text);
  const notation = source.faults();
  if (notation.length > 0) throw new SiteFileError(file, text, notation);
  const raw = source.value();
  if (!isRecord(raw)) {
    const finding: Finding = {
      code: 'E1203',
      path: [],
      what: 'the site file is empty',
      next: 'Start from agent/config.example.yaml',
    };
    throw new SiteFileError(file, text, [locate(finding, source)]);
  }

  const parsed = SiteFile.safeParse(raw);
  const tables = readTables(dirname(file));
  const together = checkTogether(validEntries(raw), profiles, tables);
  const findings = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => findingOf(issue, raw))),
    ...unknownKeys(SiteFile, raw).map(unknownKey),
    ...together.findings,
  ];
  const faults = [...findings.map((finding) => locate(finding, source)), ...toFillIn(text)].sort(byPlace);
  if (!parsed.success || faults.some(isError)) throw new SiteFileError(file, text, faults);
  return { site: siteOf(parsed.data, together.addresses, tables), warnings: faults, text };
}

/** Reads each table of positions once; paths are seen from the site file's folder. */
function readTables(folder: string): Tables {
  const read = new Map<string, ReturnType<Tables>>();
  const table = (file: string): ReturnType<Tables> => {
    try {
      return parsePositions(readFileSync(resolve(folder, file), 'utf8'));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      return { rows: [], faults: [{ line: 0, what: `the file cannot be read: ${code}` }] };
    }
  };
  return (file) => {
    const known = read.get(file) ?? table(file);
    read.set(file, known);
    return known;
  };
}

/** The entries that are sound by themselves, so that what they say together is told in the same reading. */
function validEntries(raw: Record<string, unknown>): Entries {
  const poll = PollEntry.safeParse(raw.poll ?? {});
  const networks = NetworksEntry.safeParse(raw.networks ?? {});
  return {
    transformers: valid(TransformerEntry, raw.transformers),
    containers: valid(ContainerEntry, raw.containers),
    meters: valid(MeterEntry, raw.meters),
    listed: [raw.containers, raw.meters].reduce<number>(
      (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
      0,
    ),
    poll: poll.success ? poll.data : null,
    networks: networks.success ? networks.data : null,
  };
}

function valid<T extends z.ZodType>(schema: T, list: unknown): Placed<z.infer<T>>[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => {
    const parsed = schema.safeParse(item);
    const sound = parsed.success ? parsed : schema.safeParse(withoutFaulty(item, parsed.error));
    return sound.success ? [{ index, value: sound.data }] : [];
  });
}

/** An entry without its faulty keys, so that the rest of it is still compared with the others. */
function withoutFaulty(item: unknown, error: z.ZodError): unknown {
  const faulty = new Set(error.issues.map((issue) => issue.path[0]));
  if (!isRecord(item) || ['range', 'pattern', 'addresses'].some((key) => faulty.has(key))) return null;
  return Object.fromEntries(Object.entries(item).filter(([key]) => !faulty.has(key)));
}

function findingOf(issue: z.core.$ZodIssue, raw: unknown): Finding {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const name = formatPath(path);
  const value = valueAt(raw, path);
  if (value === undefined) return missing(path, issue);
  if (name === 'version') {
    return {
      code: 'E1103',
      path,
      what: `version ${JSON.stringify(value)} is not one this program reads`,
      next:
        typeof value === 'number' && value > 1
          ? 'Upgrade the agent, or use the file of version 1'
          : 'Write: version: 1',
    };
  }
  if (name === 'mode') {
    return {
      code: 'E1216',
      path,
      what: `mode: this agent only watches: ${JSON.stringify(value)} is not possible`,
      cause: 'nothing in this version can write to a device',
      next: 'Write: mode: monitor   (or leave it out)',
    };
  }
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    const what = `${name}: expected a block of keys, found ${value === null ? 'nothing' : JSON.stringify(value)}`;
    return { code: 'E1203', path, what, next: 'Fill it in as in agent/config.example.yaml, or remove it' };
  }
  const found = typeof value === 'object' ? (value === null ? 'nothing' : 'a block') : JSON.stringify(value);
  const expected = issue.message.includes('found') ? issue.message : `${issue.message}, found ${found}`;
  return { code: 'E1203', path, what: `${name}: ${expected}`, next: exampleFor(issue.message) };
}

function missing(path: (string | number)[], issue: z.core.$ZodIssue): Finding {
  const key = String(path.at(-1));
  const sample = key === 'version' ? '1' : (/such as (\S+?)(?:,|$)/.exec(issue.message)?.[1] ?? SAMPLES[key] ?? '...');
  return { code: 'E1202', path, what: `${formatPath(path)} is missing`, next: `Add: ${key}: ${sample}` };
}

const SAMPLES: Record<string, string> = {
  site: '{ project: QATAR-001 }',
  project: 'QATAR-001',
  code: 'file:/etc/hearst-agent/code',
  id: 'QATAR-C01',
  miners: '308',
  profile: 'antspace-hd5',
};

function exampleFor(message: string): string {
  const sample = /such as (\S+?)(?:,| or |$)/.exec(message)?.[1];
  return sample ? `Try: ${sample}` : `Correct it: ${message.split(', found')[0]}`;
}

function unknownKey({ path, known }: { path: Path; known: string[] }): Finding {
  const near = didYouMean(String(path.at(-1)), known);
  return {
    code: 'E1201',
    path,
    key: true,
    what: `${formatPath(path)} is not a key of the site file`,
    next: near ? `Did you mean ${near}?` : `Remove it${known.length > 0 ? `; possible here: ${known.join(', ')}` : ''}`,
  };
}

function locate(finding: Finding, source: YamlSource): Fault {
  const { code, path, what, cause, next } = finding;
  return {
    code,
    path: formatPath(path),
    place: path.length === 0 ? null : finding.key ? source.placeOfKey(path) : source.placeOf(path),
    what,
    cause: typeof cause === 'object' ? `${cause.text}${lineOf(source, cause.path)}` : (cause ?? null),
    next,
  };
}

function lineOf(source: YamlSource, path: Path): string {
  const place = source.placeOf(path);
  return place ? ` (line ${place.line})` : '';
}

function byPlace(a: Fault, b: Fault): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path)
    at = isRecord(at) || Array.isArray(at) ? (at as Record<string | number, unknown>)[step] : undefined;
  return at;
}

/** What `setup` writes where only a person can go on. */
export const TO_FILL_IN = '# TO FILL IN:';

/** Every such line: the agent starts, but something of the site is not read. */
function toFillIn(text: string): Fault[] {
  return text.split('\n').flatMap((line, i): Fault[] => {
    const at = line.indexOf(TO_FILL_IN);
    if (at < 0 || line.slice(0, at).trim() !== '') return [];
    return [
      {
        code: 'W1315',
        path: '',
        place: { line: i + 1, column: at + 1, length: line.length - at },
        what: `to be filled in: ${line.slice(at + TO_FILL_IN.length).trim()}`,
        cause: null,
        next: 'Add what it names, then delete this line',
      },
    ];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function siteOf(file: SiteFile, addresses: ReadonlyMap<number, number[]>, tables: Tables): Site {
  const { poll } = file;
  const containers = file.containers.map(
    (entry, index): Container => ({
      id: entry.id,
      model: entry.model ?? null,
      transformer: entry.transformer ?? null,
      addresses: (addresses.get(index) ?? []).map(formatIpv4),
      addressedBy: entry.addresses ? 'file' : entry.pattern === undefined ? 'range' : 'pattern',
      identities: identitiesOf(entry.addresses ? tables(entry.addresses.file).rows : [], entry.id),
      port: entry.port,
      layout: entry.layout ?? null,
      cooling: entry.cooling ? coolingTarget(entry.cooling) : null,
    }),
  );
  return {
    project: file.site.project,
    name: file.site.name ?? null,
    timeZone: file.site.time_zone,
    hubUrl: file.hub.url ?? null,
    hubCa: file.hub.ca ?? null,
    poll: {
      intervalMs: poll.interval,
      coolingMs: Math.max(poll.cooling ?? poll.interval, poll.interval),
      metersMs: poll.meters ?? poll.interval,
      timeoutMs: poll.timeout,
      concurrency: poll.concurrency,
      spreadMs: Math.min(poll.spread ?? poll.interval / 10, poll.interval),
      countersEvery: poll.counters_every,
    },
    transformers: file.transformers.map(({ id, rated_kva, monitor }) => ({
      id,
      ratedKva: rated_kva ?? null,
      monitor: monitor ?? null,
    })),
    containers,
    meters: metersOf(file),
    networks: file.networks,
    outbox: { folder: file.outbox.folder ?? null, maxBytes: file.outbox.max_size ?? null },
    localPort: file.local.port,
    localNetwork:
      file.local.listen && file.local.code
        ? { address: file.local.listen, codeFile: file.local.code.slice('file:'.length) }
        : null,
    positionFiles: [...new Set(file.containers.flatMap((entry) => entry.addresses?.file ?? []))],
  };
}

function metersOf({ meters, transformers }: SiteFile): Meter[] {
  const monitors = new Map(transformers.map(({ id, monitor }) => [id, monitor]));
  return meters.map(({ id, transformer = null, address, unit, profile, reversed, scaling }) => {
    const monitor = (transformer !== null && monitors.get(transformer)) || null;
    if (transformer !== null) monitors.delete(transformer);
    return { id, transformer, address, unit, profile, options: { reversed, scaling }, monitor };
  });
}

/** `checkTogether` has seen to it that there is either a URL or an address with a profile. */
function coolingTarget({ url, address, unit, profile, pressure_unit, coolant }: CoolingEntry): CoolingTarget | null {
  if (url) return { by: 'antspace', address: url, pressureUnit: pressure_unit ?? DEFAULT_PRESSURE_UNIT, coolant };
  if (!address || profile === undefined) return null;
  return { by: 'modbus', address, unit, profile, options: { pressureUnit: pressure_unit }, coolant };
}

function identitiesOf(rows: readonly PositionRow[], id: string): Container['identities'] {
  const known = rows.filter(({ container, serial, mac }) => container === id && (serial !== null || mac !== null));
  return new Map(known.map(({ position, serial, mac }) => [position, { serial, mac }]));
}
