import type { AlertRule } from '../rule.ts';
import type { Target } from '../target.ts';
import { alertMessage } from '../wording.ts';

/** The message as it is stored, in English; other languages are made from the same facts where they are shown. */
export function messageOf(
  rule: AlertRule,
  target: Target,
  facts: { value: number | null; miners: number | null; hashrateThs: number | null },
  share: number | null,
): string {
  return alertMessage(
    rule,
    {
      targetId: target.id,
      value: facts.value,
      threshold: rule.raise,
      minersAffected: facts.miners,
      hashrateLostThs: facts.hashrateThs,
      shareOfProject: share,
    },
    'en',
  );
}
