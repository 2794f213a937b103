import { join } from 'node:path';
import { type Credential, ProjectId } from '@hearst/protocol';
import { isTimeZone } from '../../config/schema.ts';
import { type Draft, siteFileText } from '../../draft/draft.ts';
import { type DeviceRun, fitted, runsOf } from '../../draft/fitting.ts';
import type { Profiles } from '../../drivers/modbus/profile.ts';
import { mergeScan } from '../../inventory/merge.ts';
import { planOf } from '../../inventory/plan.ts';
import { type Inventory, saveInventory } from '../../inventory/store.ts';
import { CommandFailure, EXIT, type Surroundings } from '../command.ts';
import { rowsOf, tableOf } from '../plan-table.ts';
import { grouped, showProgress } from '../progress.ts';
import { profilesFor, type SiteContext, siteFileOf } from '../site.ts';
import { sweepSite } from '../sweep-site.ts';
import { type Asking, Left, noSiteFile, Unusable } from './asking.ts';
import { inventoryOf } from './discovery.ts';
import { foundParts, previewLines } from './found.ts';
import { askNetworks, type Swept } from './networks.ts';
import { askPlaces, missingPlaces, PLACE_ANSWERS, type Places } from './places.ts';
import { askPlant, numberOf, PLANT_ANSWERS } from './plant.ts';
import { agreed, keepBefore, planned, written } from './proposal.ts';
import { hashOf, keepState, type SetupState } from './state.ts';
import { stepHead, tellStep } from './steps.ts';

export interface AttendedRequest {
  folder: string;
  credential: Credential;
  state: SetupState;
  asking: Asking;
  /** `--new-site-file`: one that is there is moved aside. */
  replace: boolean;
}

/** Where nobody is here: throws CommandFailure for flags that are missing or name no networks, before a token is used. */
export async function checkAnswers(around: Surroundings, asking: Asking): Promise<void> {
  if (asking.line) return;
  const flags = [...(asking.known('networks') === undefined ? ['--networks'] : []), ...missingPlaces(asking)];
  if (flags.length > 0) throw noSiteFile(flags, siteFileOf(around));
  await askNetworks(asking);
}

/**
 * Steps 3 and 4 without a site file: sweeps what it is told to, asks where the things stand that answered, and writes the
 * site file once somebody has agreed to it. Null when it was interrupted. Throws CommandFailure, Left.
 */
export async function attended(around: Surroundings, request: AttendedRequest): Promise<SiteContext | null> {
  const { folder, asking, credential } = request;
  const profiles = profilesFor(around);
  const prefix = await prefixOf(asking, credential.project);
  const found = await sweep(around, request, profiles);
  if (!found) return null;
  const { inventory, swept, before } = found;
  const answering = inventory.devices.filter(({ answers }) => answers);
  const miners = answering.filter(({ kind }) => kind === 'miner').map(({ ip }) => ip);
  const gateways = inventory.closed.filter(({ answer }) => answer === 'gateway');
  const runs = await readable(around, runsOf(answering, numberOf), profiles);
  tellStep(around, 'Discovery', 'ok', foundParts(inventory, runs, before));
  for (;;) {
    const places = await agreedPlaces(around, asking, { miners, prefix });
    if (places === 'later') {
      asking.forget(['place-by']);
      throw later(folder, inventory, miners.length);
    }
    const { containers, words: placing, layout } = places;
    const plant = await askPlant(asking, { runs, gateways, containers, profiles, port: swept.modbusPort });
    const draft: Draft = {
      ...{ project: credential.project, prefix, hub: credential.hub, at: new Date().toISOString() },
      ...{ timeZone: await timeZone(asking), ranges: swept.ranges, exclude: swept.exclude, minerPort: swept.minerPort },
      ...{ containers, placing, layout, ...plant },
    };
    const text = siteFileText(draft);
    const plan = planned(text, places, { inventory, profiles });
    if (plan instanceof CommandFailure) {
      if (!asking.line) throw plan;
      around.terminal.err(`${plan.outcome.diagnosis ?? plan.message}\n`);
    } else if (await agreed(around, asking, { draft, text, plan })) {
      return written(around, request, { text, places, plan });
    }
    asking.again([...PLACE_ANSWERS, ...PLANT_ANSWERS]);
  }
}

