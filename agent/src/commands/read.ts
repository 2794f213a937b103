import { didYouMean, METRICS, type MetricName, minerIdOf, safeText, type Values } from '@hearst/protocol';
import { type Container, minersOf, type Site } from '../config/site.ts';
import { CgminerDriver } from '../drivers/cgminer/driver.ts';
import type { DeviceAddress, MinerReading, ModbusReading } from '../drivers/driver.ts';
import { ModbusDriver } from '../drivers/modbus/driver.ts';
import { parseModbusTarget } from '../drivers/modbus/target.ts';
import { CommandFailure, EXIT, type Outcome, type Problem, type Surroundings } from './command.ts';
import { problemOfDevice } from './device-problem.ts';
import { openSite, profilesFor } from './site.ts';

const TIMEOUT_MS = 3000;
/** Miners asked at once when a whole container is read. */
const AT_ONCE = 64;

/** What `read --json` answers for one device. */
export interface DeviceData {
  /** `HOST:PORT`, `HOST:PORT/UNIT`, or a container's id. */
  device: string;
  model: string | null;
  firmware: string | null;
  metrics: Values;
  repaired: string[];
}

/**
 * `read TARGET`: one device, now. `ADDRESS[:PORT]` is a miner and `modbus://...` a Modbus device, neither of which
 * any file need mention; anything else is an id of the site file (container, miner, meter).
 */
export async function read(surroundings: Surroundings, target: string): Promise<Outcome> {
  if (target.startsWith('modbus:')) return readModbus(surroundings, modbusTarget(target), null);
  const address = minerAddress(target);
  return address ? readMiner(address, null) : readById(surroundings, target);
}

function modbusTarget(text: string): ReturnType<typeof parseModbusTarget> {
  try {
    return parseModbusTarget(text);
  } catch (error) {
    throw usage((error as Error).message, 'Try: hearst-agent read "modbus://10.20.0.5:502/1?profile=schneider-pm5xxx"');
  }
}

/** `10.20.1.7`, `10.20.1.7:4028`, `[fd00::7]:4028`, `miner7.site.lan`; null for what looks like an id. */
function minerAddress(text: string): DeviceAddress | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9A-Za-z.-]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (!host || (match?.[3] === undefined && !match?.[1] && !host.includes('.') && host !== 'localhost')) return null;
  const port = Number(match?.[3] ?? 4028);
  if (port < 1 || port > 65_535 || (/^[\d.]+$/.test(host) && !isIpv4(host))) {
    throw usage(`${JSON.stringify(text)} is no address`, 'Try: hearst-agent read 10.20.1.7   or 10.20.1.7:4028');
  }
  return { host, port };
}

function isIpv4(host: string): boolean {
  const octets = host.split('.');
  return octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
}

async function readMiner(address: DeviceAddress, id: string | null): Promise<Outcome> {
  const device = `${address.host}:${address.port}`;
  let reading: MinerReading;
  try {
    reading = await minerDriver(TIMEOUT_MS).read(address, { summary: true, pools: true, version: true });
  } catch (error) {
    return silent(problemOfDevice(error, id ?? device));
  }
  const { identity, pool, status, repaired, values, definition } = reading;
  const heading = [
    `${id ? `${id}  ` : ''}${device}   ${status}`,
    ...facts({
      model: identity.model,
      firmware: identity.firmware,
      serial: identity.serial,
      mac: identity.mac,
      pool: pool && [pool.url, pool.worker, pool.state].filter(Boolean).join('  '),
      'read as': definition,
      repaired: repaired.length > 0 ? repaired.join(', ') : null,
    }),
  ];
  return answered(
    { device, model: safeText(identity.model), firmware: safeText(identity.firmware), metrics: values, repaired },
    heading,
  );
}

async function readModbus(
  surroundings: Surroundings,
  target: ReturnType<typeof parseModbusTarget>,
  id: string | null,
): Promise<Outcome> {
  const profiles = profilesFor(surroundings);
  const { address, unit, profile } = target;
  if (!profiles.get(profile)) throw usage(profiles.explain(profile), `Known profiles: ${profiles.ids().join(', ')}`);
  const device = `${address.host}:${address.port}/${unit}`;
  let reading: ModbusReading;
  try {
    reading = await new ModbusDriver({ deadlineMs: TIMEOUT_MS, profiles }).read(address, unit, profile);
  } catch (error) {
    return silent(problemOfDevice(error, id ?? device));
  }
  const problems = reading.implausible.map(
    ({ metric, value }): Problem => ({
      code: 'W2111',
      what: `${metric} reads ${value}, which cannot be true, and counts as unknown`,
      where: device,
      cause: 'a failed sensor, or a wrong scale, type or word order in the profile',
      next: `Compare with the device's display, then correct the profile ${profile}`,
    }),
  );
  const heading = [`${id ? `${id}  ` : ''}${device}   profile ${reading.definition}`];
  return answered({ device, model: null, firmware: null, metrics: reading.values, repaired: [] }, heading, problems);
}

