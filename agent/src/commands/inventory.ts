import { readFileSync } from 'node:fs';
import { ContainerId, didYouMean } from '@hearst/protocol';
import { formatIpv4 } from '../config/addresses.ts';
import { parsePositions } from '../config/positions.ts';
import type { Site } from '../config/site.ts';
import { type Plan, planOf } from '../inventory/plan.ts';
import { type HandPlacement, saveInventory } from '../inventory/store.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Problem, type Surroundings } from './command.ts';
import { mapText } from './inventory-map.ts';
import { openInventory } from './open-inventory.ts';
import { type PlanRow, rowsOf, tableOf } from './plan-table.ts';
import { countsOf, diffLines, planLine, planProblems } from './plan-text.ts';

export interface ListFlags {
  container: string | undefined;
  status: string | undefined;
}

export const declareInventory: Declare = (program, perform) => {
  const inventory = program.command('inventory').description('what stands where, as the last saved sweep left it');
  for (const [name, about, work] of [
    ['list', 'every place and every stranger', inventoryList],
    ['export', 'the miners as a CSV, which import and the site file read', inventoryExport],
  ] as const) {
    inventory
      .command(name)
      .description(about)
      .option('--container <id>', 'of this container alone')
      .option('--status <state>', 'placed, replaced, moved, contested, absent, unseen or stranger')
      .action(({ container, status }, command) => perform(command, (around) => work(around, { container, status })));
  }
  inventory
    .command('show')
    .argument('<what>', 'id, address, serial or MAC')
    .description('one place or device')
    .action((what, _options, command) => perform(command, (around) => inventoryShow(around, what)));
  inventory
    .command('map')
    .argument('<container>', 'QATAR-C12, or C12')
    .description("a container's places as they lie")
    .action((name, _options, command) => perform(command, (around) => inventoryMap(around, name)));
  inventory
    .command('diff')
    .description('what was found and does not fit, all of it')
    .action((_options, command) => perform(command, inventoryDiff));
  inventory
    .command('import')
    .argument('<file>', 'CSV: container, position, ip, serial, mac')
    .description('say who stands where')
    .action((file, _options, command) => perform(command, (around) => inventoryImport(around, file)));
};

/** `inventory list`: every place and every stranger, as the last saved sweep left it. */
export function inventoryList(around: Surroundings, flags: ListFlags): Outcome {
  const { plan, site, scannedAt } = open(around);
  const rows = filtered(rowsOf(plan), flags, site);
  const text = [
    line('place', 'address', 'state', 'serial', 'model'),
    ...rows.map(({ id, ip, state, serial, model }) => line(id ?? '-', ip ?? '-', state, serial ?? '-', model ?? '-')),
    '',
    `${rows.length} rows; swept ${scannedAt}`,
  ].join('\n');
  return { code: EXIT.ok, data: { scanned_at: scannedAt, rows }, problems: [], text };
}

const line = (...[place = '', address = '', state = '', serial = '', model = '']: string[]): string =>
  `${place.padEnd(17)} ${address.padEnd(15)} ${state.padEnd(9)} ${serial.slice(0, 18).padEnd(18)} ${model.slice(0, 17)}`.trimEnd();

/** `inventory export`: the same as a CSV that `inventory import` and the site file read. */
export function inventoryExport(around: Surroundings, flags: ListFlags): Outcome {
  const { plan, site, scannedAt } = open(around);
  const rows = filtered(rowsOf(plan), flags, site).filter(({ kind }) => kind === 'miner');
  return { code: EXIT.ok, data: { scanned_at: scannedAt, rows }, problems: [], text: tableOf(rows) };
}

