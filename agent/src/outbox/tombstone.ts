import type { TombstoneBody } from '@hearst/protocol';

/** What was given up or damaged, as a tombstone tells the hub; the encoder adds the project. */
export type Loss = Omit<TombstoneBody, 'project'>;

/** The loss of some rows of one identity. Its ranges need not hold lost rows only. */
export function lossOf(
  rows: readonly { seq: number; at: number; readings: number | null }[],
  told: Pick<Loss, 'class' | 'outbox' | 'reason'>,
): Loss {
  const loss = {
    ...told,
    seq_from: Infinity,
    seq_to: 0,
    at_from: Infinity,
    at_to: 0,
    batches: rows.length,
    readings: 0,
  };
  for (const { seq, at, readings } of rows) {
    loss.seq_from = Math.min(loss.seq_from, seq);
    loss.seq_to = Math.max(loss.seq_to, seq);
    loss.at_from = Math.min(loss.at_from, at);
    loss.at_to = Math.max(loss.at_to, at);
    loss.readings += readings ?? 0;
  }
  return loss;
}
