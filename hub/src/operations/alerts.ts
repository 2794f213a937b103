import { difference } from '../activity/chain.ts';
import type { Activity } from '../activity/record.ts';
import { type AlertEventRow, insertAlertEvent, insertAlertEvents } from '../db/queries/alert-events.ts';
import { type AlertChange, type AlertRow, lockAlerts, updateAlerts } from '../db/queries/alerts.ts';
import type { Change } from '../http/change.ts';
import { type Bilingual, say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import { nameOf } from './name-of.ts';

/**
 * What people do with alerts: active > acknowledged > resolved. An acknowledgement may be taken back; what is resolved
 * stays so. Alerts are locked, judged one by one and
 * moved, so of two people at once one makes a move and the other learns what stands there. A move made already is
 * answered, not repeated; one that is refused leaves the other alerts of the same request alone.
 */

/** What became of an alert: as it stands then, or why it could not be. */
export interface Outcome {
  readonly id: number;
  readonly result: AlertRow | Problem;
}

/** What may be said when an alert is acknowledged. */
export interface Acknowledging {
  readonly note?: string | undefined;
  readonly assignee?: string | undefined;
  readonly until?: Date | undefined;
}

/**
 * Acknowledges active alerts; one that is acknowledged already stays as it is.
 *
 * `until` is when it is to be looked at again: the next evaluation after that makes the alert active again, with the entry
 * `acknowledgement_over` in its timeline, and its notifications go on. It may be acknowledged anew before, too.
 */
export function acknowledgeAlerts(change: Change, ids: readonly number[], said: Acknowledging): Promise<Outcome[]> {
  const { note, assignee, until } = said;
  const { at } = change;
  if (until !== undefined && until <= at)
    throw refusedField('/until', 'past', say('has passed already', 'est déjà passé'));
  return move(change, ids, {
    verb: 'acknowledge',
    kind: 'acknowledged',
    fields: {
      status: 'acknowledged',
      acknowledged_at: at,
      acknowledged_by: nameOf(change.principal),
      acknowledged_until: until ?? null,
      ...(assignee === undefined ? {} : { assignee }),
    },
    note,
    data: { assignee, until },
    judge(alert) {
      if (alert.status === 'resolved') return resolvedAlready(alert, say('to acknowledge', 'à acquitter'));
      const lapsed = alert.acknowledged_until !== null && alert.acknowledged_until <= at;
      return alert.status === 'active' || lapsed ? 'moves' : 'stays';
    },
  });
}

/** What may be said when an acknowledgement is taken back. */
export interface TakingBack {
  readonly note?: string | undefined;
  /** Who sees to it from now on; null: nobody. Unless said, whoever does. */
  readonly assignee?: string | null | undefined;
}

/**
 * Takes acknowledgements back: the alerts are everybody's again, as though nobody had acknowledged them, and their
 * notifications go on. One that is active stays as it is.
 */
export function unacknowledgeAlerts(
  change: Change,
  ids: readonly number[],
  { note, assignee }: TakingBack,
): Promise<Outcome[]> {
  return move(change, ids, {
    verb: 'unacknowledge',
    kind: 'unacknowledged',
    fields: {
      status: 'active',
      acknowledged_at: null,
      acknowledged_by: null,
      acknowledged_until: null,
      ...(assignee === undefined ? {} : { assignee }),
    },
    note,
    data: { assignee },
    judge(alert) {
      if (alert.status === 'resolved') return resolvedAlready(alert, say('to take back', 'à reprendre'));
      return alert.status === 'acknowledged' ? 'moves' : 'stays';
    },
  });
}

/** Says who sees to open alerts; null: nobody any more. */
export function assignAlerts(
  change: Change,
  ids: readonly number[],
  { assignee, note }: { readonly assignee: string | null; readonly note?: string | undefined },
): Promise<Outcome[]> {
  return move(change, ids, {
    verb: 'assign',
    kind: 'assigned',
    fields: { assignee },
    note,
    data: { assignee },
    judge(alert) {
      if (alert.status === 'resolved') return resolvedAlready(alert, say('to see to', 'à prendre en charge'));
      return alert.assignee === assignee && note === undefined ? 'stays' : 'moves';
    },
  });
}

/** Resolves open alerts; one that is resolved already stays as it is. Refused while its condition holds. */
export function resolveAlerts(
  change: Change,
  ids: readonly number[],
  { note }: Pick<Acknowledging, 'note'>,
): Promise<Outcome[]> {
  return move(change, ids, {
    verb: 'resolve',
    kind: 'resolved',
    fields: { status: 'resolved', resolved_at: change.at, resolved_by: nameOf(change.principal) },
    note,
    data: {},
    judge(alert) {
      if (alert.status === 'resolved') return 'stays';
      return alert.condition_holds ? stillHolds(alert, change.at) : 'moves';
    },
  });
}

/** What became of a single alert; throws where it could not be. */
export async function alone(outcomes: Promise<readonly Outcome[]>): Promise<AlertRow> {
  const [outcome] = await outcomes;
  if (outcome === undefined || outcome.result instanceof Problem)
    throw outcome?.result ?? new Error('each alert that is asked for has an outcome');
  return outcome.result;
}

/** Writes a note on an alert, whatever state it is in. */
export async function noteAlert(change: Change, id: number, note: string): Promise<AlertEventRow> {
  const { client, at } = change;
  const [alert] = await lockAlerts(client, [id]);
  if (alert === undefined) throw missing('alert', id);
  const { project_id } = alert;
  const actor = nameOf(change.principal);
  const event = await insertAlertEvent(client, { project_id, alert_id: id, at, kind: 'note', actor, note, data: {} });
  await change.record({ ...filed(alert, 'note'), after: { note } });
  return event;
}

/** A step in the life of alerts. */
interface Move {
  /** As the activity log and the timeline call it. */
  readonly verb: string;
  readonly kind: string;
  readonly fields: AlertChange;
  readonly note: string | undefined;
  /** What the timeline says besides. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether an alert takes it, stands there already, or why it must not. */
  judge(alert: AlertRow): 'moves' | 'stays' | Problem;
}

async function move(change: Change, ids: readonly number[], step: Move): Promise<Outcome[]> {
  const { client, at } = change;
  const results = new Map<number, AlertRow | Problem>();
  const moving: AlertRow[] = [];
  for (const alert of await lockAlerts(client, ids)) {
    const verdict = step.judge(alert);
    results.set(alert.id, verdict instanceof Problem ? verdict : alert);
    if (verdict === 'moves') moving.push(alert);
  }
  if (moving.length > 0) {
    const moved = await updateAlerts(
      client,
      moving.map(({ id }) => id),
      step.fields,
      at,
    );
    for (const alert of moved) results.set(alert.id, alert);
    await tell(change, step, moving, results);
  }
  return ids.map((id) => ({ id, result: results.get(id) ?? missing('alert', id) }));
}

/** Writes a move into the timelines and into the log. */
async function tell(
  change: Change,
  { verb, kind, note, data }: Move,
  moving: readonly AlertRow[],
  results: ReadonlyMap<number, AlertRow | Problem>,
): Promise<void> {
  const event = { at: change.at, kind, actor: nameOf(change.principal), note: note ?? null, data: { ...data } };
  await insertAlertEvents(
    change.client,
    moving.map(({ project_id, id }) => ({ project_id, alert_id: id, ...event })),
  );
  const entries = moving.map((before): Activity => {
    const differs = difference(logged(before), logged(results.get(before.id) as AlertRow));
    return { ...filed(before, verb), before: differs?.before ?? null, after: { ...differs?.after, note } };
  });
  await change.record(...entries);
}

const LOGGED = [
  'status',
  'assignee',
  'acknowledged_by',
  'acknowledged_until',
  'resolved_by',
] as const satisfies readonly (keyof AlertRow)[];

function filed({ project_id, id }: AlertRow, verb: string) {
  return { project: project_id, action: `alert.${verb}`, target: { type: 'alert', id: String(id) } };
}

function logged(alert: AlertRow): Record<string, unknown> {
  return Object.fromEntries(LOGGED.map((key) => [key, alert[key]]));
}

function resolvedAlready({ id, resolved_by }: AlertRow, left: Bilingual): Problem {
  const by = resolved_by === null ? '' : ` (${resolved_by})`;
  return new Problem(
    'conflict',
    say(
      `The alert ${id} is resolved already${by}: there is nothing left ${left.en}. Should it come back, that is a new alert.`,
      `L'alerte ${id} est déjà résolue${by} : il n'y a plus rien ${left.fr}. Si elle revient, ce sera une nouvelle alerte.`,
    ),
  );
}

/** How long the silence lasts that is offered instead: a shift. */
const OFFERED_MS = 8 * 3_600_000;

function stillHolds({ id, project_id, target_type, target_id, rule_id }: AlertRow, at: Date): Problem {
  const ends_at = new Date(+at + OFFERED_MS).toISOString();
  const body = { project_id, target_type, target_id, rule_id, ends_at };
  return new Problem(
    'conflict',
    say(
      `The condition of alert ${id} still holds: resolving it would hide a live fault. Silence it instead (POST /api/silences with the body in "instead"), which stops its notifications and keeps the record; it resolves by itself once the condition clears.`,
      `La condition de l'alerte ${id} dure encore : la résoudre cacherait un défaut présent. Mettez-la plutôt en silence (POST /api/silences avec le corps donné dans "instead"), ce qui arrête ses notifications et garde la trace ; elle se résout d'elle-même quand la condition cesse.`,
    ),
    { instead: { method: 'POST', url: '/api/silences', body } },
  );
}
