import { parseIpv4 } from '../../config/addresses.ts';
import type { Plant } from '../../draft/draft.ts';
import type { DeviceRun } from '../../draft/fitting.ts';
import { type ModbusPlace, type Numbered, parseNumbered } from '../../draft/numbered.ts';
import type { PlacedContainer } from '../../draft/placing.ts';
import type { Profiles } from '../../drivers/modbus/profile.ts';
import { grouped } from '../progress.ts';
import { type AnswerName, type Asking, Unusable } from './asking.ts';
import { attempt, shortened } from './place-answers.ts';

/** Cooling controllers and meters, as somebody said where they are. */
export interface PlantAnswers {
  cooling: Plant | null;
  meters: (Plant & { count: number }) | null;
  perTransformer: number | null;
  /** Devices that answer and were given no place. */
  left: DeviceRun[];
}

/** Everything these questions may have asked. */
export const PLANT_ANSWERS: readonly AnswerName[] = [
  ...(['cooling', 'cooling-profile', 'meters', 'meter-profile', 'containers-per-transformer'] as const),
];

/** Groups of devices that are shown. */
const MOST_SHOWN = 8;
/** A site has fewer. */
const MOST_METERS = 2000;

interface Found {
  runs: readonly DeviceRun[];
  /** Where a Modbus gateway answers that has no unit 1: other units may stand behind it. */
  gateways: readonly { ip: string; port: number }[];
  containers: readonly PlacedContainer[];
  profiles: Profiles;
  port: number;
}

/** Asks where cooling controllers and meters are; nothing is asked where none answers. */
export async function askPlant(asking: Asking, found: Found): Promise<PlantAnswers> {
  const nobody = found.runs.length === 0 && found.gateways.length === 0;
  const told = (name: AnswerName): boolean => (asking.known(name) ?? 'none') !== 'none';
  const loops = nobody && !told('cooling') ? null : await askCooling(asking, found);
  const named = new Set<string>();
  for (const { number } of found.containers) note(named, loops?.at(number));
  const rest = { ...found, runs: without(found.runs, named) };
  const none = rest.runs.length === 0 && found.gateways.length === 0;
  const numbered = none && !told('meters') ? null : await askMeters(asking, rest, named);
  const perTransformer = numbered ? await askPerTransformer(asking) : null;
  const meters = numbered && { ...numbered.plant, count: countOf(numbered.where, rest, perTransformer) };
  for (let n = 1; n <= (meters?.count ?? 0); n++) note(named, meters?.at(n));
  return { cooling: loops, meters, perTransformer, left: without(rest.runs, named) };
}

/** What is left of runs when the named addresses are taken out. */
function without(runs: readonly DeviceRun[], named: ReadonlySet<string>): DeviceRun[] {
  return runs.flatMap(({ devices, fits }): DeviceRun[] => {
    const rest = devices.filter((device) => !named.has(keyOf(device)));
    return rest.length > 0 ? [{ devices: rest, fits }] : [];
  });
}

/** Behind one address of a gateway stand many units. */
const keyOf = ({ ip, port }: { ip: string; port: number }): string => `${ip}:${port}`;

function note(named: Set<string>, place: ModbusPlace | null | undefined): void {
  if (place) named.add(keyOf(place));
}

async function askCooling(asking: Asking, found: Found): Promise<Plant | null> {
  const { containers } = found;
  const rank = new Map(containers.map(({ number }, i) => [number, i + 1]));
  /** A range counts the containers as they are named; a pattern by their numbers. */
  const placeOf = (where: Numbered, number: number): ModbusPlace | null =>
    where.at(where.count === null ? number : (rank.get(number) ?? 0));
  const where = await asking.of({
    name: 'cooling',
    text: "Where are the containers' cooling controllers?",
    about: [
      'such as 10.21.0.{container}, or 10.21.0.1-10.21.0.58,',
      "the first container's first; none: not known yet",
      ...foundLines(found),
    ],
    initial: 'none',
    take: (text) => {
      if (text === 'none') return null;
      const numbered = attempt(() => parseNumbered(text, 'container', found.port));
      if (numbered.count !== null && numbered.count !== containers.length)
        throw new Unusable(`${text}: ${numbered.count} of them for ${containers.length} containers`);
      const places = attempt(() => containers.map(({ number }) => placeOf(numbered, number)));
      answering(text, places, found);
      return { numbered, places, text };
    },
  });
  if (!where) return null;
  const profile = await profileOf(asking, found, { name: 'cooling-profile', of: 'cooling', places: where.places });
  if (profile === null) return null;
  return { ...asPlant(where.text, profile, found), at: (number) => placeOf(where.numbered, number) };
}

