import { DateTimeFormatDays } from './rollup-days.ts';

/** What one poll of a container says, as far as roll-ups read it. `at` in ms since 1970. */
export interface OracleFrame {
  readonly container: string;
  readonly at: number;
  readonly interval: number;
  readonly total: number;
  readonly answering: number;
  readonly active: number;
  readonly hashrate: number | null;
  readonly expected: number | null;
  readonly power: number | null;
  readonly source: 'miners' | 'controller' | null;
  readonly chip: readonly [min: number, avg: number, max: number] | null;
  readonly board: readonly [min: number, avg: number, max: number] | null;
  readonly supply: number | null;
  readonly back: number | null;
  readonly flow: number | null;
  readonly pressures: readonly [supply: number, back: number] | null;
}

/** What one poll of a meter says. */
export interface OracleMeterFrame {
  readonly meter: string;
  readonly at: number;
  readonly interval: number;
  readonly power: number | null;
  readonly apparent: number | null;
  readonly counter: number | null;
}

export interface OracleSite {
  readonly project: string;
  readonly zone: string;
  /** The transformer of each container; null where it hangs on none. */
  readonly containers: Readonly<Record<string, string | null>>;
  readonly meters: Readonly<Record<string, string>>;
  /** kVA. */
  readonly rated: Readonly<Record<string, number>>;
}

/** A row of `metrics` as it must be: numbers and texts by column; what is not named is null. */
export type OracleRow = Record<string, number | string | null>;

const BUCKET = 300_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LEVEL_NAMES = [
  'hashrate_ths',
  'power_kw',
  'miners_active',
  'miners_answering',
  'flow_m3h',
  'temp_chip_c',
  'temp_board_c',
  'temp_supply_c',
  'temp_return_c',
  'pressure_supply_bar',
  'pressure_return_bar',
  'load_pct',
];
const ADDED = LEVEL_NAMES.slice(0, 5);
const AMOUNT_NAMES = [
  'energy_kwh',
  'energy_integrated_kwh',
  'hashes_eh',
  'covered_s',
  'miner_known_s',
  'miner_answering_s',
  'miner_active_s',
  'expected_thh',
  'lost_offline_thh',
  'lost_hot_thh',
  'lost_transformer_thh',
  'lost_unknown_thh',
];

/** Sums, leaving out what is unknown; nothing known is null. */
function add(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => typeof value === 'number');
  return known.length === 0 ? null : known.reduce((a, b) => a + b);
}
const num = (row: OracleRow, name: string): number | null =>
  typeof row[name] === 'number' ? (row[name] as number) : null;

interface Standing<T> {
  readonly of: T;
  readonly from: number;
  readonly to: number;
}

