import type { AlertRule } from '../rule.ts';

/** What every rule says for itself. */
type Told = Pick<AlertRule, 'id' | 'target' | 'reading' | 'when' | 'severity' | 'holdS' | 'name' | 'says' | 'runbook'>;

/**
 * A rule of the catalogue, completed by what is usual: enabled, called like its id, without thresholds, cleared where
 * it is raised, resolved after five minutes, explaining nothing.
 */
export function rule(told: Told & Partial<AlertRule>): AlertRule {
  return {
    enabled: true,
    alertType: told.id,
    unit: null,
    raise: null,
    clear: told.raise ?? null,
    keepS: 300,
    explains: [],
    options: {},
    ...told,
  };
}
