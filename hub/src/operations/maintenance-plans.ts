import {
  deletePlan,
  insertPlan,
  lockPlan,
  type MaintenancePlanRow,
  type PlanTarget,
  updatePlan,
} from '../db/queries/maintenance-plans.ts';
import { timeZones } from '../db/queries/projects.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { refusedField } from '../http/problem.ts';
import { daysFrom, today } from '../reports/period.ts';
import { refuseArchived } from './archived.ts';
import { changed } from './changed.ts';
import { nameOf } from './name-of.ts';
import { assertTarget } from './targets.ts';

/**
 * Maintenance plans: what is to be done to a transformer, container or miner after so many hours in which it ran, or on a
 * day. Hours are counted from `running_counted_at` on, which is when it was last done.
 */

/** What people say of a plan. */
export interface PlanFields {
  readonly task: string;
  readonly every_running_hours: number | null;
  /** `2026-12-01`, a day of the project's time zone. */
  readonly due_on: string | null;
  /** Once done, due again so many days later; only beside `due_on`. */
  readonly every_days: number | null;
  readonly last_done_at: Date | null;
}

export interface NewPlan extends PlanFields {
  readonly project_id: string;
  readonly target_type: PlanTarget;
  readonly target_id: string;
}

export async function makePlan(change: Change, sent: NewPlan): Promise<MaintenancePlanRow> {
  const { client, at } = change;
  await refuseArchived(client, sent.project_id);
  refuseFields(sent, at);
  await assertTarget(client, sent.project_id, { type: sent.target_type, id: sent.target_id });
  const row = await insertPlan(client, {
    ...sent,
    ...(sent.last_done_at === null ? { running_counted_at: at } : doneAt(change, sent.last_done_at)),
    ...{ created_at: at, updated_at: at },
  });
  await change.record({ ...filed(row, 'create'), after: { ...sent } });
  return row;
}

/**
 * Changes what a plan says. Another `last_done_at` begins the count of hours anew, from then on.
 *
 * @param check is called with the plan as it stands, locked; throws to refuse
 */
export async function changePlan(
  change: Change,
  planId: string,
  fields: Partial<PlanFields>,
  check: (plan: MaintenancePlanRow) => void,
): Promise<MaintenancePlanRow> {
  const before = await locked(change, planId);
  check(before);
  await refuseArchived(change.client, before.project_id);
  refuseFields({ ...before, ...fields }, change.at);
  const differs = changed(before, fields);
  if (differs === null) return before;
  const { last_done_at } = fields;
  const moved = last_done_at !== undefined && +(last_done_at ?? 0) !== +(before.last_done_at ?? 0);
  const counted = moved ? doneAt(change, last_done_at) : {};
  const row = await updatePlan(change.client, before, { ...fields, ...counted }, change.at);
  await change.record({ ...filed(row, 'update'), ...differs });
  return row;
}

/**
 * Says that it was done: hours are counted anew, and the next day it is due on is `every_days` later. What was due once
 * is not due any more.
 *
 * @param sent when; absent: now
 */
export async function planDone(change: Change, planId: string, sent: Date | undefined): Promise<MaintenancePlanRow> {
  const { client, at } = change;
  const before = await locked(change, planId);
  await refuseArchived(client, before.project_id);
  const done = sent ?? at;
  refuseFuture(done, at, '/done_at');
  const fields = {
    ...doneAt(change, done),
    due_on: await nextDay(change, before, done),
  };
  const row = await updatePlan(client, before, fields, at);
  const { last_done_at, last_done_by, due_on } = row;
  await change.record({ ...filed(row, 'done'), ...changed(before, { last_done_at, last_done_by, due_on }) });
  return row;
}

export async function removePlan(change: Change, planId: string): Promise<void> {
  const row = await locked(change, planId);
  await refuseArchived(change.client, row.project_id);
  await deletePlan(change.client, row);
  const { target_type, target_id, task, every_running_hours, due_on, every_days } = row;
  const before = { target_type, target_id, task, every_running_hours, due_on, every_days };
  await change.record({ ...filed(row, 'delete'), before });
}

/** What a plan says of when it was last done; null: never, so it counts from now on. */
function doneAt({ principal, at }: Change, done: Date | null) {
  return {
    last_done_at: done,
    last_done_by: done === null ? null : nameOf(principal),
    running_hours: 0,
    running_counted_at: done ?? at,
  };
}

/** The day it is due on again once it was done. */
async function nextDay({ client }: Change, plan: MaintenancePlanRow, done: Date): Promise<string | null> {
  if (plan.due_on === null || plan.every_days === null) return null;
  const zone = (await timeZones(client)).get(plan.project_id) ?? 'UTC';
  return daysFrom(today(+done, zone), plan.every_days);
}

async function locked(change: Change, planId: string): Promise<MaintenancePlanRow> {
  const row = await lockPlan(change.client, planId);
  if (row === null) throw missing('maintenance_plan', planId);
  return row;
}

function refuseFields({ every_running_hours, due_on, every_days, last_done_at }: PlanFields, at: Date): void {
  if (every_running_hours === null && due_on === null)
    throw refusedField(
      '/due_on',
      'never_due',
      say(
        'it is never due: say every_running_hours or due_on, or both',
        "ce n'est jamais à faire : indiquez every_running_hours ou due_on, ou les deux",
      ),
    );
  if (every_days !== null && due_on === null)
    throw refusedField(
      '/every_days',
      'without_day',
      say('counts from a day: say due_on too', 'se compte depuis un jour : indiquez aussi due_on'),
    );
  if (last_done_at !== null) refuseFuture(last_done_at, at, '/last_done_at');
}

function refuseFuture(done: Date, now: Date, pointer: string): void {
  if (done > now) throw refusedField(pointer, 'future', say('lies in the future', 'est dans le futur'));
}

function filed({ project_id, plan_id }: MaintenancePlanRow, verb: string) {
  const target = { type: 'maintenance_plan', id: plan_id };
  return { project: project_id, action: `maintenance_plan.${verb}`, target };
}
