import type { Plan, SlotPlan, SlotState } from '../inventory/plan.ts';
import type { InventoryDevice } from '../inventory/store.ts';
import type { Problem } from './command.ts';
import { grouped } from './progress.ts';

/** How many of a long list are told; the rest is counted. */
const MOST_TOLD = 12;

export interface PlanCounts {
  places: number;
  placed: number;
  replaced: number;
  moved: number;
  contested: number;
  absent: number;
  unseen: number;
  strangers: number;
  duplicates: number;
  unreadable: number;
  modbus: { expected: number; answering: number };
}

export function countsOf(plan: Plan): PlanCounts {
  const of = (state: SlotState): number => plan.slots.filter((slot) => slot.state === state).length;
  return {
    places: plan.slots.length,
    placed: of('placed'),
    replaced: of('replaced'),
    moved: of('moved'),
    contested: of('contested'),
    absent: of('absent'),
    unseen: of('unseen'),
    strangers: plan.strangers.length,
    duplicates: plan.duplicates.length,
    unreadable: plan.unreadable.length,
    modbus: {
      expected: plan.modbus.filter(({ state }) => state !== 'unseen').length,
      answering: plan.modbus.filter(({ state }) => state === 'answers').length,
    },
  };
}

/** One line of what came of it: `58 containers, 17 848 miners placed, 16 absent, 0 duplicates`. */
export function planLine(plan: Plan): string {
  const { placed, replaced, moved, absent, duplicates, contested, strangers } = countsOf(plan);
  const containers = new Set(plan.slots.filter(({ state }) => state !== 'unseen').map(({ container }) => container));
  return [
    many(containers.size, 'container'),
    `${grouped(placed + replaced + moved)} miners placed`,
    `${grouped(absent)} absent`,
    `${duplicates + contested} double`,
    ...(strangers > 0 ? [many(strangers, 'stranger')] : []),
  ].join(', ');
}

/** Container by container: those with something to tell one by one, the rest counted. At most 80 columns. */
export function containerTable(plan: Plan): string[] {
  const seen = Map.groupBy(
    plan.slots.filter(({ state }) => state !== 'unseen'),
    ({ container }) => container,
  );
  if (seen.size === 0) return [];
  const rows = [...seen].map(([container, slots]) => ({ container, slots, whole: slots.every(isPlaced) }));
  const odd = rows.filter(({ whole }) => !whole);
  const shown = rows.length <= MOST_TOLD ? rows : odd.slice(0, 2 * MOST_TOLD);
  const whole = rows.length - odd.length;
  const hidden = rows.length - shown.length - (rows.length <= MOST_TOLD ? 0 : whole);
  return [
    `${'container'.padEnd(14)} ${['places', 'placed', 'absent', 'other'].map((name) => name.padStart(7)).join(' ')}`,
    ...shown.map(({ container, slots }) => {
      const placed = slots.filter(isPlaced).length;
      const absent = slots.filter(({ state }) => state === 'absent').length;
      const figures = [slots.length, placed, absent, slots.length - placed - absent];
      return `${container.padEnd(14)} ${figures.map((n) => String(n).padStart(7)).join(' ')}`;
    }),
    ...(shown.length < rows.length && whole > 0 ? [`${whole} more, every place answers`] : []),
    ...(hidden > 0 ? [`${hidden} more with something to look at`] : []),
  ];
}

const isPlaced = ({ state }: SlotPlan): boolean => state === 'placed';

