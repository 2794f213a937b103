import type { Values } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { judgeMeter } from '../alerts/judge/meter.ts';
import { inOrder, type Latched, latchAll } from '../alerts/judgement.ts';
import type { RuleBook } from '../alerts/rule.ts';
import type { MeterFrameRow } from '../db/queries/meter-frames.ts';
import { lockMeters } from '../db/queries/meter-state.ts';
import { wasFresh } from './judge-batch.ts';

/** A meter's reading, and the rules by which it is to be judged; null: it is not. */
export interface MeterEntry {
  readonly row: MeterFrameRow;
  readonly rules: RuleBook | null;
}

/** What holds at the transformers of meters by their fresh readings; meters without any are left out. */
export async function latchMeters(
  client: ClientBase,
  projectId: string,
  entries: readonly MeterEntry[],
): Promise<Map<string, Latched>> {
  const fresh = Map.groupBy(
    entries.filter(({ row, rules }) => rules !== null && wasFresh(row)),
    ({ row }) => row.meterId,
  );
  const latched = new Map<string, Latched>();
  if (fresh.size === 0) return latched;
  const stored = await lockMeters(client, projectId, [...fresh.keys()]);
  for (const [meterId, readings] of fresh) {
    const { conditions = null, ratedKva = null } = stored.get(meterId) ?? {};
    const judgements = readings.flatMap(({ row, rules }) =>
      rules === null ? [] : [{ rules, findings: judgeMeter({ at: row.at, values: valuesOf(row) }, ratedKva, rules) }],
    );
    const now = latchAll(conditions, inOrder(judgements));
    if (now !== null) latched.set(meterId, now);
  }
  return latched;
}

/** Ours: `prepare.ts` wrote them from a frame that was checked. */
function valuesOf({ values }: MeterFrameRow): Values | null {
  return values === null ? null : (JSON.parse(values) as Values);
}
