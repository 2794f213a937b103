import type { ContainerFrame } from '@hearst/protocol';
import type { Finding, Findings, MinerFinding } from '../conditions.ts';
import type { AlertRule, RuleBook } from '../rule.ts';
import { type ContainerSource, containerReading, countBehind, type SummaryRead } from './container-readings.ts';
import type { ShareCounters } from './earlier-counters.ts';
import { judgeMiners, silentPositions } from './miners.ts';
import { findingOf, judgedRules, numberOption } from './zone.ts';

/**
 * What one frame says of a container and its miners, by the rules of its project. Pure. A reading that the frame does
 * not hold is unknown, never clear.
 *
 * @param frame its `at` is the findings' time
 * @param earlier counters of an earlier frame, for rates; without them rates are unknown
 */
export function judgeContainer(
  frame: ContainerFrame,
  summary: SummaryRead,
  rules: RuleBook,
  earlier: ShareCounters | null = null,
): Findings {
  const judged = judgeMiners(frame, rules, earlier);
  const source: ContainerSource = { frame, summary, miners: judged };
  const own: Record<string, Finding> = {};
  const miners: Record<string, readonly MinerFinding[]> = {};
  const unknown: string[] = [];
  for (const rule of judgedRules(rules, 'container')) {
    const found = enough(source, rule, findingOf(rule, containerReading(source, rule)));
    if (found === 'unknown') unknown.push(rule.id);
    else if (found !== null) own[rule.id] = found;
  }
  for (const { id } of judgedRules(rules, 'miner')) {
    const found = judged.get(id) ?? null;
    if (found === null) unknown.push(id);
    else if (found.length > 0) miners[id] = found;
  }
  return { at: frame.at, own, miners, unknown, silent: silentPositions(frame) };
}

/** A share of too few miners raises nothing; what held goes on. */
function enough(
  source: ContainerSource,
  rule: AlertRule,
  found: Finding | 'unknown' | null,
): Finding | 'unknown' | null {
  if (found === null || found === 'unknown' || found.zone !== 'raise') return found;
  const count = countBehind(source, rule);
  return count !== null && count < numberOption(rule, 'at_least', 0) ? { ...found, zone: 'keep' } : found;
}
