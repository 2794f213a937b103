import { z } from 'zod';
import type { Severity } from '../db/schema.ts';
import type { AlertRule, RuleBook, RuleOption } from './rule.ts';
import { AGENT_RULES } from './rules/agent.ts';
import { CONTAINER_RULES } from './rules/container.ts';
import { GLOBAL_RULES } from './rules/global.ts';
import { MINER_RULES } from './rules/miner.ts';
import { PROJECT_RULES } from './rules/project.ts';
import { TRANSFORMER_RULES } from './rules/transformer.ts';

/** The catalogue: every rule there is, with its defaults. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  ...MINER_RULES,
  ...CONTAINER_RULES,
  ...TRANSFORMER_RULES,
  ...AGENT_RULES,
  ...PROJECT_RULES,
  ...GLOBAL_RULES,
];

const DEFAULTS: RuleBook = new Map(DEFAULT_RULES.map((rule) => [rule.id, rule]));

/** What of a row of `alert_rules` changes a rule. */
export interface RuleOverride {
  readonly project_id: string;
  readonly rule_id: string;
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly definition: Readonly<Record<string, unknown>>;
}

/** An override that was left out, and why. */
export interface BadOverride {
  readonly projectId: string;
  readonly ruleId: string;
  readonly reason: string;
}

const Seconds = z
  .number()
  .min(0)
  .max(30 * 86_400);
const Definition = z.strictObject({
  raise: z.number().optional(),
  clear: z.number().optional(),
  hold_s: Seconds.optional(),
  keep_s: Seconds.optional(),
  options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())])).optional(),
});

/**
 * The rules as they hold in one project.
 *
 * @param overrides rows of HEARST-000, then the project's own: of a rule the last one that is good takes the others' place
 * @param report hears of each that is not: the rule stays as it was without it
 */
export function ruleBook(overrides: readonly RuleOverride[], report: (bad: BadOverride) => void = () => {}): RuleBook {
  const book = new Map(DEFAULTS);
  for (const override of overrides) {
    const changed = overridden(override);
    if (typeof changed === 'string')
      report({ projectId: override.project_id, ruleId: override.rule_id, reason: changed });
    else book.set(changed.id, changed);
  }
  return book;
}

/** The default with one override on it, or why that cannot be. A bound moved alone takes the clear bound along. */
function overridden({ rule_id, severity, enabled, definition }: RuleOverride): AlertRule | string {
  const rule = DEFAULTS.get(rule_id);
  if (!rule) return 'there is no such rule';
  const parsed = Definition.safeParse(definition);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || 'definition'}: ${issue?.message}`;
  }
  const { raise, clear, hold_s: holdS = rule.holdS, keep_s: keepS = rule.keepS, options = {} } = parsed.data;
  const fault = optionsFault(rule, options);
  if (fault !== null) return fault;
  const changed = { ...rule, severity, enabled, holdS, keepS, options: { ...rule.options, ...options } };
  if (rule.raise === null || rule.clear === null)
    return raise === undefined && clear === undefined ? changed : 'the rule has no thresholds';
  const raised = raise ?? rule.raise;
  const cleared = clear ?? raised + rule.clear - rule.raise;
  const wrong = rule.when === 'above' ? cleared > raised : cleared < raised;
  if (wrong) return `clear (${cleared}) lies beyond raise (${raised})`;
  return { ...changed, raise: raised, clear: cleared };
}

/** Options are those of the default, of the same kind. */
function optionsFault(rule: AlertRule, options: Readonly<Record<string, RuleOption>>): string | null {
  for (const [name, value] of Object.entries(options)) {
    const standard = Object.hasOwn(rule.options, name) ? rule.options[name] : undefined;
    if (standard === undefined) return `options.${name}: the rule has no such option`;
    if (typeof value !== typeof standard) return `options.${name}: expected ${kindOf(standard)}`;
  }
  return null;
}

function kindOf(option: RuleOption): string {
  return typeof option === 'object' ? 'a list of texts' : `a ${typeof option}`;
}
