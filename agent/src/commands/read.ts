import { didYouMean, type MetricName, minerIdOf, type Values } from '@hearst/protocol';
import { eachAtOnce } from '../at-once.ts';
import { type Container, minersOf, type Site } from '../config/site.ts';
import { describeTarget, readLoop } from '../drivers/cooling/read.ts';
import type { DeviceAddress, MinerReading } from '../drivers/driver.ts';
import { type Declare, EXIT, type Outcome, type Problem, type Surroundings } from './command.ts';
import { problemOfDevice } from './device-problem.ts';
import { answered, facts, usage } from './device-text.ts';
import { minerDriver, readMiner } from './read-miner.ts';
import {
  antspaceTarget,
  balanceProblems,
  implausibleProblems,
  loopSources,
  modbusTarget,
  readController,
  readModbus,
} from './read-plant.ts';
import { openSite, profilesFor } from './site.ts';

export const declareRead: Declare = (program, perform) =>
  program
    .command('read')
    .argument(
      '<target>',
      'ADDRESS[:PORT] of a miner, modbus://HOST:PORT/UNIT?profile=NAME, antspace://HOST, or an id of the site file',
    )
    .description('read one thing now and print its values')
    .action((target, _options, command) => perform(command, (around) => read(around, target)));

/** Miners asked at once when a whole container is read. */
const AT_ONCE = 64;

/**
 * `read TARGET`: one device, now. `ADDRESS[:PORT]` is a miner, `modbus://...` a Modbus device and `antspace://HOST` a
 * container's controller, none of which any file need mention; anything else is an id of the site file (container, miner, meter).
 */
export async function read(surroundings: Surroundings, target: string): Promise<Outcome> {
  if (target.startsWith('modbus:')) return readModbus(surroundings, modbusTarget(target), null);
  if (target.startsWith('antspace:')) return readController(antspaceTarget(target));
  const address = minerAddress(target);
  return address ? readMiner(address, null) : readById(surroundings, target);
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
  const monitored = site.transformers.find((entry) => entry.id === id && entry.monitor);
  if (monitored?.monitor) return readModbus(surroundings, monitored.monitor, id);
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
    try {
      const reading = await readLoop(cooling, loopSources(site.poll.timeoutMs, profilesFor(surroundings)));
      Object.assign(metrics, reading.values);
      problems.unshift(...implausibleProblems(reading, `${container.id} cooling`));
    } catch (error) {
      problems.unshift(problemOfDevice(error, `${container.id} cooling`));
    }
  }
  metrics.hashrate_ths = sum(readings, 'hashrate_ths');
  metrics.power_w = sum(readings, 'power_w');
  problems.push(...balanceProblems(metrics, container.id));
  const statuses = Map.groupBy(readings, ({ status }) => status);
  const heading = [
    `${container.id}   ${readings.length} of ${container.addresses.length} miners answer`,
    ...facts({
      model: container.model,
      miners: [...statuses].map(([status, group]) => `${group.length} ${status}`).join(', ') || null,
      cooling: cooling && describeTarget(cooling),
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
  await eachAtOnce(addresses, AT_ONCE, async (host, i) => {
    try {
      readings.push(await driver.read({ host, port }, { summary: false, pools: false, version: false }));
    } catch (error) {
      problems.push(problemOfDevice(error, minerIdOf(id, i + 1)));
    }
  });
  return readings;
}

/** The sum over those that gave the metric; null when none did. */
function sum(readings: readonly MinerReading[], metric: MetricName): number | null {
  const values = readings.flatMap(({ values: given }) => given[metric] ?? []);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}
