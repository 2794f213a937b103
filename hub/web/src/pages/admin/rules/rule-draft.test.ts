import { expect, it } from 'vitest';
import type { AlertRule } from '../../../api/alert-rules.ts';
import { changeOf, draftOf, faultsOf, trialOf } from './rule-draft.ts';

const RULE = {
  ...{ enabled: true, severity: 'warning', raise: 38, clear: 37, hold_s: 300, keep_s: 300 },
  options: { at_least: 10, of: ['miner_chip_hot'] },
} as unknown as AlertRule;
const DRAFT = draftOf(RULE);

it('only what differs is sent; of two limits both, as the form shows them', () => {
  expect(changeOf(DRAFT, RULE)).toEqual({});
  expect(changeOf({ ...DRAFT, raise: '39,5', enabled: false }, RULE)).toEqual({
    ...{ enabled: false, raise: 39.5, clear: 37 },
  });
  expect(changeOf({ ...DRAFT, options: { ...DRAFT.options, at_least: '5' } }, RULE)).toEqual({
    options: { at_least: 5, of: ['miner_chip_hot'] },
  });
});

it('a trial says everything that decides whether it fires', () => {
  expect(trialOf({ ...DRAFT, hold: '60', options: { at_least: '10', of: ['a ', ''] } }, RULE)).toEqual({
    ...{ raise: 38, clear: 37, hold_s: 60, keep_s: 300, options: { at_least: 10, of: ['a'] } },
  });
  const plain = { ...RULE, raise: null, clear: null, options: {} } as AlertRule;
  expect(trialOf(draftOf(plain), plain)).toEqual({ hold_s: 300, keep_s: 300, options: {} });
});

it('a text that is no number, and a time that is no whole second, cannot be sent', () => {
  expect([...faultsOf(DRAFT, RULE)]).toEqual([]);
  const wrong = { ...DRAFT, raise: 'hot', hold: '1.5', options: { ...DRAFT.options, at_least: '' } };
  expect([...faultsOf(wrong, RULE)]).toEqual(['raise', 'hold', 'options.at_least']);
  const plain = { ...RULE, raise: null, clear: null, options: {} } as AlertRule;
  expect(faultsOf(draftOf(plain), plain).size).toBe(0);
});
