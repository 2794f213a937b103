import { type Board, label, type Observation, tellErrors } from '../observation.ts';
import { type Body, bodies, isBody } from '../reply.ts';
import { toCount, toNumber, toSensors, unitInThs } from '../scalars.ts';
import { makeOf } from './cgminer.ts';
import { rateIn, rpm } from './common.ts';

/**
 * STATS of the Antminer in its two styles. Newer: INFO beside one object with a list of chains. Classic: a
 * version block followed by one flat object with numbered keys (`chain_rate1`, `temp_pcb1`, `fan1`).
 */

/** The S17 class says with this mode that it sleeps; on others the mode is a constant. */
const CLASSIC_MODE_ASLEEP = 254;
const NEW_MODE_ASLEEP = 1;

/** Whether a stats reply is of the newer style: its STATUS is an object, its STATS hold lower-case keys. */
export function isNewStyle(body: Body): boolean {
  return isBody(body.STATUS);
}

/** Reads the newer style's `stats`. An empty STATS list is how a sleeping hydro model answers (one source). */
export function readNewStats(body: Body, out: Observation): void {
  const list = body.STATS;
  if (Array.isArray(list) && list.length === 0) out.asleep ??= true;
  const stats = bodies(list)[0];
  if (stats === undefined) return;
  const unit = unitInThs(stats.rate_unit);
  const mode = toNumber(stats['miner-mode']);
  if (mode !== null) out.asleep ??= mode === NEW_MODE_ASLEEP;
  out.uptime ??= toCount(stats.elapsed);
  out.rateAvg ??= rateIn(unit, stats.rate_avg, out);
  out.rateExpected ??= rateIn(unit, stats.rate_ideal, out);
  out.power ??= toCount(stats.watt);
  out.efficiency ??= toCount(stats.jt);
  out.fans ??= rpm(stats.fan);
  if (Array.isArray(stats.chain)) {
    const chains = bodies(stats.chain);
    if (out.boards === null) {
      out.boardSlots = chains.length;
      out.boards = chains.flatMap((chain, slot) => (hasChips(chain) ? [newBoard(chain, slot, unit, out)] : []));
    }
    out.hwErrors ??= sum(chains.map((chain) => toCount(chain.hw)));
  }
  out.rate ??= orBoards(rateIn(unit, stats.rate_5s, out), out.boards);
}

/** Reads the newer style's `summary`. */
export function readNewSummary(body: Body, out: Observation): void {
  const list = body.SUMMARY;
  if (Array.isArray(list) && list.length === 0) out.asleep ??= true;
  const summary = bodies(list)[0];
  if (summary === undefined) return;
  const unit = unitInThs(summary.rate_unit);
  out.uptime ??= toCount(summary.elapsed);
  out.rate ??= rateIn(unit, summary.rate_5s, out);
  out.rateAvg ??= rateIn(unit, summary.rate_avg, out);
  out.rateExpected ??= rateIn(unit, summary.rate_ideal, out);
  out.hwErrors ??= toWhole(summary.hw_all);
  if (Array.isArray(summary.status)) tellErrors(out, bodies(summary.status).flatMap(faultOf));
}

/** Reads the newer style's `warning`: a code for each fault, such as `J1:2`. */
export function readNewWarning(body: Body, out: Observation): void {
  if (Array.isArray(body.WARNING))
    tellErrors(
      out,
      bodies(body.WARNING).map(({ code }) => code),
    );
}

/** Bitmain's codes: `R:1`, `J1:2`, `P:1`. */
const ERROR_CODE = /^[A-Z]\w{0,2}:\d+$/;

/** One entry of a summary's `status`: `s` is well, anything else is a fault, named by its code, or its kind and words. */
function faultOf({ type, status, code, msg }: Body): string[] {
  if (typeof status !== 'string' || /^s$/i.test(status)) return [];
  if (typeof code === 'string' && ERROR_CODE.test(code)) return [code];
  const said = toNumber(code) === 0 || code === '' ? msg : (code ?? msg);
  return [`${label(type) ?? 'fault'} ${label(said) ?? ''}`.trim()];
}

/** A count; ElphaPex puts a rate in the place of its hardware errors. */
function toWhole(value: unknown): number | null {
  const count = toCount(value);
  return Number.isInteger(count) ? count : null;
}

/** Reads INFO, which stands in every reply of the newer style: who it is. */
export function readInfo(info: Body, out: Observation): void {
  out.type ??= label(info.type);
  out.firmware ??= label(info.miner_version);
  out.serial ??= label(info.serinum) ?? label(info.dev_sn);
  out.mac ??= label(info.macaddr);
}

function hasChips(chain: Body): boolean {
  return toNumber(chain.asic_num) !== 0;
}

/** The letters of a chain, one for each of its chips: those that are good. Null where there are more chips than letters. */
function goodChips(letters: unknown, chips: unknown): number | null {
  if (typeof letters !== 'string' || letters.length > 4096) return null;
  let good = 0;
  let all = 0;
  for (const letter of letters) {
    if (letter === 'o') good++;
    if (letter === 'o' || letter === 'x') all++;
  }
  const meant = toNumber(chips);
  return all === 0 || (meant !== null && meant !== all) ? null : good;
}

