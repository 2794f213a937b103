import { formatIpv4 } from '../../config/addresses.ts';
import { addressSpan } from '../../draft/draft.ts';
import type { DeviceRun } from '../../draft/fitting.ts';
import type { PlacedContainer } from '../../draft/placing.ts';
import { planOf } from '../../inventory/plan.ts';
import type { Inventory } from '../../inventory/store.ts';
import { grouped } from '../progress.ts';
import { modelsOf } from './discovery.ts';
import { shortened } from './place-answers.ts';

/** Containers that are shown one by one; of more, those with something to look at and the ends. */
const MOST_SHOWN = 12;

/** What a sweep without a site file found, for the line of its step. */
export function foundParts(inventory: Inventory, runs: readonly DeviceRun[], before: string | null): string[] {
  const { duplicates, unreadable } = planOf(null, inventory);
  const answering = inventory.devices.filter(({ answers }) => answers);
  const miners = answering.filter(({ kind }) => kind === 'miner').length;
  const modbus = answering.length - miners;
  const unread = runs.filter(({ fits }) => fits.length === 0).reduce((sum, { devices }) => sum + devices.length, 0);
  return [
    ...(before === null ? [] : [`swept before, ${before}`]),
    `${grouped(miners)} miners`,
    ...(miners > 0 ? modelsOf(inventory) : []),
    `${grouped(modbus)} Modbus devices`,
    ...(unread > 0 ? [`${grouped(unread)} of them read by no profile`] : []),
    ...(duplicates.length > 0 ? [`${grouped(duplicates.length)} double`] : []),
    ...(unreadable.length > 0 ? [`${grouped(unreadable.length)} not readable`] : []),
    ...(inventory.closed.length > 0 ? [`${grouped(inventory.closed.length)} ports where no device answers`] : []),
  ];
}

/** What places mean for the addresses that answer; at most 80 columns. */
export function previewLines(containers: readonly PlacedContainer[], miners: readonly string[]): string[] {
  const answering = new Set(miners);
  const rows = containers.map((container) => {
    const addresses = container.addresses.map(formatIpv4);
    return {
      container,
      answer: addresses.filter((ip) => answering.has(ip)).length,
      places: addresses.length,
      addresses,
    };
  });
  const placed = new Set(rows.flatMap(({ addresses }) => addresses));
  const outside = miners.filter((ip) => !placed.has(ip));
  const full = rows.length <= MOST_SHOWN;
  const odd = rows.filter(({ answer, places }, i) => answer < places || i === 0 || i === rows.length - 1);
  const shown = full ? rows : odd.slice(0, MOST_SHOWN);
  const hidden = rows.length - shown.length;
  const line = (id: string, span: string, places: string, answer: string): string =>
    `    ${id.padEnd(14)} ${span.padEnd(36)} ${places.padStart(7)} ${answer.padStart(7)}`;
  return [
    '',
    line('container', 'first and last place', 'places', 'answer'),
    ...shown.map(({ container, places, answer }) =>
      line(container.id, addressSpan(container), grouped(places), grouped(answer)),
    ),
    ...(hidden > 0
      ? [`    ${grouped(hidden)} more containers${odd.length > shown.length ? '' : ', every place answers'}`]
      : []),
    ...(outside.length > 0
      ? [`    ! ${grouped(outside.length)} that answer have no place so: ${shortened(outside, 2)}`]
      : []),
    '',
  ];
}