function standing<T extends { at: number; interval: number }>(sorted: readonly T[]): Standing<T>[] {
  return sorted.map((of, i) => {
    const next = sorted[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    const alone = of.at + of.interval * 1000;
    return { of, from: of.at, to: next - of.at <= of.interval * 1500 ? next : alone };
  });
}

function levels(
  row: OracleRow,
  name: string,
  sum: number | null,
  min: number | null,
  max: number | null,
  count: number,
) {
  if (count === 0 || sum === null) return;
  Object.assign(row, { [`${name}_sum`]: sum, [`${name}_min`]: min, [`${name}_max`]: max, [`${name}_count`]: count });
}

/** Every row that roll-ups of these frames must hold, by `scope id resolution time`, each computed from all frames at once. */
export function oracleRows(
  site: OracleSite,
  frames: readonly OracleFrame[],
  meterFrames: readonly OracleMeterFrame[],
): Map<string, OracleRow> {
  const fine = new Map<string, Map<number, OracleRow>>();
  const put = (scope: string, id: string, at: number, row: OracleRow): void => {
    const key = `${scope} ${id}`;
    const of = fine.get(key) ?? new Map<number, OracleRow>();
    fine.set(key, of);
    of.set(at, row);
  };
  for (const id of Object.keys(site.containers))
    for (const [at, row] of containerBuckets(frames.filter(({ container }) => container === id)))
      put('container', id, at, { ...row, transformer_id: site.containers[id] ?? null });
  const metered = meterBuckets(site, meterFrames);
  const times = new Set([
    ...[...fine.values()].flatMap((of) => [...of.keys()]),
    ...[...metered.values()].flatMap((of) => [...of.keys()]),
  ]);
  for (const at of times) {
    const members = Object.keys(site.containers)
      .map((id) => fine.get(`container ${id}`)?.get(at))
      .filter((row) => row !== undefined);
    const units: OracleRow[] = members
      .filter((row) => row.transformer_id === null)
      .map((row) => ({ ...row, active: readsAny(row) }));
    for (const id of new Set([...Object.values(site.containers), ...Object.values(site.meters)])) {
      if (id === null) continue;
      const own = members.filter((row) => row.transformer_id === id);
      const meter = metered.get(id)?.get(at);
      if (own.length === 0 && meter === undefined) continue;
      const unit = joinMembers(own.map((row) => ({ ...row, active: readsAny(row) })));
      if (meter !== undefined) applyMeter(unit, own, meter);
      if ((num(unit, 'miner_answering_s') ?? 0) === 0 && num(unit, 'lost_offline_thh') !== null) {
        unit.lost_transformer_thh = unit.lost_offline_thh ?? null;
        unit.lost_offline_thh = 0;
      }
      put('transformer', id, at, finish(unit, BUCKET, Object.values(site.containers).filter((t) => t === id).length));
      units.push(unit);
    }
    const all = joinMembers(units);
    for (const part of ['sum', 'min', 'max', 'count']) delete all[`load_pct_${part}`];
    put('project', site.project, at, finish(all, BUCKET, Object.keys(site.containers).length));
  }
  const rows = new Map<string, OracleRow>();
  const name = (key: string, width: number, at: number) => `${key} ${width} ${new Date(at).toISOString()}`;
  const days = new DateTimeFormatDays(site.zone);
  for (const [key, of] of fine) {
    const hours = new Map<number, OracleRow[]>();
    const dates = new Map<string, OracleRow[]>();
    for (const at of [...of.keys()].sort((a, b) => a - b)) {
      const row = of.get(at) as OracleRow;
      rows.set(name(key, 300, at), row);
      const hour = Math.floor(at / HOUR) * HOUR;
      hours.set(hour, [...(hours.get(hour) ?? []), row]);
      const own = days.of(at);
      // What begins with a day of UTC is that, or has no row.
      for (const [begin, end] of [...(own[0] % DAY === 0 ? [] : [own]), DateTimeFormatDays.utc(at)]) {
        const day = `${begin} ${end}`;
        dates.set(day, [...(dates.get(day) ?? []), row]);
      }
    }
    for (const [at, parts] of hours) rows.set(name(key, 3600, at), joinTime(key, parts, HOUR));
    for (const [day, parts] of dates) {
      const [begin = 0, end = 0] = day.split(' ').map(Number);
      rows.set(name(key, 86_400, begin), joinTime(key, parts, end - begin));
    }
  }
  return rows;
}

function readsAny(row: OracleRow): number {
  return (num(row, 'miners_active_count') ?? 0) > 0 ? 1 : 0;
}

function containerBuckets(frames: readonly OracleFrame[]): Map<number, OracleRow> {
  const sorted = [...frames].sort((a, b) => a.at - b.at);
  const buckets = new Map<number, { pieces: { f: OracleFrame; s: number; each: number | null }[] }>();
  let each: number | null = null;
  for (const { of: f, from, to } of standing(sorted)) {
    if (f.expected !== null && f.answering > 0) each = f.expected / f.answering;
    for (let at = Math.floor(from / BUCKET) * BUCKET; at < to; at += BUCKET) {
      const bucket = buckets.get(at) ?? { pieces: [] };
      buckets.set(at, bucket);
      bucket.pieces.push({ f, s: (Math.min(to, at + BUCKET) - Math.max(from, at)) / 1000, each });
    }
  }
  return new Map([...buckets].map(([at, { pieces }]) => [at, containerRow(at, pieces)]));
}

function containerRow(at: number, pieces: readonly { f: OracleFrame; s: number; each: number | null }[]): OracleRow {
  const row: OracleRow = {};
  const read = pieces.map(({ f }) => f).filter((f) => f.at >= at && f.at < at + BUCKET);
  const single = (name: string, get: (f: OracleFrame) => number | null | undefined) => {
    const values = read.map(get).filter((value): value is number => typeof value === 'number');
    levels(row, name, add(values), Math.min(...values), Math.max(...values), values.length);
  };
  single('hashrate_ths', (f) => f.hashrate);
  single('power_kw', (f) => f.power);
  single('miners_active', (f) => f.active);
  single('miners_answering', (f) => f.answering);
  single('temp_supply_c', (f) => f.supply);
  single('temp_return_c', (f) => f.back);
  single('flow_m3h', (f) => f.flow);
  single('pressure_supply_bar', (f) => f.pressures?.[0]);
  single('pressure_return_bar', (f) => f.pressures?.[1]);
  for (const [name, get] of [
    ['temp_chip_c', (f: OracleFrame) => f.chip],
    ['temp_board_c', (f: OracleFrame) => f.board],
  ] as const) {
    const told = read.flatMap((f) => {
      const temps = get(f);
      return temps === null ? [] : [{ temps, weight: f.answering }];
    });
    const count = told.reduce((sum, { weight }) => sum + weight, 0);
    const sum = add(told.map(({ temps, weight }) => temps[1] * weight));
    levels(
      row,
      name,
      sum,
      Math.min(...told.map(({ temps }) => temps[0])),
      Math.max(...told.map(({ temps }) => temps[2])),
      count,
    );
  }
  const over = (get: (p: (typeof pieces)[number]) => number | null) =>
    add(
      pieces.map((p) => {
        const value = get(p);
        return value === null ? null : value * p.s;
      }),
    );
  const lost = ({ f, each }: (typeof pieces)[number]) => {
    if (each === null || (f.answering > 0 && f.hashrate === null)) return null;
    const expected = each * f.total;
    const short = Math.max(0, expected - (f.answering === 0 ? 0 : (f.hashrate ?? 0)));
    const offline = Math.min(short, each * (f.total - f.answering));
    const hot = (f.chip?.[1] ?? 0) >= 85 || (f.supply ?? 0) > 40;
    return { expected, offline, hot: hot ? short - offline : 0, unknown: hot ? 0 : short - offline };
  };
  const losing = (name: 'expected' | 'offline' | 'hot' | 'unknown') =>
    scaled(
      over((p) => lost(p)?.[name] ?? null),
      1 / 3600,
    );
  const energy = scaled(
    over((p) => p.f.power),
    1 / 3600,
  );
  Object.assign(row, {
    energy_kwh: energy,
    energy_integrated_kwh: energy,
    hashes_eh: scaled(
      over((p) => p.f.hashrate),
      1e-6,
    ),
    covered_s: over(() => 1),
    miner_known_s: over((p) => p.f.total),
    miner_answering_s: over((p) => p.f.answering),
    miner_active_s: over((p) => p.f.active),
    expected_thh: losing('expected'),
    lost_offline_thh: losing('offline'),
    lost_hot_thh: losing('hot'),
    lost_unknown_thh: losing('unknown'),
    lost_transformer_thh: losing('expected') === null ? null : 0,
    power_source: sourceOf(pieces.map(({ f }) => f.source)),
    expected: Math.max(...pieces.map(({ f }) => f.total)),
  });
  row.reporting = Math.floor((num(row, 'miner_answering_s') ?? 0) / 300 + 1e-6);
  averages(row);
  return row;
}

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : value * by;
}