/** A frequency of 0 stands where none is kept (the T15 has only "freq1"), and where the chips stand still. */
function megahertz(value: unknown): number | null {
  const frequency = toCount(value);
  return frequency === 0 ? null : frequency;
}

function newBoard(chain: Body, slot: number, unit: number | null, out: Observation): Board {
  return {
    slot,
    rate: rateIn(unit, chain.rate_real, out),
    sensors: {
      temp_pcb: toSensors(chain.temp_pcb),
      temp_pic: toSensors(chain.temp_pic),
      temp_chip: toSensors(chain.temp_chip),
    },
    hwErrors: toCount(chain.hw),
    frequency: megahertz(chain.freq_avg),
    chips: goodChips(chain.asic, chain.asic_num),
  };
}

/** The keys of chain N, made once: a poll looks up some hundred of them. */
const CHAINS = Array.from({ length: 16 }, (_, index) => {
  const n = index + 1;
  return {
    chips: `chain_acn${n}`,
    letters: `chain_acs${n}`,
    rate: `chain_rate${n}`,
    hw: `chain_hw${n}`,
    watts: `chain_consumption${n}`,
    frequency: `freq${n}`,
    averageFrequency: `freq_avg${n}`,
    pcb: `temp_pcb${n}`,
    pic: `temp_pic${n}`,
    chip: `temp_chip${n}`,
    hottest: `temp${n}`,
    hottestChip: `temp2_${n}`,
  };
});
const FANS = Array.from({ length: 16 }, (_, index) => `fan${index + 1}`);

/** Reads the classic style: `version` is STATS[0], `stats` the flat object behind it. */
export function readClassicStats(version: Body | undefined, stats: Body, out: Observation): void {
  if (version !== undefined) {
    out.type ??= label(version.Type);
    out.firmware ??= label(version.Miner);
    out.make ??= makeOf(version);
  }
  // Most firmware counts in GH/s; the Hammer names its keys MHS.
  const named = 'MHS 5s' in stats || 'MHS av' in stats ? 'MHS' : 'GHS';
  const unit = unitInThs(named);
  const idealUnit = unitInThs(stats.rate_unit) ?? unit;
  if (stats.Mode !== undefined) out.asleep ??= toNumber(stats.Mode) === CLASSIC_MODE_ASLEEP;
  out.uptime ??= toCount(stats.Elapsed);
  out.rateAvg ??= rateIn(unit, stats[`${named} av`], out);
  out.rateExpected ??= rateIn(idealUnit, stats.total_rateideal, out);
  out.boards ??= classicBoards(stats, unit, out);
  out.rate ??= orBoards(rateIn(unit, stats[`${named} 5s`], out), out.boards);
  out.hwErrors ??= toCount(stats.no_matching_work) ?? sum(CHAINS.map((keys) => toCount(stats[keys.hw])));
  out.power ??= sum(CHAINS.map((keys) => (stats[keys.watts] === undefined ? null : toCount(stats[keys.watts]))));
  if (stats.fan1 !== undefined) out.fans ??= toNumber(stats.fan_num) === 0 ? [] : rpm(FANS.map((key) => stats[key]));
}

function classicBoards(stats: Body, unit: number | null, out: Observation): Board[] | null {
  let told = false;
  const boards: Board[] = [];
  for (const [slot, keys] of CHAINS.entries()) {
    const chips = stats[keys.chips];
    const rate = stats[keys.rate];
    if (chips === undefined && rate === undefined) continue;
    told = true;
    const ths = rateIn(unit, rate, out);
    if (chips === undefined ? !ths : toNumber(chips) === 0) continue;
    boards.push({
      slot,
      rate: ths,
      sensors: {
        temp_pcb: toSensors(stats[keys.pcb]),
        temp_pic: toSensors(stats[keys.pic]),
        temp_chip: toSensors(stats[keys.chip]),
        temp: toSensors(stats[keys.hottest]),
        temp2: toSensors(stats[keys.hottestChip]),
      },
      hwErrors: toCount(stats[keys.hw]),
      frequency: megahertz(stats[keys.averageFrequency]) ?? megahertz(stats[keys.frequency]),
      chips: goodChips(stats[keys.letters], chips),
    });
  }
  return told ? boards : null;
}

/** `GHS 5s` may stand at 0 while the boards hash: then their sum is the truth. Without it, the sum as well. */
function orBoards(rate: number | null, boards: Board[] | null): number | null {
  if (rate !== null && rate !== 0) return rate;
  const total = boards === null ? null : sum(boards.map((board) => board.rate));
  return total === null || total === 0 ? rate : total;
}

function sum(values: (number | null)[]): number | null {
  let total: number | null = null;
  for (const value of values) if (value !== null) total = (total ?? 0) + value;
  return total;
}
