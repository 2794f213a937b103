import type { ContainerFrame } from '@hearst/protocol';
import { answered } from '../../ingest/summarize.ts';
import type { MinerFinding } from '../conditions.ts';
import type { AlertRule, RuleBook } from '../rule.ts';
import type { ShareCounters } from './earlier-counters.ts';
import { type MinerColumn, minerColumn } from './miner-readings.ts';
import { judgePools } from './pools.ts';

/** The one rule that a miner without an answer is judged by. */
export const OFFLINE_RULE = 'miner_offline';

/** The one reading that is compared with a list. */
const POOL_WRONG = 'pool_wrong';

function allowedBy({ options: { allowed } }: AlertRule): readonly string[] {
  return Array.isArray(allowed) ? allowed : [];
}

/** What each rule of single miners, disabled ones too, finds in a frame; null where it finds nothing out. */
export type MinerJudgement = ReadonlyMap<string, readonly MinerFinding[] | null>;

/** Judges all miners of a frame. */
export function judgeMiners(frame: ContainerFrame, rules: RuleBook, earlier: ShareCounters | null): MinerJudgement {
  const found = new Map<string, MinerFinding[] | null>();
  for (const rule of rules.values()) {
    if (rule.target !== 'miner' || rule.byClock) continue;
    if (rule.reading === POOL_WRONG) {
      found.set(rule.id, judgePools(frame, allowedBy(rule)));
      continue;
    }
    const column = minerColumn(frame, rule, earlier);
    found.set(rule.id, column && judgeColumn(frame, rule, column));
  }
  return found;
}

/** Positions that gave no answer. */
export function silentPositions({ positions, status }: ContainerFrame): number[] {
  const silent: number[] = [];
  for (let i = 0; i < positions.length; i++) if (!answered(status[i] ?? 0)) silent.push(positions[i] as number);
  return silent;
}

/**
 * One rule over all miners, in the order of the frame. A miner that answers without this reading goes on as it was:
 * `keep`, without a value. Null when no miner gave it.
 */
function judgeColumn(
  { positions, status }: ContainerFrame,
  rule: AlertRule,
  column: MinerColumn,
): MinerFinding[] | null {
  const found: MinerFinding[] = [];
  const everyone = rule.id === OFFLINE_RULE;
  const compared = rule.when !== 'is';
  // Below is above with the sign turned; true and false are 1 and 0.
  const sign = rule.when === 'below' ? -1 : 1;
  const raise = compared ? sign * (rule.raise ?? Number.POSITIVE_INFINITY) : 0.5;
  const clear = compared ? sign * (rule.clear ?? Number.POSITIVE_INFINITY) : 0.5;
  let known = false;
  for (let i = 0; i < positions.length; i++) {
    if (!everyone && !answered(status[i] ?? 0)) continue;
    const value = column[i];
    const position = positions[i] as number;
    if (value === null || value === undefined || Number.isNaN(value)) {
      found.push([position, 'keep', null]);
      continue;
    }
    known = true;
    const compare = sign * value;
    if (compare > raise) found.push([position, 'raise', compared ? value : null]);
    else if (compare > clear) found.push([position, 'keep', value]);
  }
  return known ? found : null;
}