function sourceOf(sources: readonly (string | null | undefined)[]): string | null {
  const known = [...new Set(sources.filter((source) => source))];
  return known.length === 0 ? null : known.length === 1 ? (known[0] ?? null) : 'mixed';
}

function averages(row: OracleRow): void {
  const average = (name: string) => {
    const [sum, count] = [num(row, `${name}_sum`), num(row, `${name}_count`)];
    return sum === null || count === null ? null : sum / count;
  };
  row.hashrate_eh = scaled(average('hashrate_ths'), 1e-6);
  row.power_mw = scaled(average('power_kw'), 1e-3);
}

function joinMembers(rows: readonly OracleRow[]): OracleRow {
  const joined: OracleRow = {};
  for (const name of LEVEL_NAMES) {
    const told = rows.filter((row) => num(row, `${name}_count`) !== null);
    if (told.length === 0) continue;
    const counts = told.map((row) => num(row, `${name}_count`) ?? 0);
    if (ADDED.includes(name)) {
      const average = told.reduce((sum, row, i) => sum + (num(row, `${name}_sum`) ?? 0) / (counts[i] ?? 1), 0);
      levels(joined, name, average * Math.max(...counts), average, average, Math.max(...counts));
    } else {
      const of = (part: string) => told.map((row) => num(row, `${name}_${part}`) ?? 0);
      levels(joined, name, add(of('sum')), Math.min(...of('min')), Math.max(...of('max')), add(counts) ?? 0);
    }
  }
  for (const name of AMOUNT_NAMES) joined[name] = add(rows.map((row) => num(row, name)));
  joined.active = add(rows.map((row) => num(row, 'active'))) ?? 0;
  joined.power_source = sourceOf(rows.map((row) => row.power_source as string | null));
  return joined;
}

function finish(row: OracleRow, ms: number, expected: number): OracleRow {
  const { active, ...rest } = row;
  const done: OracleRow = { ...rest, active_containers: active ?? 0, expected };
  done.reporting = Math.floor((num(row, 'covered_s') ?? 0) / (ms / 1000) + 1e-6);
  averages(done);
  return done;
}

