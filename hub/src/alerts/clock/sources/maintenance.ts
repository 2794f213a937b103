import { countRunningHours, type PlanDue, plansDue } from '../../../db/queries/running-hours.ts';
import { judged } from '../judged.ts';
import type { Known, Source } from '../source.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is due by the maintenance plans. Running hours are counted every hour, as buckets of hours come. */
export const maintenanceSource: Source = {
  name: 'maintenance',
  of: 'projects',
  everyS: 60,
  async judge(client, projectId, rules, now) {
    let plans = await plansDue(client, projectId, now);
    if (plans.some((plan) => isUncounted(plan, now))) {
      await countRunningHours(client, projectId, new Date(+now - HOUR_MS), now);
      plans = await plansDue(client, projectId, now);
    }
    return judged(plansKnown(plans), rules, now);
  },
};

/** Whether its running hours are to be counted: never yet, not within the hour, or not since it was done. */
function isUncounted({ everyRunningHours, countedAt, lastDoneAt }: PlanDue, now: Date): boolean {
  if (everyRunningHours === null) return false;
  return countedAt === null || +countedAt <= Math.max(+now - HOUR_MS, +(lastDoneAt ?? 0));
}

/** By target: how many of its plans are due; unknown while none is and the hours of one were never counted. */
function plansKnown(plans: readonly PlanDue[]): Known[] {
  const byTarget = Map.groupBy(plans, ({ targetType, targetId }) => `${targetType} ${targetId}`);
  return [...byTarget.values()].flatMap((own) => {
    const [plan] = own;
    if (plan === undefined) return [];
    const verdicts = own.map(isDue);
    const value = verdicts.filter((due) => due === true).length;
    const unknown = value === 0 && verdicts.includes(null);
    return {
      target: { type: plan.targetType, id: plan.targetId },
      readings: { maintenance_due: unknown ? null : { holds: value > 0, value } },
    };
  });
}

/** By whichever comes first, the day or the hours. Null: not by the day, and of the hours nothing is known. */
function isDue(plan: PlanDue): boolean | null {
  const day = dueDay(plan);
  if (day !== null && plan.today >= day) return true;
  const { everyRunningHours, runningHours } = plan;
  if (everyRunningHours === null) return false;
  return runningHours === null ? null : runningHours >= everyRunningHours;
}

/**
 * The first time on the day that was set, or so many days after the plan was made; from then on so many days after it was
 * done. What was done before its day, without coming again, is still due on that day.
 */
function dueDay({ dueOn, everyDays, doneOn, madeOn }: PlanDue): string | null {
  if (doneOn !== null && everyDays !== null) return daysAfter(doneOn, everyDays);
  if (dueOn !== null) return doneOn !== null && doneOn >= dueOn ? null : dueOn;
  return everyDays === null ? null : daysAfter(madeOn, everyDays);
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