/** `inventory show WHAT`: one place or device, by id, address, serial or MAC. */
export function inventoryShow(around: Surroundings, what: string): Outcome {
  const { plan } = open(around);
  const wanted = what.toLowerCase();
  const rows = rowsOf(plan).filter(({ id, ip, serial, mac }) =>
    [id, ip, serial, mac].some((text) => text?.toLowerCase() === wanted),
  );
  if (rows.length === 0)
    throw failure('E2316', `nothing in the inventory is called ${what}`, 'See: hearst-agent inventory list');
  const text = rows
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name.padEnd(10)} ${value ?? 'unknown'}`)
        .join('\n'),
    )
    .join('\n\n');
  return { code: EXIT.ok, data: rows, problems: [], text };
}

/** `inventory diff`: what was found and does not fit, all of it. */
export function inventoryDiff(around: Surroundings): Outcome {
  const { plan, scannedAt } = open(around);
  const problems = planProblems(plan);
  const lines = diffLines(plan);
  const text = [
    planLine(plan),
    `swept ${scannedAt}`,
    '',
    ...(lines.length > 0 ? lines : ['everything is where it should be']),
  ];
  const { slots, modbus, strangers, duplicates, contested, unreadable } = plan;
  const data = {
    scanned_at: scannedAt,
    counts: countsOf(plan),
    slots: slots.filter(({ state }) => state !== 'placed'),
    modbus: modbus.filter(({ state }) => state !== 'answers'),
    strangers,
    duplicates,
    contested,
    unreadable,
  };
  // People have it in the text already.
  return {
    code: problems.length > 0 ? EXIT.degraded : EXIT.ok,
    data,
    problems,
    text: text.join('\n').trimEnd(),
    diagnosis: '',
  };
}

/** `inventory map CONTAINER`: its places as they lie. */
export function inventoryMap(around: Surroundings, name: string): Outcome {
  const { plan, site } = open(around);
  const container = site.containers.find(({ id }) => id === containerOf(name, site));
  const slots = plan.slots.filter((slot) => slot.container === container?.id);
  const layout = container?.layout ?? null;
  const data = {
    container: container?.id,
    layout,
    slots: slots.map(({ position, state, device, ip }) => ({ position, state, ip, serial: device?.serial ?? null })),
  };
  return { code: EXIT.ok, data, problems: [], text: mapText(container?.id ?? name, slots, layout, around.terminal) };
}

/** `inventory import FILE`: a person says who stands where. All or nothing. */
export function inventoryImport(around: Surroundings, file: string): Outcome {
  const { folder, site, inventory } = openInventory(around, { mayLackSite: false });
  const { rows, faults } = parsePositions(textOf(file));
  const known = new Map(site?.containers.map(({ id, addresses }) => [id, addresses.length]));
  const problems = faults.map(({ line, what }): Problem => importProblem(file, line, what));
  const placed: HandPlacement[] = [];
  for (const { line, container, position, ip, serial, mac } of rows) {
    const places = known.get(container);
    if (places === undefined) problems.push(importProblem(file, line, `the site file has no container ${container}`));
    else if (position > places)
      problems.push(importProblem(file, line, `${container} has ${places} places, not ${position}`));
    else if (ip !== null || serial !== null || mac !== null)
      placed.push({ container, position, ip: ip === null ? null : formatIpv4(ip), serial, mac });
  }
  if (problems.length > 0) return { code: EXIT.failed, data: null, problems: problems.slice(0, 20), text: '' };
  const mine = new Set(placed.map(({ container, position }) => `${container} ${position}`));
  const kept = inventory.by_hand.filter(({ container, position }) => !mine.has(`${container} ${position}`));
  const fresh = { ...inventory, by_hand: [...kept, ...placed] };
  saveInventory(folder, fresh);
  const plan = planOf(site, fresh);
  const text = [
    `ok: ${placed.length} places taken from ${file}`,
    `  ${planLine(plan)}`,
    '  the agent polls what the site file says: name the table there, addresses: { file: ... }',
  ].join('\n');
  return { code: EXIT.ok, data: { imported: placed.length, counts: countsOf(plan) }, problems: [], text };
}

function importProblem(file: string, line: number, what: string): Problem {
  const next = 'Correct it and import again; nothing was changed';
  return { code: 'E2315', what, where: line > 0 ? `${file}:${line}` : file, cause: null, next };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw failure(
      'E2315',
      `the table cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      `Check: ls -l ${file}`,
      file,
    );
  }
}

function open(around: Surroundings): { plan: Plan; site: Site; scannedAt: string } {
  const { site, inventory } = openInventory(around, { mayLackSite: false });
  if (!site || inventory.scanned_at === null)
    throw failure('E2313', 'no sweep has been saved yet', 'Try: hearst-agent scan --save');
  return { plan: planOf(site, inventory), site, scannedAt: inventory.scanned_at };
}

/** `C12` and `qatar-c12` are `QATAR-C12`, where only one container can be meant. */
function containerOf(name: string, site: Site): string {
  const ids = site.containers.map(({ id }) => id);
  const wanted = name.toUpperCase();
  const matches = ids.filter((id) => id === wanted || id.endsWith(`-${wanted}`));
  if (matches.length === 1) return matches[0] as string;
  const near = didYouMean(ContainerId.safeParse(name).data ?? wanted, ids);
  throw failure(
    'E2316',
    `the site file has no container ${name}`,
    near ? `Did you mean ${near}?` : `There are ${ids.length}, ${ids[0]} to ${ids.at(-1)}`,
  );
}

function filtered(rows: readonly PlanRow[], { container, status }: ListFlags, site: Site): PlanRow[] {
  const id = container === undefined ? undefined : containerOf(container, site);
  return rows.filter(
    (row) => (id === undefined || row.container === id) && (status === undefined || row.state === status),
  );
}

function failure(code: string, what: string, next: string, where = ''): CommandFailure {
  return new CommandFailure(EXIT.failed, { code, what, where, cause: null, next });
}
