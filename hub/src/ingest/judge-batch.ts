import { judgeContainer } from '../alerts/judge/container.ts';
import type { EarlierCounters } from '../alerts/judge/earlier-counters.ts';
import type { RuleBook } from '../alerts/rule.ts';
import { stillTells } from '../freshness.ts';
import type { PreparedBatch } from './prepare.ts';

/** Whether a reading still told what is when it came. A backlog tells what was: it is history and raises no alert. */
export function wasFresh({
  at,
  receivedAt,
  intervalS,
}: {
  at: number;
  receivedAt: number;
  intervalS: number;
}): boolean {
  return stillTells(receivedAt - at, intervalS);
}

/** Judges what is fresh in a batch, while its frames are at hand; meters once their transformers' ratings are known. */
export function judgeBatch(batch: PreparedBatch, rules: RuleBook, counters: EarlierCounters): void {
  if (batch.refused !== null) return;
  batch.rules = rules;
  for (const entry of batch.containers) {
    const { row } = entry;
    if (!wasFresh(row)) continue;
    // The time that counts is the corrected one.
    const frame = { ...entry.frame, at: row.at };
    const earlier = counters.exchange(row.agentId, frame);
    entry.judgement = { rules, findings: judgeContainer(frame, row, rules, earlier) };
  }
}
