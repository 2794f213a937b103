import type { Coolant } from '@hearst/protocol';
import { ContainerId, MeterId, ProjectId, TransformerId } from '@hearst/protocol';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { COOLANT_NAMES, COOLANTS } from '../drivers/cooling/coolant.ts';
import { PRESSURE_UNITS } from '../drivers/modbus/tailor.ts';
import { parseDuration, parseSize } from './units.ts';

/**
 * The site file as it is written. Every message says what is expected, with an example; unknown keys are
 * looked for by `unknownKeys`, so that the near miss can be named.
 */
const Duration = z
  .union([z.string(), z.number()], 'expected a duration such as 60s or 5m')
  .transform((text, context) => {
    const ms = typeof text === 'string' ? parseDuration(text) : null;
    if (ms !== null && ms > 0) return ms;
    context.addIssue(
      typeof text === 'number'
        ? `expected a duration with its unit, such as ${text}s`
        : `expected a duration such as 60s or 5m, found ${JSON.stringify(text)}`,
    );
    return z.NEVER;
  });

const bounded = (from: number, to: number, words: string) =>
  Duration.refine((ms) => ms >= from && ms <= to, `expected a duration ${words}`);

const Size = z.string('expected a size such as 8GB').transform((text, context) => {
  const bytes = parseSize(text);
  if (bytes !== null && bytes > 0) return bytes;
  context.addIssue(`expected a size such as 8GB or 500MB, found ${JSON.stringify(text)}`);
  return z.NEVER;
});

const whole = (from: number, to: number) => {
  const words = `expected a whole number from ${from} to ${to}`;
  return z.int(words).min(from, words).max(to, words);
};

const Port = whole(1, 65_535);
const Name = z.string('expected a text').min(1, 'expected a text').max(128, 'expected at most 128 characters');

/** `host:port`, an IPv6 host in brackets. */
const ModbusAddress = z.string('expected an address such as 10.20.0.5:502').transform((text, context) => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const port = Number(match?.[3] ?? 502);
  const host = match?.[1] ?? match?.[2];
  if (host && port >= 1 && port <= 65_535 && !isBrokenIpv4(host)) return { host, port };
  context.addIssue(`expected an address such as 10.20.0.5:502, found ${JSON.stringify(text)}`);
  return z.NEVER;
});

/** Four numbers with dots that are no address: a slip of the pen, not a host name. */
function isBrokenIpv4(host: string): boolean {
  return /^[\d.]+$/.test(host) && !z.ipv4().safeParse(host).success;
}

const Unit = whole(0, 255);
const Profile = Name;

/** What tells a transformer's temperatures; its values travel with those of the transformer's meter. */
export const MonitorEntry = z.object({ address: ModbusAddress, unit: Unit.default(1), profile: Profile });

export const TransformerEntry = z.object({
  id: TransformerId,
  rated_kva: z.number('expected a number of kVA').positive('expected a number above 0').optional(),
  monitor: MonitorEntry.optional(),
});

export const LayoutEntry = z.object({
  rows: whole(1, 1000),
  columns: whole(1, 1000),
  order: z.enum(['row', 'column', 'snake'], 'expected row, column or snake').default('row'),
});

/** `http://HOST[:PORT]` and nothing behind it. */
const ControllerUrl = z.string('expected a URL such as http://10.21.0.1').transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url?.pathname === '/' && !/[?#@]/.test(text);
  if (url?.protocol === 'http:' && bare && url.hostname !== '' && !isBrokenIpv4(url.hostname))
    return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? 80 : Number(url.port) };
  context.addIssue(`expected a URL such as http://10.21.0.1, found ${JSON.stringify(text)}`);
  return z.NEVER;
});

const CoolantEntry = z
  .union(
    [
      z.enum(COOLANT_NAMES).transform((name): Coolant => COOLANTS[name]),
      z
        .strictObject({ density: z.number().min(500).max(2000), heat_capacity: z.number().min(0.5).max(6) })
        .transform((own): Coolant => ({ density: own.density, heatCapacity: own.heat_capacity })),
    ],
    `expected ${COOLANT_NAMES.join(', ')}, or { density: 1038, heat_capacity: 3.72 } in kg/m³ and kJ/(kg K)`,
  )
  .default(COOLANTS.water);

/** Over Modbus `address`, `unit` and `profile`; over HTTP `url`. */
export const CoolingEntry = z.object({
  address: ModbusAddress.optional(),
  unit: Unit.default(1),
  profile: Profile.optional(),
  url: ControllerUrl.optional(),
  pressure_unit: z.enum(PRESSURE_UNITS, `expected ${PRESSURE_UNITS.join(', ')}`).optional(),
  coolant: CoolantEntry,
});

export type CoolingEntry = z.infer<typeof CoolingEntry>;

