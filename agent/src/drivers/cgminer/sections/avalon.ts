import { type Board, bareBoard, label, type Observation } from '../observation.ts';
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
  out.boards ??= modules
    .flatMap((text) => numbers(piece(text, 'MGHS')))
    .map((rate, slot): Board => bareBoard(slot, rate === null ? null : rate * 1e-3));
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
  // "In Idle" alone may be a fault; together with a soft-off it is what somebody asked for.
  const work = piece(first, 'SYSTEMSTATU');
  if (work !== null) out.asleep ??= work.includes('In Idle') && (toNumber(piece(first, 'SoftOFF')) ?? 0) !== 0;
}
