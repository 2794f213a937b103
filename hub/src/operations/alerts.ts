import { difference } from '../activity/chain.ts';
import { type AlertEventRow, insertAlertEvent } from '../db/queries/alert-events.ts';
import {
  type AlertChange,
  type AlertRow,
  acknowledgeIfActive,
  assignIfOpen,
  lockAlert,
  resolveIfOver,
} from '../db/queries/alerts.ts';
import type { Change } from '../http/change.ts';
import { type Bilingual, say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import { nameOf } from './name-of.ts';

/**
 * What people do with alerts: active > acknowledged > resolved, and never back. Each move is one conditional change of a
 * locked row, so of two people at once one makes it and the other learns what stands there. A move made already is
 * answered, not repeated.
 */

/** What may be said when an alert is acknowledged. */
export interface Acknowledging {
  readonly note?: string | undefined;
  readonly assignee?: string | undefined;
  readonly until?: Date | undefined;
}

/**
 * Acknowledges an active alert; one that is acknowledged already stays as it is. Answers the alert as it stands then.
 *
 * `until` is when it is to be looked at again: the alert stays acknowledged after that, for a status never goes back, but
 * its notifications go on as if nobody had, and it may be acknowledged anew.
 */
export async function acknowledgeAlert(change: Change, id: number, said: Acknowledging): Promise<AlertRow> {
  const { note, assignee, until } = said;
  if (until !== undefined && until <= change.at)
    throw refusedField('/until', 'past', say('has passed already', 'est déjà passé'));
  const before = await locked(change, id);
  const fields: AlertChange = {
    acknowledged_at: change.at,
    acknowledged_by: nameOf(change.principal),
    acknowledged_until: until ?? null,
    ...(assignee === undefined ? {} : { assignee }),
  };
  const after = await acknowledgeIfActive(change.client, id, fields, change.at);
  if (after !== null) await tell(change, 'acknowledge', before, after, { note, assignee, until });
  else if (before.status === 'resolved') throw resolvedAlready(before, say('to acknowledge', 'à acquitter'));
  return after ?? before;
}

/** Says who sees to an open alert; null: nobody any more. */
export async function assignAlert(
  change: Change,
  id: number,
  { assignee, note }: { readonly assignee: string | null; readonly note?: string | undefined },
): Promise<AlertRow> {
  const before = await locked(change, id);
  if (before.status === 'resolved') throw resolvedAlready(before, say('to see to', 'à prendre en charge'));
  if (before.assignee === assignee && note === undefined) return before;
  const after = (await assignIfOpen(change.client, id, assignee, change.at)) ?? before;
  await tell(change, 'assign', before, after, { note, assignee });
  return after;
}

/** Resolves an open alert; one that is resolved already stays as it is. Refused while its condition holds. */
export async function resolveAlert(
  change: Change,
  id: number,
  { note }: Pick<Acknowledging, 'note'>,
): Promise<AlertRow> {
  const before = await locked(change, id);
  const fields: AlertChange = { resolved_at: change.at, resolved_by: nameOf(change.principal) };
  const after = await resolveIfOver(change.client, id, fields, change.at);
  if (after !== null) await tell(change, 'resolve', before, after, { note });
  else if (before.status !== 'resolved') throw stillHolds(before, change.at);
  return after ?? before;
}

/** Writes a note on an alert, whatever state it is in. */
export async function noteAlert(change: Change, id: number, note: string): Promise<AlertEventRow> {
  const alert = await locked(change, id);
  const event = await addEvent(change, alert, 'note', note, {});
  await change.record({ ...filed(alert, 'note'), after: { note } });
  return event;
}

/** The alert as it stands, which whoever else is at it has to wait for. */
async function locked(change: Change, id: number): Promise<AlertRow> {
  const alert = await lockAlert(change.client, id);
  if (alert === null) throw missing('alert', id);
  return alert;
}

const EVENTS = { acknowledge: 'acknowledged', assign: 'assigned', resolve: 'resolved' } as const;
const LOGGED = [
  'status',
  'assignee',
  'acknowledged_by',
  'acknowledged_until',
  'resolved_by',
] as const satisfies readonly (keyof AlertRow)[];

async function tell(
  change: Change,
  verb: keyof typeof EVENTS,
  before: AlertRow,
  after: AlertRow,
  { note, ...data }: Omit<Acknowledging, 'assignee'> & { readonly assignee?: string | null | undefined },
): Promise<void> {
  await addEvent(change, after, EVENTS[verb], note, data);
  const differs = difference(logged(before), logged(after));
  await change.record({ ...filed(after, verb), before: differs?.before ?? null, after: { ...differs?.after, note } });
}

function addEvent(
  change: Change,
  { project_id, id }: AlertRow,
  kind: string,
  note: string | undefined,
  data: Record<string, unknown>,
): Promise<AlertEventRow> {
  const actor = nameOf(change.principal);
  return insertAlertEvent(change.client, {
    project_id,
    alert_id: id,
    at: change.at,
    kind,
    actor,
    note: note ?? null,
    data,
  });
}

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
