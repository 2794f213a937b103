import { expect, it } from 'vitest';
import type { AlertRule } from '../api/alert-rules.ts';
import { limitOf, titleOf, typeset } from './alert-words.ts';

const rule = (given: Partial<AlertRule>): AlertRule => ({ when: 'above', options: {}, ...given }) as AlertRule;
const RULES = new Map([
  ['pump_stopped', rule({ name: 'Pump stopped' })],
  ['price', rule({ name: 'Bitcoin price low' })],
  ['ip', rule({ name: 'IP changed' })],
]);
const alert = { rule_id: 'pump_stopped', target_type: 'container', target_id: 'QATAR-C14', target_name: null } as const;
const message = 'QATAR-C14: pump stopped, 308 miners';

it('a title says where and what', () => {
  expect(titleOf({ ...alert, message }, RULES)).toBe('QATAR-C14 pump stopped');
  expect(titleOf({ ...alert, message, target_name: 'Doha edge' }, RULES)).toBe('Doha edge pump stopped');
  expect(titleOf({ ...alert, message, rule_id: 'price', target_id: '' }, RULES)).toBe('Bitcoin price low');
  expect(titleOf({ ...alert, message, rule_id: 'ip' }, RULES)).toBe('QATAR-C14 IP changed');
});

it('a rule that is not known leaves the stored words', () => {
  expect(titleOf({ ...alert, message, rule_id: 'gone' }, RULES)).toBe(message);
  expect(titleOf({ ...alert, message, rule_id: null }, RULES)).toBe(message);
  expect(titleOf({ ...alert, message }, undefined)).toBe(message);
});

it.each([
  [6.4, rule({ when: 'below' }), { kind: 'least', value: 6.4 }],
  [85, rule({ when: 'above' }), { kind: 'most', value: 85 }],
  [0, rule({ when: 'above' }), null],
  [null, rule({ when: 'is' }), null],
  [0, rule({ options: { low_bar: 2, high_bar: 4 } }), { kind: 'band', low: 2, high: 4 }],
  [5, undefined, null],
])('the limit %s is told as such', (threshold, of, told) => {
  expect(limitOf({ threshold }, of)).toEqual(told);
});

it('an apostrophe stands between letters', () => {
  expect(typeset("L'eau d'entrée, 'ainsi'")).toBe("L’eau d’entrée, 'ainsi'");
});