export const ContainerEntry = z.object({
  id: ContainerId,
  model: Name.optional(),
  transformer: TransformerId.optional(),
  miners: whole(0, 10_000),
  range: z.string('expected a range such as 10.20.1.1-10.20.2.52, or a CIDR').optional(),
  pattern: z.string('expected a pattern such as 10.20.{container}.{position}').optional(),
  addresses: z.object({ file: Name }, 'expected a file such as { file: positions.csv }').optional(),
  port: Port.default(4028),
  layout: LayoutEntry.optional(),
  cooling: CoolingEntry.optional(),
});
export type ContainerEntry = z.infer<typeof ContainerEntry>;

export const MeterEntry = z.object({
  id: MeterId,
  transformer: TransformerId.optional(),
  address: ModbusAddress,
  unit: Unit.default(1),
  profile: Profile,
  reversed: z.boolean('expected true or false').optional(),
  scaling: z
    .record(
      Name,
      z
        .tuple([z.number(), z.number()], 'expected both ends such as [0, 828]')
        .refine(([low, high]) => low < high, 'expected the lower end first: [0, 828]'),
      'expected scales such as { U: [0, 828], I: [0, 6000] }',
    )
    .optional(),
});

export const PollEntry = z.object({
  interval: bounded(100, 86_400_000, 'from 100ms to 24h').default(60_000),
  cooling: bounded(100, 86_400_000, 'from 100ms to 24h').optional(),
  meters: bounded(100, 86_400_000, 'from 100ms to 24h').optional(),
  timeout: bounded(100, 60_000, 'from 100ms to 60s').default(3000),
  concurrency: whole(1, 4096).default(256),
  spread: z.union([z.literal(0), Duration]).optional(),
  counters_every: whole(1, 60).default(5),
});

const SiteEntry = z.object({
  project: ProjectId,
  name: Name.optional(),
  time_zone: z
    .string('expected a time zone such as Asia/Qatar')
    .refine(isTimeZone, 'expected a time zone such as Asia/Qatar')
    .default('UTC'),
});

const HubEntry = z.object({
  url: z.url({ protocol: /^https?$/, error: 'expected an address such as https://hub.example.com' }).optional(),
  ca: Name.optional(),
});

/** Ranges that are a site's own: nothing on the internet reaches them. */
const OWN_NETWORKS = new Set(['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat', 'loopback']);

const LocalEntry = z
  .object({
    port: whole(0, 65_535).default(8081),
    listen: z
      .string('expected an address of this machine such as 10.20.0.5')
      .refine(
        (text) => ipaddr.IPv4.isValidFourPartDecimal(text) && OWN_NETWORKS.has(ipaddr.parse(text).range()),
        "expected an address of this machine on the site's network such as 10.20.0.5",
      )
      .optional(),
    code: z
      .string('expected the file with the code such as file:/etc/hearst-agent/code')
      .regex(/^file:\/.+/, 'expected the file with the code such as file:/etc/hearst-agent/code')
      .optional(),
  })
  .refine(({ listen, code }) => listen === undefined || code !== undefined, {
    path: ['code'],
    message: 'expected the file with the six-digit code such as file:/etc/hearst-agent/code',
  });
const Ranges = z
  .array(z.string('expected a range such as 10.20.0.0/16'), 'expected a list of ranges such as [10.20.0.0/16]')
  .default([]);

/** What a sweep looks at besides the addresses the site names. */
export const NetworksEntry = z.object({
  ranges: Ranges,
  exclude: Ranges,
  rate: whole(1, 100_000).default(500),
});

const list = <T extends z.ZodType>(entry: T, name: string) => z.array(entry, `expected a list of ${name}`).default([]);

export const SiteFile = z.object({
  version: z.literal(1, 'expected version 1'),
  site: SiteEntry,
  hub: HubEntry.default({}),
  poll: PollEntry.prefault({}),
  transformers: list(TransformerEntry, 'transformers'),
  containers: list(ContainerEntry, 'containers'),
  meters: list(MeterEntry, 'meters'),
  networks: NetworksEntry.prefault({}),
  outbox: z.object({ folder: Name.optional(), max_size: Size.optional() }).default({}),
  local: LocalEntry.prefault({}),
  mode: z.literal('monitor', 'expected monitor').default('monitor'),
});
export type SiteFile = z.infer<typeof SiteFile>;

/** Whether this machine knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A key that the schema does not know, with the keys it could have been. */
export interface UnknownKey {
  path: (string | number)[];
  known: string[];
}

/** Every key of `value` that `schema` does not know, at any depth. */
export function unknownKeys(schema: z.core.$ZodType, value: unknown, path: (string | number)[] = []): UnknownKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, i) => unknownKeys(inner.element, item, [...path, i]));
  }
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const shape = inner.shape as Record<string, z.core.$ZodType>;
  return Object.entries(value).flatMap(([key, item]) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return known
      ? unknownKeys(known, item, [...path, key])
      : [{ path: [...path, key], known: Object.keys(shape).filter((name) => !Object.hasOwn(value, name)) }];
  });
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)
    inner = inner.unwrap();
  return inner;
}
