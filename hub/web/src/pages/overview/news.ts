import type { ActivityEntry } from '../../api/activity.ts';
import type { Alert } from '../../api/alerts.ts';

/** So many alike are told as one. */
const ALIKE = 4;

/** Something that changed while somebody was away. */
export type News = {
  /** Told apart from the others by this. */
  readonly key: string;
  readonly at: string;
  readonly projectId: string;
} & (
  | { readonly kind: 'begun' | 'over'; readonly alerts: readonly [Alert, ...Alert[]] }
  | { readonly kind: 'project' | 'agent' | 'revoked'; readonly name: string; readonly actor: string }
  | { readonly kind: 'containers'; readonly name: string; readonly count: number }
  | { readonly kind: 'maintenance'; readonly target: string; readonly until: string; readonly actor: string }
);

/** What is told of the activity log. */
export const TOLD = ['project.create', 'container.create', 'agent.enrol', 'agent.revoke', 'maintenance_window.create'];

/**
 * What changed since a moment, the newest first: alerts that began or ended and that no other explains, and what people
 * and agents did.
 *
 * @param alerts those that began since, and those that ended lately; one may be among both
 */
export function newsSince(since: number, alerts: readonly Alert[], log: readonly ActivityEntry[]): readonly News[] {
  const causes = new Map(alerts.filter(({ suppressed_by: cause }) => cause === null).map((alert) => [alert.id, alert]));
  const groups = Map.groupBy(
    [...causes.values()].flatMap((alert) => {
      const kind = kindOf(alert, since);
      return kind === null ? [] : [{ kind, alert }];
    }),
    ({ kind, alert }) => `${kind} ${alert.project_id} ${alert.rule_id ?? alert.message}`,
  );
  const ofAlerts = [...groups.values()].flatMap((group): News[] => {
    const isOne = group.length >= ALIKE;
    const newest = group.toSorted((a, b) => timeOf(b) - timeOf(a));
    return (isOne ? [newest] : newest.map((one) => [one])).flatMap((of): News[] => {
      const [first, ...others] = of;
      if (first === undefined) return [];
      const { kind, alert } = first;
      const at = (kind === 'over' ? alert.resolved_at : null) ?? alert.timestamp;
      return [
        {
          key: `${kind} ${alert.id}`,
          kind,
          at,
          projectId: alert.project_id,
          alerts: [alert, ...others.map((other) => other.alert)],
        },
      ];
    });
  });
  return [...ofAlerts, ...log.flatMap(ofLog)].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function kindOf({ timestamp, resolved_at: ended }: Alert, since: number): 'begun' | 'over' | null {
  if (ended !== null) return Date.parse(ended) >= since ? 'over' : null;
  return Date.parse(timestamp) >= since ? 'begun' : null;
}

const timeOf = ({ kind, alert }: { kind: 'begun' | 'over'; alert: Alert }): number =>
  Date.parse((kind === 'over' ? alert.resolved_at : null) ?? alert.timestamp);

function ofLog(entry: ActivityEntry): News[] {
  const { at, project_id: projectId, seq, action, target_id: id, actor_name: actor, after } = entry;
  const told = { key: `${projectId} ${seq}`, at, projectId };
  const name = textOf(after?.name) ?? id;
  switch (action) {
    case 'project.create':
      return [{ ...told, kind: 'project', projectId: id, name, actor }];
    case 'agent.enrol':
      return [{ ...told, kind: 'agent', name, actor }];
    case 'agent.revoke':
      return [{ ...told, kind: 'revoked', name, actor }];
    case 'container.create':
      return [{ ...told, kind: 'containers', name: id, count: typeof after?.created === 'number' ? after.created : 1 }];
    case 'maintenance_window.create': {
      const [target, until] = [textOf(after?.target_id) ?? '', textOf(after?.ends_at)];
      return until === null ? [] : [{ ...told, kind: 'maintenance', target, until, actor }];
    }
    default:
      return [];
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