/** Sweeps until something answers; null when it was interrupted. `before`: when it had been done by an earlier run. */
async function sweep(
  around: Surroundings,
  { folder, asking, state }: AttendedRequest,
  profiles: Profiles,
): Promise<{ inventory: Inventory; swept: Swept; before: string | null } | null> {
  for (;;) {
    const swept = await askNetworks(asking);
    const networks = hashOf(JSON.stringify(swept));
    const before = inventoryOf(folder);
    if (state.sweep?.networks === networks && before.scanned_at !== null)
      return { inventory: before, swept, before: state.sweep.at };
    const result = await sweepSite(around, {
      ...{ site: null, profiles, inventory: before, head: stepHead('Discovery') },
      ...{ rate: undefined, width: undefined, timeoutMs: undefined },
      ...swept,
    });
    if (!result.complete) return null;
    if (result.devices.length > 0) {
      const inventory = mergeScan(before, result);
      saveInventory(folder, inventory);
      state.sweep = { networks, at: result.started_at };
      keepState(folder, state);
      return { inventory, swept, before: null };
    }
    const { minerPort, modbusPort, ranges } = swept;
    const what = `nobody answers at ${ranges.join(', ')}, ports ${minerPort} and ${modbusPort}`;
    if (!asking.line) throw nobody(what);
    asking.say(`! ${what}`);
    asking.forget(['networks']);
  }
}

function nobody(what: string): CommandFailure {
  return new CommandFailure(EXIT.failed, {
    code: 'E2411',
    what,
    where: '',
    cause: "another network, this server's cable, or devices that are off",
    next: 'ip -brief address   ip route   then name the right ones with --networks',
  });
}

/** Which profiles read what answers over Modbus. */
async function readable(
  around: Surroundings,
  groups: ReturnType<typeof runsOf>,
  profiles: Profiles,
): Promise<DeviceRun[]> {
  let tried = 0;
  const count = (): string => `trying profiles: ${tried} of ${groups.length} groups of Modbus devices`;
  const hide = showProgress(around, { lines: () => [`${stepHead('Discovery')}${count()}`], plain: count });
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    return await fitted(groups, profiles, stop.signal, () => tried++);
  } catch (error) {
    if (stop.signal.aborted) throw new Left();
    throw error;
  } finally {
    hide();
    process.off('SIGINT', onInterrupt);
  }
}

/** Places that somebody has seen and found right. */
async function agreedPlaces(
  around: Surroundings,
  asking: Asking,
  { miners, prefix }: { miners: readonly string[]; prefix: string },
): Promise<Places | 'later'> {
  for (;;) {
    const places = await askPlaces(asking, miners, prefix);
    if (places === 'later') return places;
    if (!around.quiet) around.terminal.err(`${previewLines(places.containers, miners).join('\n')}\n`);
    if (!asking.line) return places;
    if ((await asking.key('Is that so? Yes: Enter   answer again: a  ', ['', 'a'])) === '') return places;
    asking.again(PLACE_ANSWERS);
  }
}

/** What ids begin with: the project's own first part unless told. */
async function prefixOf(asking: Asking, project: string): Promise<string> {
  if (asking.known('prefix') === undefined) return project.replace(/-.*$/, '');
  return asking.of({
    name: 'prefix',
    text: 'What do ids begin with?',
    initial: null,
    take: (text) => {
      if (ProjectId.safeParse(`${text}-001`).success) return text.toUpperCase();
      throw new Unusable(`${text}: expected letters and digits such as QATAR`);
    },
  });
}

/** The site's; this server's own unless told. */
async function timeZone(asking: Asking): Promise<string> {
  if (asking.known('time-zone') === undefined) return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return asking.of({
    name: 'time-zone',
    text: 'Which time zone is the site in?',
    initial: null,
    take: (text) => {
      if (isTimeZone(text)) return text;
      throw new Unusable(`${text}: expected a time zone such as Asia/Qatar`);
    },
  });
}

/** Where the places are not known: what was found, as a table to fill in. */
function later(folder: string, inventory: Inventory, miners: number): CommandFailure {
  const file = join(folder, 'found.csv');
  keepBefore(file, tableOf(rowsOf(planOf(null, inventory))));
  return new CommandFailure(EXIT.degraded, {
    code: 'W2412',
    what: `${grouped(miners)} miners have no place yet; they are listed in a table`,
    where: file,
    cause: null,
    next: `Fill in container and position, then: hearst-agent setup --table ${file}`,
  });
}
