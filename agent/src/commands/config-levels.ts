import { driversOf } from '../agent.ts';
import { eachAtOnce } from '../at-once.ts';
import type { Site } from '../config/site.ts';
import { enrolmentFacts } from '../doctor/probes/enrolment.ts';
import { hubFacts } from '../doctor/probes/hub.ts';
import { networkFacts } from '../doctor/probes/network.ts';
import { readLoop } from '../drivers/cooling/read.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import type { MinerSource } from '../poller/sources.ts';
import type { Problem } from './command.ts';
import { problemOfDevice } from './device-problem.ts';

/** How deep a site file is checked; each level contains those before it. */
export const LEVELS = ['syntax', 'schema', 'network', 'device'] as const;
export type Level = (typeof LEVELS)[number];
export type LevelOutcome = 'ok' | 'failed' | 'not_checked';

/** Miners tried of a container until one answers. */
const TRIES = 4;
const AT_ONCE = 32;

/** Routes to every device, and the way to the hub. */
export async function checkNetwork(site: Site, dataFolder: string): Promise<Problem[]> {
  const { unrouted, addresses } = networkFacts(site);
  const { target } = enrolmentFacts(dataFolder, site.project, site.hubUrl);
  const problems: Problem[] = unrouted.map((device) => ({
    code: 'E3302',
    what: `no route leads to ${device}`,
    where: 'this machine',
    cause:
      addresses.length === 0
        ? 'this machine is on no network'
        : 'its network is not connected here, or there is no gateway',
    next: `ip route get ${device.split(' ')[1] ?? ''}`,
  }));
  if (target === null) {
    const what = 'the hub was not tried: neither the site file nor an enrolment names it';
    return [
      ...problems,
      { code: 'W1320', what, where: 'hub.url', cause: null, next: 'Add hub.url, or enrol: hearst-agent enrol' },
    ];
  }
  const { dns, tls, http, broker, url } = await hubFacts(target);
  const step = (code: string, what: string, detail: string, next: string): Problem => ({
    code,
    what,
    where: url,
    cause: detail || null,
    next,
  });
  const { hostname } = new URL(url);
  if (!dns.ok)
    return [...problems, step('E3404', "the hub's name is not known", dns.detail, `getent hosts ${hostname}`)];
  if (tls && !tls.ok)
    problems.push(step('E3405', "the hub's certificate is not trusted", tls.detail, 'Tell headquarters'));
  if (!http.ok) problems.push(step('E3407', 'the hub does not answer', http.detail, `curl -v ${url}/healthz`));
  if (broker && !broker.ok)
    problems.push(
      step('E3409', 'the broker cannot be reached', broker.detail, 'Ask headquarters whether the port is open'),
    );
  return problems;
}

/** One real reading: of a miner in every container, of every cooling controller, of every meter. */
export async function checkDevices(site: Site, profiles: Profiles): Promise<Problem[]> {
  const { miners, modbus, antspace } = driversOf(site, profiles);
  const loops = site.containers.flatMap(({ id, cooling }) => (cooling ? [{ id: `${id} cooling`, cooling }] : []));
  const monitors = site.meters.flatMap(({ id, monitor }) => (monitor ? [{ id: `${id} monitor`, monitor }] : []));
  const jobs: (() => Promise<Problem | null>)[] = [
    ...site.containers.map((container) => () => anyMiner(miners, container)),
    ...loops.map(
      ({ id, cooling }) =>
        () =>
          triedOnce(id, () => readLoop(cooling, { modbus, antspace })),
    ),
    ...site.meters.map(
      ({ id, address, unit, profile, options }) =>
        () =>
          triedOnce(id, () => modbus.read(address, unit, profile, undefined, options)),
    ),
    ...monitors.map(
      ({ id, monitor: { address, unit, profile } }) =>
        () =>
          triedOnce(id, () => modbus.read(address, unit, profile)),
    ),
  ];
  const problems = await eachAtOnce(jobs, AT_ONCE, (job) => job());
  return problems.flatMap((problem) => problem ?? []);
}

/** Null as soon as one of a few miners, spread over the container, gave a reading; else what the last one said. */
async function anyMiner(
  driver: MinerSource,
  { id, addresses, port }: Site['containers'][number],
): Promise<Problem | null> {
  const step = Math.max(1, Math.floor(addresses.length / TRIES));
  const tried = addresses.filter((_, i) => i % step === 0).slice(0, TRIES);
  let problem: Problem | null = null;
  for (const host of tried) {
    problem = await triedOnce(id, () => driver.read({ host, port }, { summary: false, pools: false, version: false }));
    if (problem === null) return null;
  }
  return (
    problem && { ...problem, what: `none of ${tried.length} miners tried gave a reading; the last: ${problem.what}` }
  );
}

async function triedOnce(device: string, read: () => Promise<unknown>): Promise<Problem | null> {
  try {
    await read();
    return null;
  } catch (error) {
    return problemOfDevice(error, device);
  }
}
