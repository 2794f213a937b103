import type { Hush } from '../../db/queries/silenced-alerts.ts';
import { type Silenced, silencedUntil } from '../scope.ts';
import type { Topology } from '../topology.ts';
import type { OpenAlert } from './picture.ts';

/** Open alerts whose silence is another than they say, with until when it is; null where it ended early. */
export function silenceChanges(
  open: readonly OpenAlert[],
  silences: readonly Silenced[],
  topology: Topology,
  now: Date,
): Hush[] {
  return open.flatMap(({ id, ruleId, target, silencedUntil: known }) => {
    const alert = { target_type: target.type, target_id: target.id, rule_id: ruleId };
    const until = silencedUntil(alert, silences, topology, now);
    const said = known !== null && known > +now ? known : null;
    return (until === null ? null : +until) === said ? [] : [{ id, until }];
  });
}
