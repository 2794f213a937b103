import type { Layout } from '@hearst/protocol';
import { formatIpv4 } from '../config/addresses.ts';
import { TO_FILL_IN } from '../config/load.ts';
import type { FoundDevice } from '../scan/device.ts';
import { formatNumbers, type PlacedContainer, twoDigits } from './placing.ts';

/** How devices of a kind are read: where number `n` stands, and by which profile. */
export interface Plant {
  /** As it was answered. */
  text: string;
  profile: string;
  /** The profile is no maker's list. */
  provisional: boolean;
  at(n: number): { ip: string; port: number; unit: number } | null;
}

/** All that a site file made by `setup` says. */
export interface Draft {
  project: string;
  /** What ids begin with: `QATAR`. */
  prefix: string;
  timeZone: string;
  hub: string;
  /** What was swept. */
  ranges: string[];
  exclude: string[];
  minerPort: number;
  containers: PlacedContainer[];
  /** How the places were told, in a few words. */
  placing: string;
  layout: Layout | null;
  cooling: Plant | null;
  meters: (Plant & { count: number }) | null;
  /** Containers on one transformer; null: not known. */
  perTransformer: number | null;
  /** Modbus devices that answer and have no entry, with the profiles that read them. */
  left: { devices: FoundDevice[]; fits: string[] }[];
  /** When it was made, RFC 3339. */
  at: string;
}

const USUAL_MINER_PORT = 4028;
/** Groups of unknown devices that are listed one by one. */
const MOST_LEFT = 12;

