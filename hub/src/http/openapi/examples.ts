import { type Components, resolve, type Schema } from './types.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What fields of these names hold in examples; a field of another name gets a value of its type. */
const KNOWN: Readonly<Record<string, Json>> = {
  project: 'QATAR-001',
  q: 'HTRX0001234',
  project_id: 'QATAR-001',
  projectId: 'QATAR-001',
  container_id: 'QATAR-C01',
  containerId: 'QATAR-C01',
  miner_id: 'QATAR-C01-M001',
  minerId: 'QATAR-C01-M001',
  transformer_id: 'QATAR-T01',
  transformerId: 'QATAR-T01',
  meter_id: 'QATAR-E01',
  name: 'Hearst Qatar Mining',
  location: 'Qatar',
  time_zone: 'Asia/Qatar',
  cooling_kind: 'hydro',
  planned_start: 'Q2 2025',
  project_manager: 'Amira Haddad',
  contact_email: 'amira@example.com',
  total_containers: 58,
  total_miners: 17_864,
  target_hashrate_eh: 8.45,
  target_power_mw: 102.37,
  capex_usd: 143_800_000,
  opex_monthly_usd: 4_900_000,
  metadata: { grid: { voltage_kv: 132, redundancy: 'N+1' } },
  mqtt: 'mqtts://hub.example.com:8883',
  hmac_key: 'k'.repeat(43),
  age_s: 12,
  interval_s: 60,
  model: 'Antminer S21 XP Hydro',
  serial: 'JYZZF0UBDJHAB0147',
  mac: '02:1A:4B:00:01:07',
  ip: '10.20.1.7',
  position: 1,
  hashrate_eh: 0.1454,
  hashrate_ths: 145_400,
  hashrate_th: 145_400,
  power_mw: 1.745,
  power_kw: 1745,
  power_consumption_kw: 1745,
  power_w: 5676,
  efficiency_j_per_th: 12,
  miners_active: 306,
  miners_total: 308,
  temp_supply_c: 35.2,
  temp_return_c: 44.3,
  temp_chip_c: 61.2,
  flow_m3h: 112.4,
};

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-11-23T12:00:00Z',
  date: '2026-11-23',
  email: 'amira@example.com',
  uuid: '0b9bd0a6-6a5c-4f5b-9a1c-6d4f3a2b1c0d',
  uri: 'https://example.com/hook',
};

/**
 * A value that a schema accepts, to show what it looks like: the schema's own example where it has one, else what a
 * field of its name usually holds, else the plainest value of its type. Null only where nothing else is allowed.
 */
export function exampleOf(schema: Schema, components: Components, name = ''): Json {
  const resolved = resolve(schema, components);
  const own = resolved.example ?? resolved.examples?.[0] ?? resolved.const ?? resolved.default;
  if (own !== undefined) return own;
  if (resolved.enum !== undefined) return resolved.enum[0];
  const known = KNOWN[name];
  const types: string[] = [resolved.type ?? []].flat();
  if (known !== undefined && typesOf(known).some((type) => types.includes(type))) return known;
  const parts = resolved.anyOf ?? resolved.oneOf;
  if (parts?.[0] !== undefined) return exampleOf(parts[0], components, name);
  if (resolved.allOf !== undefined) return allOf(resolved.allOf, components);
  return plainest(resolved, types[0] ?? 'object', components, name);
}

function typesOf(value: Json): string[] {
  if (Array.isArray(value)) return ['array'];
  return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

function allOf(parts: Schema[], components: Components): Json {
  return Object.assign({}, ...parts.map((part) => exampleOf(part, components)));
}

function plainest(schema: Exclude<Schema, { $ref: string }>, type: string, components: Components, name: string): Json {
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, value]) => [key, exampleOf(value, components, key)]),
    );
  if (type === 'array')
    return schema.items === undefined ? [] : [exampleOf(schema.items, components, name.replace(/s$/, ''))];
  if (type === 'string') return BY_FORMAT[schema.format ?? ''] ?? 'text'.padEnd(schema.minLength ?? 0, '.');
  if (type === 'boolean') return true;
  return type === 'null' ? null : Math.max(1, Number(schema.minimum ?? 1));
}
