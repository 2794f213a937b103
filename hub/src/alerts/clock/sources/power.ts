import { type ProjectLoad, projectLoad } from '../../../db/queries/project-load.ts';
import type { RuleBook } from '../../rule.ts';
import { judged } from '../judged.ts';
import type { Known, Source } from '../source.ts';
import { subjectOf } from '../subject.ts';

/** Whether a project draws more than its limit. */
export const powerSource: Source = {
  name: 'power',
  of: 'projects',
  everyS: 30,
  async judge(client, projectId, rules, now) {
    const known = powerKnown(projectId, await projectLoad(client, projectId, now), rules);
    return judged(known === null ? [] : [known], rules, now);
  },
};

/**
 * How far its containers are above the limit together, %. Where not all of them are heard that is unknown, unless those
 * alone are above it. Null of a project without a limit.
 */
function powerKnown(projectId: string, load: ProjectLoad, rules: RuleBook): Known | null {
  const { limitMw, powerKw, expected, telling } = load;
  if (limitMw === null || limitMw <= 0) return null;
  const excess = powerKw === null ? null : (powerKw / (limitMw * 1000) - 1) * 100;
  const alone = excess !== null && excess > (rules.get('power_over_limit')?.raise ?? 0);
  const power_over_limit = telling >= expected || alone ? excess : null;
  return { target: subjectOf(projectId), readings: { power_over_limit } };
}