function joinTime(key: string, rows: readonly OracleRow[], ms: number): OracleRow {
  const joined: OracleRow = {};
  for (const name of LEVEL_NAMES) {
    const told = rows.filter((row) => num(row, `${name}_count`) !== null);
    const of = (part: string) => told.map((row) => num(row, `${name}_${part}`) ?? 0);
    levels(joined, name, add(of('sum')), Math.min(...of('min')), Math.max(...of('max')), add(of('count')) ?? 0);
  }
  for (const name of AMOUNT_NAMES) joined[name] = add(rows.map((row) => num(row, name)));
  joined.power_source = sourceOf(rows.map((row) => row.power_source as string | null));
  joined.expected = Math.max(...rows.map((row) => num(row, 'expected') ?? 0));
  const seconds = ms / 1000;
  const time = key.startsWith('container') ? 'miner_answering_s' : 'covered_s';
  joined.reporting = Math.floor((num(joined, time) ?? 0) / seconds + 1e-6);
  if (!key.startsWith('container'))
    joined.active_containers = Math.max(...rows.map((row) => num(row, 'active_containers') ?? 0));
  joined.transformer_id = rows.find((row) => row.transformer_id)?.transformer_id ?? null;
  averages(joined);
  return joined;
}

interface Metered {
  kwh: number;
  integrated: number;
  ms: number;
  power: number[];
  load: number[];
}

/** One meter to a transformer. */
function meterBuckets(site: OracleSite, frames: readonly OracleMeterFrame[]): Map<string, Map<number, Metered>> {
  const out = new Map<string, Map<number, Metered>>();
  for (const [meter, transformer] of Object.entries(site.meters)) {
    const sorted = frames.filter((frame) => frame.meter === meter).sort((a, b) => a.at - b.at);
    const buckets = new Map<number, Metered>();
    out.set(transformer, buckets);
    const bucket = (at: number): Metered => {
      const start = Math.floor(at / BUCKET) * BUCKET;
      const found = buckets.get(start) ?? { kwh: 0, integrated: 0, ms: 0, power: [], load: [] };
      buckets.set(start, found);
      return found;
    };
    const spread = (from: number, to: number, kwh: number, integrated: boolean) => {
      for (let at = from; at < to; ) {
        const end = Math.min(to, (Math.floor(at / BUCKET) + 1) * BUCKET);
        const of = bucket(at);
        const share = (kwh * (end - at)) / (to - from);
        of.kwh += share;
        if (integrated) of.integrated += share;
        of.ms += end - at;
        at = end;
      }
    };
    const stands = standing(sorted).filter(({ of }) => of.power !== null);
    const counted = sorted.filter(({ counter }) => counter !== null);
    const paired: [number, number][] = [];
    counted.slice(1).forEach((after, i) => {
      const before = counted[i] as OracleMeterFrame;
      const kwh = (after.counter ?? 0) - (before.counter ?? 0);
      const hours = (after.at - before.at) / HOUR;
      const within = stands.filter(({ from }) => from >= before.at && from < after.at);
      const integral = within.reduce((sum, { of, from, to }) => sum + ((of.power ?? 0) * (to - from)) / HOUR, 0);
      const known = within.reduce((sum, { from, to }) => sum + to - from, 0) / HOUR;
      const off = known >= 0.9 * hours && Math.abs(kwh - integral) > 0.25 * integral + 20;
      if (kwh < 0 || off || kwh > (site.rated[transformer] ?? Number.POSITIVE_INFINITY) * 1.2 * hours + 20) return;
      paired.push([before.at, after.at]);
      spread(before.at, after.at, kwh, false);
    });
    for (const { of, from, to } of stands)
      if (!paired.some(([begin, end]) => from >= begin && from < end))
        spread(from, to, ((of.power ?? 0) * (to - from)) / HOUR, true);
    for (const { at, power, apparent } of sorted) {
      if (power !== null) bucket(at).power.push(power);
      const rated = site.rated[transformer];
      if (apparent !== null && rated) bucket(at).load.push((100 * apparent) / rated);
    }
  }
  return out;
}

function applyMeter(unit: OracleRow, own: readonly OracleRow[], meter: Metered): void {
  if (meter.ms > 0) {
    const longest = Math.max(0, ...own.map((row) => num(row, 'covered_s') ?? 0));
    const rest = (num(unit, 'energy_kwh') ?? 0) * (longest === 0 ? 0 : Math.max(0, 1 - meter.ms / 1000 / longest));
    unit.energy_kwh = meter.kwh + rest;
    unit.energy_integrated_kwh = meter.integrated + rest;
  }
  const { power, load } = meter;
  if (power.length > 0) {
    const average = (add(power) ?? 0) / power.length;
    levels(unit, 'power_kw', average * power.length, average, average, power.length);
    unit.power_source = 'meter';
  }
  levels(unit, 'load_pct', add(load), Math.min(...load), Math.max(...load), load.length);
}