async function askMeters(
  asking: Asking,
  found: Found,
  loops: ReadonlySet<string>,
): Promise<{ plant: Plant; where: Numbered } | null> {
  const where = await asking.of({
    name: 'meters',
    text: "Where are the transformers' meters?",
    about: [
      'such as 10.21.1.{transformer}, or 10.21.1.1-10.21.1.29,',
      "transformer 1's first; none: not known, or none there",
      ...foundLines(found),
    ],
    initial: 'none',
    take: (text) => {
      if (text === 'none') return null;
      const numbered = attempt(() => parseNumbered(text, 'transformer', found.port));
      if ((numbered.count ?? 0) > MOST_METERS) throw new Unusable(`${text}: at most ${MOST_METERS} meters`);
      const places = attempt(() => Array.from({ length: reach(numbered, found) }, (_, i) => numbered.at(i + 1)));
      const taken = places.find((place) => place && loops.has(keyOf(place)));
      if (taken) throw new Unusable(`${keyOf(taken)} is a cooling controller already`);
      answering(text, places, found);
      return { numbered, places, text };
    },
  });
  if (!where) return null;
  const profile = await profileOf(asking, found, { name: 'meter-profile', of: 'meter', places: where.places });
  if (profile === null) return null;
  return { plant: { ...asPlant(where.text, profile, found), at: (n) => where.numbered.at(n) }, where: where.numbered };
}

function asPlant(text: string, profile: string, { profiles }: Found): Omit<Plant, 'at'> {
  return { text, profile, provisional: profiles.get(profile)?.provisional ?? false };
}

function askPerTransformer(asking: Asking): Promise<number | null> {
  return asking.of({
    name: 'containers-per-transformer',
    text: 'How many containers stand on one transformer?',
    about: ['with 2, C01 and C02 stand on T01; none: not known'],
    initial: 'none',
    take: (text) => {
      if (text === 'none') return null;
      const count = Number(text);
      if (/^\d{1,3}$/.test(text) && count > 0) return count;
      throw new Unusable(`${text}: expected a whole number from 1 to 999, or none`);
    },
  });
}

/** How many meters there are: what a range holds; of a pattern as many as transformers, else up to the last that answers. */
function countOf(where: Numbered, found: Found, perTransformer: number | null): number {
  if (where.count !== null) return where.count;
  const answer = reach(where, found);
  if (perTransformer === null) return answer;
  const last = Math.max(...found.containers.map(({ number }) => number));
  return Math.max(answer, Math.ceil(last / perTransformer));
}

/** The highest number at which a device answers; what a range holds. */
function reach(where: Numbered, found: Found): number {
  if (where.count !== null) return where.count;
  const there = addressesOf(found);
  for (let n = MOST_METERS; n > 0; n--) {
    const place = placeIn(where, n);
    if (place && there.has(keyOf(place))) return n;
  }
  return 0;
}

/** A pattern ends where its numbers make no address any more. */
function placeIn(where: Numbered, n: number): ModbusPlace | null {
  try {
    return attempt(() => where.at(n));
  } catch (error) {
    if (error instanceof Unusable) return null;
    throw error;
  }
}

const addressesOf = ({ runs, gateways }: Found): Set<string> =>
  new Set([...runs.flatMap(({ devices }) => devices), ...gateways].map(keyOf));

function answering(text: string, places: readonly (ModbusPlace | null)[], found: Found): void {
  const there = addressesOf(found);
  if (there.size === 0 || places.some((place) => place && there.has(keyOf(place)))) return;
  throw new Unusable(`nothing of what answers stands at ${text}: ${shortened([...there])}`);
}

/** By which profile devices are read: the only one that fits, else somebody's word; null: not known. */
async function profileOf(
  asking: Asking,
  { runs, profiles }: Found,
  { name, of, places }: { name: AnswerName; of: 'cooling' | 'meter'; places: readonly (ModbusPlace | null)[] },
): Promise<string | null> {
  const known = profiles.ids().filter((id) => profiles.get(id)?.of === of);
  const asked = new Set(places.flatMap((place) => (place ? [keyOf(place)] : [])));
  const meant = runs.filter(({ devices }) => devices.some((device) => asked.has(keyOf(device))));
  const fits = known.filter((id) => meant.length > 0 && meant.every((run) => run.fits.includes(id)));
  const [only] = fits;
  if (asking.known(name) === undefined && fits.length === 1 && only !== undefined) return only;
  return asking.of({
    name,
    text: 'Which profile reads them?',
    about: [
      `${fits.length === 0 ? 'none reads the first; there are' : 'several do'}: ${(fits.length === 0 ? known : fits).join(', ')};`,
      'none: not known yet',
    ],
    initial: null,
    take: (text) => {
      if (text === 'none') return null;
      if (known.includes(text)) return text;
      throw new Unusable(profiles.get(text) ? `${text} is a profile of another kind` : profiles.explain(text));
    },
  });
}

/** `10.21.0.1-10.21.0.58:502  58, fits antspace-hd5` */
function foundLines({ runs, gateways }: Found): string[] {
  const behind = gateways.slice(0, 2).map((one) => `${keyOf(one).padEnd(25)} a gateway without unit 1`);
  const lines = runs.slice(0, MOST_SHOWN).map(({ devices, fits }) => {
    const [first, last] = [devices[0]!, devices.at(-1)!];
    const span = first === last ? first.ip : `${first.ip}-${last.ip}`;
    const name =
      first.model ??
      (fits.length > 0 ? `fits ${fits[0]}${fits.length > 1 ? ` +${fits.length - 1}` : ''}` : 'no profile reads it');
    return `${`${span}:${first.port}`.padEnd(25)} ${grouped(devices.length)}, ${name}`;
  });
  const more = runs.length - lines.length + gateways.length - behind.length;
  return [...lines, ...behind, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** An IPv4 address as a number. */
export const numberOf = (ip: string): number => parseIpv4(ip) ?? 0;