/** An id of the site file. */
async function readById(surroundings: Surroundings, text: string): Promise<Outcome> {
  const { site } = openSite(surroundings);
  const id = text.toUpperCase();
  const container = site.containers.find((entry) => entry.id === id || id.startsWith(`${entry.id}-M`));
  if (container?.id === id) return readContainer(surroundings, site, container);
  const position = container ? container.addresses.findIndex((_, i) => minerIdOf(container.id, i + 1) === id) : -1;
  if (container && position >= 0) return readMiner({ host: container.addresses[position]!, port: container.port }, id);
  const meter = site.meters.find((entry) => entry.id === id);
  if (meter) return readModbus(surroundings, meter, id);
  const near = didYouMean(
    id,
    [...site.containers, ...site.meters].map((entry) => entry.id),
  );
  throw usage(
    `${text} is neither an address nor an id of the site file`,
    near
      ? `Did you mean ${near}?`
      : `Known: ${site.containers.length} containers, ${minersOf(site)} miners, ${site.meters.length} meters; see: hearst-agent config show`,
  );
}

/** A container: its cooling loop, and sums over the miners that answered. */
async function readContainer(surroundings: Surroundings, site: Site, container: Container): Promise<Outcome> {
  const problems: Problem[] = [];
  const readings = await readAll(container, site.poll.timeoutMs, problems);
  const metrics: Values = {};
  const { cooling } = container;
  if (cooling) {
    const driver = new ModbusDriver({ deadlineMs: site.poll.timeoutMs, profiles: profilesFor(surroundings) });
    try {
      Object.assign(metrics, (await driver.read(cooling.address, cooling.unit, cooling.profile)).values);
    } catch (error) {
      problems.unshift(problemOfDevice(error, `${container.id} cooling`));
    }
  }
  metrics.hashrate_ths = sum(readings, 'hashrate_ths');
  metrics.power_w = sum(readings, 'power_w');
  const statuses = Map.groupBy(readings, ({ status }) => status);
  const heading = [
    `${container.id}   ${readings.length} of ${container.addresses.length} miners answer`,
    ...facts({
      model: container.model,
      miners: [...statuses].map(([status, group]) => `${group.length} ${status}`).join(', ') || null,
      cooling: cooling && `${cooling.address.host}:${cooling.address.port}/${cooling.unit} ${cooling.profile}`,
    }),
  ];
  const repaired = [...new Set(readings.flatMap((reading) => reading.repaired))];
  const data = { device: container.id, model: container.model, firmware: null, metrics, repaired };
  const outcome = answered(data, heading, problems);
  if (problems.length === 0) return outcome;
  return { ...outcome, code: readings.length === 0 ? EXIT.failed : EXIT.degraded };
}

/** Every miner of a container once, `AT_ONCE` at a time; the silent ones become problems. */
async function readAll(
  { id, addresses, port }: Container,
  timeoutMs: number,
  problems: Problem[],
): Promise<MinerReading[]> {
  const driver = minerDriver(timeoutMs);
  const readings: MinerReading[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < addresses.length) {
      const i = next++;
      try {
        readings.push(
          await driver.read({ host: addresses[i]!, port }, { summary: false, pools: false, version: false }),
        );
      } catch (error) {
        problems.push(problemOfDevice(error, minerIdOf(id, i + 1)));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return readings;
}

const minerDriver = (timeoutMs: number): CgminerDriver =>
  new CgminerDriver({ deadlineMs: timeoutMs, connectTimeoutMs: Math.min(1500, timeoutMs) });

/** The sum over those that gave the metric; null when none did. */
function sum(readings: readonly MinerReading[], metric: MetricName): number | null {
  const values = readings.flatMap(({ values: given }) => given[metric] ?? []);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}

function answered(data: DeviceData, heading: string[], problems: Problem[] = []): Outcome {
  return { code: EXIT.ok, data, problems, text: [...heading, '', ...metricTable(data.metrics)].join('\n') };
}

function silent(problem: Problem): Outcome {
  return { code: EXIT.failed, data: null, problems: [problem], text: '' };
}

function facts(given: Record<string, string | null | undefined>): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const text = safeText(value);
    return text === null ? [] : [`  ${name.padEnd(9)} ${text}`];
  });
}

/** One metric a line, in the catalogue's order, with its unit; what the device did not give says so. */
function metricTable(values: Values): string[] {
  return (Object.keys(METRICS) as MetricName[]).flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    const { label, unit } = METRICS[name];
    const text = value === null ? 'unknown' : String(Math.round(value * 1000) / 1000);
    return [`  ${name.padEnd(23)} ${text.padStart(12)} ${value === null ? '' : unit.padEnd(7)} ${label.en}`.trimEnd()];
  });
}

function usage(what: string, next: string): CommandFailure {
  return new CommandFailure(EXIT.usage, { code: 'E1001', what, where: '', cause: null, next });
}
