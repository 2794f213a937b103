import type { AlertRule, RuleBook } from '../rule.ts';
import { rule } from '../rules/define.ts';

/** Rules of tests: short, and apart from the catalogue, so that a changed threshold changes no test of the machinery. */
function testRule(id: string, target: AlertRule['target'], more: Partial<AlertRule> = {}): AlertRule {
  const name = { en: id, fr: id };
  const texts = { name, says: name, runbook: name };
  return rule({ id, target, reading: id, when: 'is', severity: 'warning', holdS: 60, ...texts, ...more });
}

const RULES = [
  testRule('transformer_dead', 'transformer', {
    severity: 'critical',
    holdS: 30,
    stops: true,
    explains: ['container_offline', 'pump_stopped', 'miner_offline', 'miners_down_many'],
  }),
  testRule('agent_silent', 'agent', { severity: 'critical', holdS: 0, stops: true, explains: ['container_offline'] }),
  testRule('container_offline', 'container', {
    severity: 'critical',
    stops: true,
    explains: ['pump_stopped', 'miner_offline', 'miners_down_many', 'miner_slow'],
  }),
  testRule('pump_stopped', 'container', {
    severity: 'critical',
    holdS: 30,
    stops: true,
    explains: ['miner_offline', 'miners_down_many', 'flow_low'],
  }),
  testRule('flow_low', 'container', { holdS: 0 }),
  testRule('miners_down_many', 'container', { holdS: 300, explains: ['miner_offline'] }),
  testRule('miner_offline', 'miner', { severity: 'info', holdS: 300, lingersS: 600 }),
  testRule('miner_board', 'miner', { severity: 'info', holdS: 0, explains: ['miner_slow'] }),
  testRule('miner_slow', 'miner', { severity: 'info', holdS: 0 }),
];

export const TEST_RULES: RuleBook = new Map(RULES.map((one) => [one.id, one]));
