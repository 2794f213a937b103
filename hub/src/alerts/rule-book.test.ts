import { METRICS } from '@hearst/protocol';
import { describe, expect, it, test } from 'vitest';
import { LANGUAGES } from '../http/language/bilingual.ts';
import type { AlertRule } from './rule.ts';
import { type BadOverride, DEFAULT_RULES, type RuleOverride, ruleBook } from './rule-book.ts';

const ids = DEFAULT_RULES.map(({ id }) => id);
/** In the order project > agent > transformer > container > miner. */
const LEVELS = ['project', 'agent', 'transformer', 'container', 'miner'];

test('ids are unique', () => {
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('a rule says nothing of itself that explains itself, directly or around a corner', () => {
  const explains = new Map(DEFAULT_RULES.map((rule) => [rule.id, rule.explains]));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (explains.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  expect(ids.filter((id) => reaches(id, id))).toEqual([]);
});

describe.each(DEFAULT_RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it('is named in lower case words', () => {
    expect(id).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(rule.alertType).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it('explains rules that exist, of its own level or below', () => {
    for (const other of rule.explains) {
      const found = DEFAULT_RULES.find((each) => each.id === other);
      expect(found, other).toBeDefined();
      expect(LEVELS.indexOf(found!.target)).toBeGreaterThanOrEqual(LEVELS.indexOf(rule.target));
    }
  });

  it('says everything in both languages, with placeholders that exist', () => {
    for (const language of LANGUAGES) {
      for (const text of [rule.name, rule.says, rule.runbook]) expect(text[language].trim()).not.toBe('');
      for (const [, name = ''] of rule.says[language].matchAll(/\{([^}]*)\}/g)) expect(fillable(rule)).toContain(name);
      expect(`${rule.name[language]}${rule.runbook[language]}`).not.toMatch(/[{}]/);
    }
    expect(placeholders(rule.says.fr)).toEqual(placeholders(rule.says.en));
  });

  it('has thresholds where it compares, and clears on the right side', () => {
    expect(rule.raise === null).toBe(rule.when === 'is');
    expect(rule.clear === null).toBe(rule.when === 'is');
    if (rule.when === 'above') expect(rule.clear).toBeLessThanOrEqual(rule.raise!);
    if (rule.when === 'below') expect(rule.clear).toBeGreaterThanOrEqual(rule.raise!);
  });

  it('has the unit of the metric that it reads', () => {
    const metric = (METRICS as Record<string, { unit: string }>)[rule.reading];
    if (metric) expect(rule.unit).toBe(metric.unit || null);
  });
});

const fillable = (rule: AlertRule): string[] => [
  'value',
  ...(rule.raise === null ? [] : ['threshold']),
  ...(rule.unit === null ? [] : ['unit']),
  ...Object.keys(rule.options).filter((name) => typeof rule.options[name] !== 'object'),
];
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

const override = (rule_id: string, over: Partial<RuleOverride> = {}): RuleOverride => ({
  project_id: 'QATAR-001',
  rule_id,
  severity: 'warning',
  enabled: true,
  definition: {},
  ...over,
});

describe('overrides', () => {
  it('change what they name and nothing else', () => {
    const changed = { project_id: 'HEARST-000', severity: 'critical', enabled: false } as const;
    const definition = { raise: 95, clear: 93, hold_s: 60, keep_s: 30 };
    const book = ruleBook([override('miner_chip_hot', { ...changed, definition })]);
    const before = DEFAULT_RULES.find(({ id }) => id === 'miner_chip_hot')!;
    const after = { severity: 'critical', enabled: false, raise: 95, clear: 93, holdS: 60, keepS: 30 };
    expect(book.get('miner_chip_hot')).toEqual({ ...before, ...after });
    expect([...book.keys()]).toEqual(ids);
    for (const rule of DEFAULT_RULES) if (rule.id !== 'miner_chip_hot') expect(book.get(rule.id)).toBe(rule);
  });

  it("a project's row takes the company's place, with all that it leaves open", () => {
    const company = override('miner_chip_hot', { project_id: 'HEARST-000', definition: { raise: 95, hold_s: 7 } });
    const own = override('miner_chip_hot', { definition: { raise: 85 } });
    expect(ruleBook([company, own]).get('miner_chip_hot')).toMatchObject({ raise: 85, holdS: 120 });
  });

  it('a threshold that moves alone takes the clear threshold along', () => {
    const book = ruleBook([
      override('miner_chip_hot', { definition: { raise: 80 } }),
      override('miner_hashrate_low', { definition: { raise: 90 } }),
    ]);
    expect(book.get('miner_chip_hot')).toMatchObject({ raise: 80, clear: 77 });
    expect(book.get('miner_hashrate_low')).toMatchObject({ raise: 90, clear: 95 });
  });

  it('options change one by one', () => {
    const book = ruleBook([override('pressure_out_of_band', { definition: { options: { high_bar: 5 } } })]);
    expect(book.get('pressure_out_of_band')?.options).toEqual({ low_bar: 2, high_bar: 5 });
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['of a rule that there is not', 'miner_on_fire', {}, 'no such rule'],
    ['text where a number belongs', 'supply_hot', { raise: '38' }, 'raise: '],
    ['a word that means nothing', 'supply_hot', { rise: 38 }, 'rise'],
    ['a hold time below zero', 'supply_hot', { hold_s: -1 }, 'hold_s: '],
    ['a clear threshold beyond the other', 'supply_hot', { raise: 38, clear: 39 }, 'clear (39) lies beyond raise (38)'],
    ['the same below', 'supply_cold', { clear: 20 }, 'clear (20) lies beyond raise (21)'],
    ['thresholds where there are none', 'leak', { raise: 1 }, 'no thresholds'],
    ['an option that there is not', 'leak', { options: { low_bar: 1 } }, 'options.low_bar'],
    ['a text where the option is a list', 'miner_pool_wrong', { options: { allowed: 'us' } }, 'options.allowed'],
    ['a list where the option is a number', 'miners_down_many', { options: { at_least: ['7'] } }, 'options.at_least'],
  ])('%s is left out and reported', (_, id, definition, reason) => {
    const told: BadOverride[] = [];
    const good = override('leak', { project_id: 'HEARST-000', enabled: false });
    const book = ruleBook([good, override(id, { definition })], (bad) => told.push(bad));
    expect(told).toEqual([{ projectId: 'QATAR-001', ruleId: id, reason: expect.stringContaining(reason) }]);
    const standard = ruleBook([good]);
    expect(book).toEqual(standard);
  });
});
