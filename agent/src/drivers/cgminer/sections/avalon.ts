import { type Board, label, type Observation, tellErrors } from '../observation.ts';
import type { Body } from '../reply.ts';
import { toCount, toNumber, toSensors } from '../scalars.ts';
import { rpm } from './common.ts';

/**
 * STATS of Canaan Avalon miners: one text per module below a key that begins with `MM ID`, made of
 * `Name[value value]` pieces: `Ver[1246-83-21072802] GHSspd[81072.68] TMax[77] Fan1[5344]`.
 */
const MODULE_KEY = /^MM ID\d+/;

/** The texts of the modules in a stats object; none for a miner of another make. */
export function avalonModules(stats: Body): string[] {
  const texts: string[] = [];
  for (const key in stats) {
    const text = stats[key];
    if (MODULE_KEY.test(key) && typeof text === 'string') texts.push(text);
  }
  return texts;
}

/** The value of one `Name[value]` piece; null when it is not there. */
function piece(text: string, name: string): string | null {
  for (let at = text.indexOf(`${name}[`); at >= 0; at = text.indexOf(`${name}[`, at + 1)) {
    if (at > 0 && /\w/.test(text[at - 1] as string)) continue;
    const start = at + name.length + 1;
    const end = text.indexOf(']', start);
    return end < 0 ? null : text.slice(start, end);
  }
  return null;
}

const numbers = (text: string | null): (number | null)[] =>
  text === null ? [] : text.trim().split(/\s+/).map(toNumber);
const FANS = ['Fan1', 'Fan2', 'Fan3', 'Fan4'];

/** Reads the modules; rates of several add up. */
export function readAvalon(modules: string[], out: Observation): void {
  const first = modules[0];
  if (first === undefined) return;
  const ghs = (name: string): number | null => {
    let total: number | null = null;
    for (const text of modules) {
      const value = toCount(piece(text, name));
      if (value !== null) total = (total ?? 0) + value * 1e-3;
    }
    return total;
  };
  out.rate ??= ghs('GHSspd');
  out.rateAvg ??= ghs('GHSavg');
  out.rateExpected ??= ghs('GHSmm');
  out.hwErrors ??= modules.reduce<number | null>((sum, text) => {
    const count = toCount(piece(text, 'HW')?.split(' ')[0]);
    return count === null ? sum : (sum ?? 0) + count;
  }, null);
  out.boards ??= modules.flatMap(boardsOfModule).map((board, slot) => ({ ...board, slot }));
  out.power ??= powerOf(modules);
  out.fans ??= rpm(modules.flatMap((text) => FANS.map((name) => piece(text, name))));
  out.chipTemps.push(...modules.flatMap((text) => toSensors(toNumber(piece(text, 'TMax')))));
  for (const name of ['HBITemp', 'HBOTemp']) {
    out.boardTemps.push(...modules.flatMap((text) => toSensors(toNumber(piece(text, name)))));
  }
  out.uptime ??= toCount(piece(first, 'Elapsed'));
  const version = piece(first, 'Ver')?.split('-') ?? [];
  if (version.length > 1) {
    out.type ??= label(`Avalon ${version[0]}`);
    out.firmware ??= label(version.at(-1));
  }
  const dna = piece(first, 'DNA');
  if (dna !== null && /^\w+$/.test(dna)) out.serial ??= label(dna);
  const errors = modules.map(errorsOf);
  if (errors.some((codes) => codes !== null))
    tellErrors(
      out,
      errors.flatMap((codes) => codes ?? []),
    );
  // "In Idle" alone may be a fault; together with a soft-off it is what somebody asked for.
  const work = piece(first, 'SYSTEMSTATU');
  if (work !== null) out.asleep ??= work.includes('In Idle') && (toNumber(piece(first, 'SoftOFF')) ?? 0) !== 0;
}

/** Per board, where the module gives them: rate in GH/s, the hottest chip, hardware errors. */
function boardsOfModule(text: string): Board[] {
  const hottest = numbers(piece(text, 'MTmax'));
  const errors = numbers(piece(text, 'MH'));
  return numbers(piece(text, 'MGHS')).map((rate, i) => ({
    slot: i,
    rate: rate === null ? null : rate * 1e-3,
    sensors: { temp_chip: toSensors(hottest[i]) },
    hwErrors: toCount(errors[i]),
    frequency: null,
    chips: null,
  }));
}

/**
 * Watts of all modules: `WALLPOWER` where there is one, else what the supply gives, the fifth of `PS` (the third and
 * fourth are its volts x 100 and amperes: 13.16 V x 242 A = 3189 W). 0 stands where the supply is not read.
 */
function powerOf(modules: string[]): number | null {
  let total = 0;
  for (const text of modules) {
    total += toCount(piece(text, 'WALLPOWER')) ?? toCount(numbers(piece(text, 'PS'))[4]) ?? 0;
  }
  return total > 0 ? total : null;
}

/** What a module says is wrong: `ECHU` per hashboard, `ECMM` of itself, `FanErr`; 0 is well. Null where it has none of them. */
function errorsOf(text: string): string[] | null {
  const boards = piece(text, 'ECHU');
  const module = piece(text, 'ECMM');
  const fans = piece(text, 'FanErr');
  if (boards === null && module === null && fans === null) return null;
  const codes = numbers(boards).flatMap((code, i) => (code ? [`ECHU${i + 1} ${code}`] : []));
  if (toNumber(module)) codes.push(`ECMM ${toNumber(module)}`);
  if (toNumber(fans)) codes.push(`FanErr ${toNumber(fans)}`);
  return codes;
}
