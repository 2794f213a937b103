import type { AlertRule as Rule } from '../../alerts/rule.ts';
import type { ProjectRule } from '../../operations/alert-rules.ts';
import type { RuleTest } from '../../operations/rule-test.ts';
import { tidy } from '../../rounding.ts';
import type { Language } from '../language/bilingual.ts';
import type { AlertRule, RuleTestResult } from '../schemas/alert-rules.ts';

/** @param projectId whose rule it is */
export function presentAlertRule(
  { rule, standard, decidedBy, row }: ProjectRule,
  projectId: string,
  language: Language,
): AlertRule {
  return {
    project_id: projectId,
    rule_id: rule.id,
    alert_type: rule.alertType,
    target_type: rule.target,
    name: rule.name[language],
    reading: rule.reading,
    when: rule.when,
    unit: rule.unit,
    explains: [...rule.explains],
    by_clock: rule.byClock === true,
    decided_by: decidedBy,
    ...settingsOf(rule),
    defaults: settingsOf(standard),
    runbook: rule.runbook[language],
    updated_at: row?.updated_at.toISOString() ?? null,
    updated_by: row?.updated_by ?? null,
  };
}

function settingsOf({ enabled, severity, raise, clear, holdS, keepS, options }: Rule): AlertRule['defaults'] {
  const copied = Object.entries(options).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]);
  return { enabled, severity, raise, clear, hold_s: holdS, keep_s: keepS, options: Object.fromEntries(copied) };
}

export function presentRuleTest(test: RuleTest): RuleTestResult {
  return {
    from: test.from.toISOString(),
    to: test.to.toISOString(),
    resolution_s: test.resolutionS,
    frames: test.frames,
    would_have_fired: test.wouldHaveFired,
    alerts: test.episodes.map(({ target, from, to, peak }) => ({
      target_type: test.rule.target,
      target_id: target,
      from: new Date(from).toISOString(),
      to: to === null ? null : new Date(to).toISOString(),
      peak: tidy(peak),
    })),
    sample: test.sample,
  };
}
