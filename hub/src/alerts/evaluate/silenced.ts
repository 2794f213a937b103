import type { RunningSilence } from '../../db/queries/alert-picture.ts';
import { covers } from '../scope.ts';
import type { Target } from '../target.ts';
import type { Topology } from '../topology.ts';
import type { OpenAlert } from './picture.ts';

/** Until when the silences that run cover an alert; null where none does. */
export function silencedUntil(
  silences: readonly RunningSilence[],
  alert: { readonly ruleId: string | null; readonly target: Target },
  topology: Topology,
): Date | null {
  const ends = silences
    .filter(({ target_type: type, target_id: id, rule_id: ruleId }) =>
      covers({ target: { type, id }, ruleId }, alert.ruleId, alert.target, topology),
    )
    .map((silence) => silence.ends_at);
  return ends.reduce<Date | null>((latest, end) => (latest === null || end > latest ? end : latest), null);
}

/** Open alerts whose silence is another than they say, with until when it is; null where it ended early. */
export function silenceChanges(
  open: readonly OpenAlert[],
  silences: readonly RunningSilence[],
  topology: Topology,
  now: number,
): { readonly id: number; readonly until: string | null }[] {
  return open.flatMap((alert) => {
    const until = silencedUntil(silences, alert, topology);
    const said = alert.silencedUntil !== null && alert.silencedUntil > now ? alert.silencedUntil : null;
    return (until === null ? null : +until) === said ? [] : [{ id: alert.id, until: until?.toISOString() ?? null }];
  });
}
