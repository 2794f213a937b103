import type { AlertRule, RuleBook } from '../alerts/rule.ts';
import { rule } from '../alerts/rules/define.ts';
import type { NewsOfAlert, Payload } from './facts.ts';
import { factsOf } from './message.ts';
import { type Envelope, type Outgoing, outgoing } from './outgoing.ts';
import type { PlanAlert } from './picture.ts';
import { alertOf, PROJECT, START } from './testing.ts';

/** Texts of two rules. For tests only. */
export const RULES: RuleBook = new Map([
  [
    'pump_stopped',
    sample('pump_stopped', {
      says: { en: 'pump stopped', fr: 'pompe arrêtée' },
      runbook: { en: 'Check the breaker of the pump.', fr: 'Vérifiez le disjoncteur de la pompe.' },
    }),
  ],
  [
    'supply_hot',
    sample('supply_hot', {
      says: { en: 'supply water[ at {value} {unit}, above {threshold}]', fr: 'eau d’entrée[ à {value} {unit}]' },
      runbook: { en: '', fr: '' },
      unit: '°C',
    }),
  ],
]);

function sample(id: string, texts: Pick<AlertRule, 'says' | 'runbook'> & Partial<AlertRule>): AlertRule {
  const name = { en: id, fr: id };
  return rule({ id, target: 'container', reading: id, when: 'is', severity: 'critical', holdS: 30, name, ...texts });
}

export const ID = '11111111-1111-4111-8111-111111111111';

/** Some news as planning would write them. For tests only. */
export function payloadOf(news: NewsOfAlert['news'] = 'opened', fields: Partial<PlanAlert> = {}): Payload {
  const alert = factsOf(alertOf(42, START, fields));
  return { kind: 'alerts', thread: ID, project: PROJECT, news: [{ news, alert }] };
}

/** A message as a sender hands it on. For tests only. */
export function messageOf(payload: Payload = payloadOf(), envelope: Partial<Envelope> = {}): Outgoing {
  const sent = {
    id: ID,
    recipient: '',
    createdAt: new Date(START),
    language: 'en',
    mayHaveArrived: false,
    threadReceipt: null,
    ...envelope,
  } as const;
  return outgoing(payload, sent, { rules: RULES, publicUrl: 'https://hub.example.com' });
}