/** What does not fit, each kind once, in four parts. */
export function planProblems(plan: Plan): Problem[] {
  const of = (state: SlotState): SlotPlan[] => plan.slots.filter((slot) => slot.state === state);
  const found: [code: string, list: string[], what: (n: number) => string, cause: string, next: string][] = [
    [
      'W2301',
      of('absent').map(({ id }) => id),
      (n) => `${many(n, 'place')} without a miner that answers`,
      'off, not there, on another address, or behind a switch that is down',
      'hearst-agent inventory diff',
    ],
    [
      'W2302',
      plan.strangers.map(whereabouts),
      (n) => `${many(n, 'device')} with no place here`,
      "new, moved, or another site's",
      'Give it a place: hearst-agent inventory export, fill it in, inventory import',
    ],
    [
      'W2303',
      plan.duplicates.map(({ by, value, devices }) => `${by} ${value} at ${devices.map(({ ip }) => ip).join(' and ')}`),
      (n) => `${many(n, 'serial or MAC', 'serials or MACs')} at more than one address`,
      'an address that changed during the sweep, or a control board with a copied identity',
      'Sweep these addresses again; if it stays, look at the label of each',
    ],
    [
      'W2304',
      plan.contested.map(({ slot, devices }) => `${slot.id} by ${devices.map(({ ip }) => ip).join(' and ')}`),
      (n) => `${many(n, 'place')} claimed by two devices`,
      'a table that was filled in before a device was exchanged',
      'Correct the table and import it again; until then nobody is believed',
    ],
    [
      'W2305',
      of('replaced').map(({ id, device }) => `${id} now ${device?.serial ?? device?.mac}`),
      (n) => `${many(n, 'place')} with another device than its table names`,
      'exchanged hardware',
      'Correct serial and MAC in the table',
    ],
    [
      'W2306',
      plan.unreadable.map((device) => `${whereabouts(device)} ${device.problem}`),
      (n) => `${many(n, 'device')} answer and cannot be read`,
      'a firmware or profile that is not known yet, or an access list',
      `hearst-agent read ${plan.unreadable[0]?.ip ?? 'ADDRESS'}`,
    ],
    [
      'W2307',
      plan.modbus.filter(({ state }) => state === 'absent').map(({ id, ip }) => `${id} ${ip}`),
      (n) => `${many(n, 'Modbus device')} of the site file not answering`,
      'off, another address or port, or all its connections are taken',
      'hearst-agent inventory diff',
    ],
    [
      'W2308',
      of('moved').map(({ id, ip, device }) => `${id} ${ip} to ${device?.ip}`),
      (n) => `${many(n, 'miner')} at another address than its table names`,
      'a new lease of the DHCP server',
      'Correct the ip in the table: the agent polls the address that stands there',
    ],
  ];
  return found.flatMap(([code, list, what, cause, next]) =>
    list.length === 0 ? [] : [{ code, what: what(list.length), where: shortList(list), cause, next }],
  );
}

const many = (n: number, one: string, more = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : more}`;

function whereabouts({ kind, ip, port, unit }: InventoryDevice): string {
  return kind === 'miner' ? ip : `${ip}:${port}/${unit}`;
}

function shortList(list: readonly string[]): string {
  const most = list.length > 4 ? 3 : 4;
  const more = list.length - most;
  return list.slice(0, most).join(', ') + (more > 0 ? ` and ${grouped(more)} more` : '');
}

/** What does not fit, all of it, one line each. */
export function diffLines(plan: Plan): string[] {
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : [`${title} (${grouped(lines.length)})`, ...lines.map((line) => `  ${line}`), ''];
  const of = (state: SlotState): SlotPlan[] => plan.slots.filter((slot) => slot.state === state);
  const said = ({ model, serial, mac }: InventoryDevice): string =>
    [model ?? 'not recognised', serial ?? mac].filter((text) => text !== null).join('  ');
  return [
    ...section(
      'absent',
      of('absent').map(({ id, ip, answer }) => `${id.padEnd(16)} ${(ip ?? 'no address').padEnd(15)} ${answer ?? ''}`),
    ),
    ...section(
      'never looked at',
      of('unseen').map(({ id, ip }) => `${id.padEnd(16)} ${ip ?? 'no address'}`),
    ),
    ...section(
      'strangers',
      plan.strangers.map((device) => `${whereabouts(device).padEnd(22)} ${said(device)}`),
    ),
    ...section(
      'one identity, several addresses',
      plan.duplicates.map(({ by, value, devices }) => `${by} ${value}: ${devices.map(({ ip }) => ip).join(', ')}`),
    ),
    ...section(
      'one place, several devices',
      plan.contested.map(({ slot, devices }) => `${slot.id.padEnd(16)} ${devices.map(({ ip }) => ip).join(', ')}`),
    ),
    ...section(
      'another device than listed',
      of('replaced').map(
        ({ id, serial, mac, device }) => `${id.padEnd(16)} ${serial ?? mac} is now ${device?.serial ?? device?.mac}`,
      ),
    ),
    ...section(
      'at another address than listed',
      of('moved').map(({ id, ip, device }) => `${id.padEnd(16)} ${ip} is now ${device?.ip}`),
    ),
    ...section(
      'answer, cannot be read',
      plan.unreadable.map((device) => `${whereabouts(device).padEnd(22)} ${device.problem}`),
    ),
    ...section(
      'Modbus devices not answering',
      plan.modbus
        .filter(({ state }) => state === 'absent' || state === 'unseen')
        .map(({ id, ip, port, unit, state }) => `${id.padEnd(20)} ${`${ip}:${port}/${unit}`.padEnd(22)} ${state}`),
    ),
  ];
}