/** The site file, with its comments. */
export function siteFileText(draft: Draft): string {
  const { project, timeZone, hub, ranges, exclude, at } = draft;
  return [
    `# Site file of this agent, made by hearst-agent setup on ${at.slice(0, 10)} from a sweep and from what was answered.`,
    '# Correct it by hand where it is wrong, then: hearst-agent config check. Every key: agent.example.yaml',
    '',
    'version: 1',
    '',
    'site:',
    `  project: ${project}`,
    `  time_zone: ${timeZone}`,
    '',
    'hub:',
    `  url: ${quoted(hub)}`,
    '',
    'poll:',
    '  interval: 60s                 # every miner once in this time',
    '',
    'networks:                       # what hearst-agent scan looks at, besides the addresses below',
    ...list('ranges', ranges),
    ...list('exclude', exclude),
    '',
    ...transformers(draft),
    ...containers(draft),
    '',
    ...meters(draft),
    ...unplaced(draft),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

/** The transformers the containers stand on, and those that have a meter. */
function transformersOf({ containers: placed, perTransformer, meters: plant }: Draft): number[] {
  if (perTransformer === null) return [];
  const fed = placed.map(({ number }) => transformerOf(number, perTransformer));
  const metered = Array.from({ length: plant?.count ?? 0 }, (_, i) => i + 1);
  return [...new Set([...fed, ...metered])].sort((a, b) => a - b);
}

const transformerOf = (container: number, per: number): number => Math.ceil(container / per);

function transformers(draft: Draft): string[] {
  const numbers = transformersOf(draft);
  if (numbers.length === 0) return [];
  return [
    `transformers:                   # ${draft.perTransformer} containers on each; rated_kva may be added`,
    ...numbers.map((number) => `  - { id: ${draft.prefix}-T${twoDigits(number)} }`),
    '',
  ];
}

function containers(draft: Draft): string[] {
  const { containers: placed, placing, layout, cooling, perTransformer, minerPort } = draft;
  const fed = perTransformer === null && draft.meters !== null;
  return [
    'containers:',
    `  # Places by ${placing}.`,
    cooling
      ? `  # Cooling by ${plantText(cooling)}.`
      : '  # cooling: { address: "10.21.0.1:502", profile: ... } or { url: "http://10.21.0.1" } was named for none.',
    ...(fed
      ? [`  ${TO_FILL_IN} which transformer feeds each container (transformers:, and transformer: in each entry)`]
      : []),
    ...(layout
      ? []
      : ['  # layout: { rows: 22, columns: 14, order: row } may be added: maps show places as they lie.']),
    ...placed.flatMap(({ id, number, addresses, source }) => {
      const loop = cooling?.at(number) ?? null;
      return [
        `  - id: ${id}`,
        ...(perTransformer === null
          ? []
          : [`    transformer: ${draft.prefix}-T${twoDigits(transformerOf(number, perTransformer))}`]),
        `    miners: ${addresses.length}`,
        `    ${sourceText(source)}`,
        ...(minerPort === USUAL_MINER_PORT ? [] : [`    port: ${minerPort}`]),
        ...(layout ? [`    layout: { rows: ${layout.rows}, columns: ${layout.columns}, order: ${layout.order} }`] : []),
        ...(loop ? [`    cooling: { ${modbusText(loop)}, profile: ${cooling?.profile} }`] : []),
        ...(cooling && !loop
          ? [`    ${TO_FILL_IN} the cooling controller of ${id}; ${cooling.text} has none for it`]
          : []),
      ];
    }),
  ];
}

function sourceText(source: PlacedContainer['source']): string {
  if ('range' in source) return `range: ${source.range}`;
  return 'pattern' in source
    ? `pattern: ${quoted(source.pattern)}`
    : `addresses: { file: ${quoted(source.addresses.file)} }`;
}

function meters(draft: Draft): string[] {
  const { meters: plant, prefix } = draft;
  if (!plant) return [];
  const known = new Set(transformersOf(draft));
  return [
    'meters:',
    `  # By ${plantText(plant)}.`,
    ...Array.from({ length: plant.count }, (_, i) => i + 1).flatMap((number) => {
      const place = plant.at(number);
      const fed = known.has(number) ? ` transformer: ${prefix}-T${twoDigits(number)},` : '';
      return place
        ? [`  - { id: ${prefix}-E${twoDigits(number)},${fed} ${modbusText(place)}, profile: ${plant.profile} }`]
        : [];
    }),
    '',
  ];
}

/** Devices that only a person can give a place. */
function unplaced({ left }: Draft): string[] {
  const lines = left.slice(0, MOST_LEFT).map(({ devices, fits }) => {
    const [first, last] = [devices[0]!, devices.at(-1)!];
    const span = `${first.ip}${last === first ? '' : `-${last.ip}`}:${first.port}`;
    const count = devices.length === 1 ? 'a Modbus device' : `${devices.length} Modbus devices`;
    const read = fits.length === 0 ? 'no profile reads it' : `read by ${fits.slice(0, 3).join(', ')}`;
    return `${TO_FILL_IN} ${span}, ${first.model ?? count}, has no entry; ${read}`;
  });
  if (left.length > MOST_LEFT) lines.push(`${TO_FILL_IN} ${left.length - MOST_LEFT} more groups of Modbus devices`);
  if (lines.length > 0) lines.unshift('# cooling: of a container, an entry of meters:, or monitor: of a transformer');
  return lines;
}

function plantText({ text, profile, provisional }: Plant): string {
  const check = provisional ? ' (provisional: compare what it reads with the display)' : '';
  return `${text}, profile ${profile}${check}`;
}

function modbusText({ ip, port, unit }: { ip: string; port: number; unit: number }): string {
  return `address: "${ip}:${port}", unit: ${unit}`;
}

function list(key: string, ranges: readonly string[]): string[] {
  if (ranges.length <= 3) return ranges.length === 0 ? [] : [`  ${key}: [${ranges.join(', ')}]`];
  return [`  ${key}:`, ...ranges.map((range) => `    - ${range}`)];
}

const quoted = (text: string): string => JSON.stringify(text);

/** What it says, in a few words for a person. */
export function draftParts(draft: Draft): string[] {
  const { containers: placed, cooling, meters: plant } = draft;
  const places = placed.reduce((sum, { addresses }) => sum + addresses.length, 0);
  const loops = cooling ? placed.filter(({ number }) => cooling.at(number) !== null).length : 0;
  const many = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
  const numbers = formatNumbers(placed.map(({ number }) => number));
  return [
    placed.length === 1 ? `one container, ${placed[0]?.id}` : `${placed.length} containers (${numbers})`,
    many(places, 'place'),
    many(loops, 'cooling loop'),
    many(plant?.count ?? 0, 'meter'),
    many(transformersOf(draft).length, 'transformer'),
  ];
}

/** `10.20.2.1-10.20.3.52` of a container, for a preview. */
export function addressSpan({ addresses }: PlacedContainer): string {
  const [first, last] = [addresses[0], addresses.at(-1)];
  if (first === undefined || last === undefined) return 'no address';
  return `${formatIpv4(first)} to ${formatIpv4(last)}`;
}
