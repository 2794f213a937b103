import type { AlertRule } from '../rule.ts';
import type { Target } from '../target.ts';
import { alertMessage } from '../wording.ts';
import type { Impact } from './impact.ts';
import type { Picture } from './picture.ts';

/** What people call a target whose id says nothing; null where the id does. */
export function targetNameOf({ type, id }: Target, { agentNames }: Picture): string | null {
  return type === 'agent' ? (agentNames.get(id) ?? null) : null;
}

/** The message as it is stored, in English; other languages are made from the same facts where they are shown. */
export function messageOf(
  rule: AlertRule,
  target: Target,
  { value, impact, picture }: { value: number | null; impact: Impact; picture: Picture },
): string {
  return alertMessage(
    rule,
    {
      targetId: targetNameOf(target, picture) ?? target.id,
      value,
      threshold: rule.raise,
      minersAffected: impact.miners,
      hashrateLostThs: impact.hashrateThs,
      shareOfProject: impact.share,
    },
    'en',
  );
}
