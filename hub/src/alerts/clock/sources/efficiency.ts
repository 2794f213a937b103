import { type EfficiencyStretch, efficiencyStretches } from '../../../db/queries/project-load.ts';
import { judged } from '../judged.ts';
import type { Source } from '../source.ts';
import { subjectOf } from '../subject.ts';

const SPAN_DAYS = 7;
/** So many days of a stretch must tell: one bad day says nothing of a drift. */
const LEAST_DAYS = 5;

/** Whether a project needs more energy per hash than a week ago: its last seven whole days against the seven before. */
export const efficiencySource: Source = {
  name: 'efficiency',
  of: 'projects',
  everyS: 1800,
  async judge(client, projectId, rules, now) {
    const { recent, before } = await efficiencyStretches(client, projectId, SPAN_DAYS, now);
    const readings = { efficiency_drift: driftOf(recent, before) };
    return judged([{ target: subjectOf(projectId), readings }], rules, now);
  },
};

/** By how much more, %; null where too little is known. */
function driftOf(recent: EfficiencyStretch, before: EfficiencyStretch): number | null {
  if (recent.days < LEAST_DAYS || before.days < LEAST_DAYS || recent.jPerTh === null || before.jPerTh === null)
    return null;
  return before.jPerTh === 0 ? null : (recent.jPerTh / before.jPerTh - 1) * 100;
}
