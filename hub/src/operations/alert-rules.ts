import { didYouMean } from '@hearst/protocol';
import { DEFAULT_RULES } from '../alerts/rule-book.ts';
import { say } from '../http/language/bilingual.ts';
import { refusedField } from '../http/problem.ts';

/** Throws 422 where a request names a rule that there is none of. */
export function assertRule(ruleId: string, pointer: string): void {
  const ids = DEFAULT_RULES.map(({ id }) => id);
  if (ids.includes(ruleId)) return;
  const meant = didYouMean(ruleId, ids);
  throw refusedField(
    pointer,
    'unknown_rule',
    meant === null
      ? say('there is no such rule (GET /api/alert-rules)', "cette règle n'existe pas (GET /api/alert-rules)")
      : say(`there is no such rule: did you mean ${meant}?`, `cette règle n'existe pas : vouliez-vous dire ${meant} ?`),
  );
}
