import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { DECIDERS } from '../../alerts/effective-rule.ts';
import { ALERT_TARGETS, SEVERITIES } from '../../db/schema.ts';
import { Quantity, Text, Time } from '../schemas.ts';
import { RuleId } from './texts.ts';

const Options = z
  .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]))
  .openapi({ description: 'What else the rule needs, by name', example: { at_least: 10 } });

const Settings = z.object({
  enabled: z.boolean(),
  severity: z.enum(SEVERITIES),
  raise: Quantity.openapi({ description: 'Beyond this it holds; null where the rule has no threshold' }),
  clear: Quantity.openapi({ description: 'Back beyond this it does not hold any more' }),
  hold_s: z.number().openapi({ description: 'How long it holds before it is an alert, s' }),
  keep_s: z.number().openapi({ description: 'How long it has to be clear before the alert is resolved, s' }),
  options: Options,
});

export const AlertRule = Settings.extend({
  project_id: z.string(),
  rule_id: z.string(),
  alert_type: z.string(),
  target_type: z.enum(ALERT_TARGETS),
  name: z.string(),
  reading: z.string().openapi({ description: 'What is compared' }),
  when: z.enum(['above', 'below', 'is']),
  unit: Text,
  explains: z.array(z.string()).openapi({ description: 'Rules whose alerts this one explains' }),
  by_clock: z.boolean().openapi({ description: 'Judged by the clock, not by readings: it cannot be tested' }),
  decided_by: z.enum(DECIDERS).openapi({ description: 'Whose settings hold' }),
  defaults: Settings.openapi({ description: "The catalogue's settings" }),
  runbook: z.string(),
  updated_at: Time.nullable(),
  updated_by: Text,
}).openapi('AlertRule', { description: 'A rule as it holds in a project' });
export type AlertRule = z.infer<typeof AlertRule>;

const Seconds = z
  .int()
  .min(0)
  .max(30 * 86_400);

export const AlertRuleChange = z
  .strictObject({
    enabled: z.boolean(),
    severity: z.enum(SEVERITIES),
    raise: z.number(),
    clear: z.number().openapi({ description: 'Goes along with raise where it was never set' }),
    hold_s: Seconds,
    keep_s: Seconds,
    options: z.record(
      z.string().max(64),
      z.union([z.number(), z.string().max(200), z.boolean(), z.array(z.string().max(200)).max(200)]),
    ),
  })
  .partial()
  .openapi('AlertRuleChange', {
    description: 'What is left out stays as it is',
    example: { severity: 'critical', hold_s: 120 },
  });

export const AlertRulePath = z.object({ ruleId: RuleId });

/** Whose rules: a project's, or those for all projects. */
export const RulesOf = z.strictObject({
  project_id: ProjectId.describe('HEARST-000: for all projects'),
});

/** What is tried; as it is where nothing is said. */
export const RuleTrial = AlertRuleChange.omit({ enabled: true, severity: true }).openapi('RuleTrial', {
  description: 'What is left out stays as it is',
  example: { hold_s: 60 },
});

export const RuleTestResult = z
  .object({
    from: Time,
    to: Time,
    resolution_s: Quantity.openapi({ description: 'How far apart the frames are that were judged' }),
    frames: z.int(),
    would_have_fired: z.int().openapi({ description: 'How many alerts there would have been' }),
    alerts: z
      .array(
        z.object({
          target_type: z.enum(ALERT_TARGETS),
          target_id: z.string(),
          from: Time,
          to: Time.nullable().openapi({ description: 'When it would have been resolved; null: not yet' }),
          peak: Quantity.openapi({ description: 'The worst that was measured' }),
        }),
      )
      .openapi({ description: 'The first 100 of them' }),
    sample: z.boolean().openapi({ description: 'Whether only some of the frames were judged' }),
  })
  .openapi('RuleTestResult');
export type RuleTestResult = z.infer<typeof RuleTestResult>;
