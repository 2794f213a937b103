import { LEGACY_TABLES, type LegacyTable } from './finding.ts';

/**
 * Which column of the old database is what. Of that structure only a few columns are known for certain; the others are
 * recognised by the names that are usual for them, and what is not recognised is told.
 */

/** A column as the source's catalogue has it. */
export interface SourceColumn {
  readonly name: string;
  /** `text`, `double precision`, `timestamp without time zone` ... */
  readonly type: string;
}

/** A field of ours and the column it is read from; `scale` turns the column's unit into the hub's. */
export interface Chosen {
  readonly column: string;
  readonly scale: number;
}

export interface TablePlan {
  readonly table: LegacyTable;
  readonly fields: Readonly<Record<string, Chosen | undefined>>;
  /** Columns that are no field. */
  readonly others: readonly SourceColumn[];
}

/** Names of a field, the likeliest first, each with its scale. */
type Names = Readonly<Record<string, number>>;
type Fields = Readonly<Record<string, Names>>;

const named = (...names: string[]): Names => Object.fromEntries(names.map((name) => [name, 1]));
const scaled = (quantity: string, units: Names): Names =>
  Object.fromEntries(Object.entries(units).map(([unit, scale]) => [`${quantity}_${unit}`, scale]));

const HASHRATE_THS = scaled('hashrate', { th: 1, ths: 1, ph: 1e3, phs: 1e3, eh: 1e6, ehs: 1e6, gh: 1e-3, ghs: 1e-3 });
const POWER_KW = scaled('power', { kw: 1, mw: 1e3, w: 1e-3 });
const POWER_W = scaled('power', { w: 1, kw: 1e3, mw: 1e6 });
const ACTIVE_MINERS = named('miners_active', 'active_miners', 'miners_online', 'online_miners');
const WATER = {
  temp_supply: named('temp_supply_c', 'supply_temp_c'),
  temp_return: named('temp_return_c', 'return_temp_c'),
};
const CHANGED = named('updated_at', 'last_update', 'last_updated');

const FIELDS = {
  containers: {
    id: named('container_id'),
    name: named('name', 'container_name'),
    model: named('model', 'container_model'),
    status: named('status'),
    hashrate: HASHRATE_THS,
    power: POWER_KW,
    miners_active: ACTIVE_MINERS,
    ...WATER,
    flow: named('flow_m3h'),
    state_at: { ...CHANGED, ...named('last_seen', 'last_seen_at') },
    created_at: named('created_at'),
  },
  miners: {
    id: named('miner_id'),
    container: named('container_id'),
    position: named('position', 'slot', 'slot_number'),
    model: named('model', 'miner_model'),
    serial: named('serial', 'serial_number'),
    mac: named('mac', 'mac_address'),
    ip: named('ip', 'ip_address'),
    firmware: named('firmware', 'firmware_version'),
    pool: named('pool', 'pool_url'),
    worker: named('worker', 'worker_name'),
    status: named('status'),
    hashrate: HASHRATE_THS,
    power: POWER_W,
    temp_chip: named('temp_chip_c', 'chip_temp_c', 'temperature_c', 'temperature', 'temp'),
    last_seen: named('last_seen', 'last_seen_at'),
    state_at: CHANGED,
    created_at: named('created_at'),
  },
  metrics: {
    at: named('timestamp', 'time', 'ts', 'recorded_at'),
    container: named('container_id'),
    miner: named('miner_id'),
    hashrate: HASHRATE_THS,
    power: POWER_KW,
    miners_active: ACTIVE_MINERS,
    active_containers: named('active_containers', 'containers_active'),
    ...WATER,
  },
} as const satisfies Record<LegacyTable, Fields>;

/** The names of a table's fields. */
export type FieldOf<T extends LegacyTable> = keyof (typeof FIELDS)[T];

/** Without these a table is not the old one; of `metrics` any figure besides will do. */
const REQUIRED: Record<LegacyTable, readonly string[]> = {
  containers: ['id'],
  miners: ['id'],
  metrics: ['at'],
};
const FIGURES = ['hashrate', 'power'];

/** Chooses a column for each field: by its exact name, else by its name without the usual trimmings. */
export function planTable(table: LegacyTable, columns: readonly SourceColumn[]): TablePlan {
  const free = new Map(columns.map((column) => [column.name, column]));
  const fields: Record<string, Chosen> = {};
  for (const [field, names] of Object.entries<Names>(FIELDS[table])) {
    const chosen = choose(names, [...free.keys()]);
    if (chosen === null) continue;
    fields[field] = chosen;
    free.delete(chosen.column);
  }
  return { table, fields, others: [...free.values()] };
}

function choose(names: Names, columns: readonly string[]): Chosen | null {
  for (const spelled of [(name: string) => name.toLowerCase(), plain])
    for (const [name, scale] of Object.entries(names)) {
      const column = columns.find((candidate) => spelled(candidate) === name);
      if (column !== undefined) return { column, scale };
    }
  return null;
}

/** `total_power_consumption_kw` is `power_kw`, `hash_rate_th` is `hashrate_th`. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(total|site|current|avg|average)_/, '')
    .replace(/^power_(consumption|usage|draw)_/, 'power_')
    .replace(/^hash_rate_/, 'hashrate_');
}

/**
 * What shows that this is not the old single-site structure, one sentence each.
 *
 * @param columns of each of the old tables; an empty list stands for a table that is not there
 */
export function strangeness(columns: Readonly<Record<LegacyTable, readonly SourceColumn[]>>): string[] {
  return LEGACY_TABLES.flatMap((table) => {
    const names = columns[table].map((column) => column.name);
    if (names.length === 0) return [`there is no table ${table} that its user may see`];
    if (names.includes('project_id'))
      return [`${table} has a column project_id, which belongs to many projects (is it the hub's own database?)`];
    const { fields } = planTable(table, columns[table]);
    const missing = REQUIRED[table].filter((field) => fields[field] === undefined);
    const faults = missing.map(
      (field) => `${table} has no column ${Object.keys((FIELDS[table] as Fields)[field] ?? {})[0]}`,
    );
    if (table === 'metrics' && FIGURES.every((field) => fields[field] === undefined))
      faults.push(
        `metrics has neither a hashrate nor a power whose unit is in its name, such as hashrate_th or power_kw (it has: ${names.join(', ')})`,
      );
    return faults;
  });
}
