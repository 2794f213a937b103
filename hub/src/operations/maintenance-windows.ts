import {
  insertWindow,
  lockWindow,
  type MaintenanceTarget,
  type MaintenanceWindowRow,
  updateWindow,
} from '../db/queries/maintenance-windows.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import { refuseArchived } from './archived.ts';
import { changed } from './changed.ts';
import { nameOf } from './name-of.ts';
import { assertTarget } from './targets.ts';

/**
 * Maintenance windows: times that reports excuse. They may overlap, and be entered afterwards. What is over stays as it
 * is: it may have been reported.
 */

/** The longest a window lasts, and the longest ago it may begin. */
const MOST_DAYS = 366;
const MOST_MS = MOST_DAYS * 86_400_000;

export interface NewMaintenance {
  readonly project_id: string;
  readonly target_type: MaintenanceTarget;
  readonly target_id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly reason: string;
}

export async function openMaintenance(change: Change, sent: NewMaintenance): Promise<MaintenanceWindowRow> {
  const { client, at } = change;
  const { project_id: project, target_type, target_id, starts_at, ends_at } = sent;
  await refuseArchived(client, project);
  refuseDuration(starts_at, ends_at);
  if (+starts_at < +at - MOST_MS)
    throw refusedField(
      '/starts_at',
      'too_long_ago',
      say(`began more than ${MOST_DAYS} days ago`, `a commencé il y a plus de ${MOST_DAYS} jours`),
    );
  await assertTarget(client, project, { type: target_type, id: target_id });
  const row = await insertWindow(client, {
    ...sent,
    created_by: nameOf(change.principal),
    created_at: at,
    updated_at: at,
  });
  await change.record({ ...filed(row, 'create'), after: { ...sent } });
  return row;
}

/**
 * Changes end or reason of a window that is not over.
 *
 * @param check is called with the window as it stands, locked; throws to refuse
 */
export async function changeMaintenance(
  change: Change,
  windowId: string,
  fields: Partial<Pick<MaintenanceWindowRow, 'ends_at' | 'reason'>>,
  check: (window: MaintenanceWindowRow) => void,
): Promise<MaintenanceWindowRow> {
  const before = await locked(change, windowId);
  check(before);
  await refuseArchived(change.client, before.project_id);
  if (before.ends_at <= change.at) throw isOver(before);
  if (fields.ends_at !== undefined) refuseDuration(before.starts_at, fields.ends_at);
  const differs = changed(before, fields);
  if (differs === null) return before;
  const row = await updateWindow(change.client, before, fields, change.at);
  await change.record({ ...filed(row, 'update'), ...differs });
  return row;
}

/**
 * Ends a window now. One that is over already stays as it is; one that has not begun is withdrawn: it shrinks to the
 * millisecond before, which excuses nothing.
 */
export async function endMaintenance(change: Change, windowId: string): Promise<MaintenanceWindowRow> {
  const before = await locked(change, windowId);
  const { at } = change;
  if (before.ends_at <= at) return before;
  await refuseArchived(change.client, before.project_id);
  const starts_at = before.starts_at < at ? before.starts_at : new Date(+at - 1);
  const fields = { starts_at, ends_at: at, ended_by: nameOf(change.principal) };
  const row = await updateWindow(change.client, before, fields, at);
  await change.record({ ...filed(row, 'end'), ...changed(before, fields) });
  return row;
}

async function locked(change: Change, windowId: string): Promise<MaintenanceWindowRow> {
  const row = await lockWindow(change.client, windowId);
  if (row === null) throw missing('maintenance_window', windowId);
  return row;
}

function refuseDuration(from: Date, to: Date): void {
  if (to <= from)
    throw refusedField(
      '/ends_at',
      'upside_down',
      say(`is not after the beginning, ${from.toISOString()}`, `n'est pas après le début, ${from.toISOString()}`),
    );
  if (+to - +from > MOST_MS)
    throw refusedField(
      '/ends_at',
      'too_long',
      say(`more than ${MOST_DAYS} days after the beginning`, `plus de ${MOST_DAYS} jours après le début`),
    );
}

function isOver({ window_id, ends_at }: MaintenanceWindowRow): Problem {
  const at = ends_at.toISOString();
  return new Problem(
    'conflict',
    say(
      `The maintenance window ${window_id} was over at ${at}, and stays as it is. Enter another one for what it left out: windows may overlap.`,
      `La fenêtre de maintenance ${window_id} s'est terminée à ${at} et ne change plus. Saisissez-en une autre pour ce qui manque : les fenêtres peuvent se chevaucher.`,
    ),
  );
}

function filed({ project_id, window_id }: MaintenanceWindowRow, verb: string) {
  const target = { type: 'maintenance_window', id: window_id };
  return { project: project_id, action: `maintenance_window.${verb}`, target };
}
