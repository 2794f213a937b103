import { withSavepoint } from '../db/client.ts';
import { type AlertFilter, alertIds, countAlerts, findAlert, lockAlerts } from '../db/queries/alerts.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import { acknowledgeAlert, resolveAlert } from './alerts.ts';
import { openSilence } from './silences.ts';

/** The most alerts of one request. */
const MOST = 500;

/** What is to be done with each alert. */
export interface BulkAction {
  readonly action: 'acknowledge' | 'resolve' | 'silence';
  readonly note?: string | undefined;
  readonly assignee?: string | undefined;
  readonly until?: Date | undefined;
}

/** Which alerts: named, or all that meet a filter. */
export interface BulkChoice {
  readonly ids?: readonly number[] | undefined;
  readonly filter?: AlertFilter | undefined;
}

/** What became of each alert; `problem` is null where it was done. */
export interface BulkOutcome {
  readonly id: number;
  readonly problem: Problem | null;
}

/**
 * Does the same with many alerts: each as if it were alone, so that what is refused leaves the others done. All of them
 * are locked first, in the order in which everybody locks them; the log, which all changes of a project wait for, comes
 * after.
 */
export async function doWithAlerts(change: Change, choice: BulkChoice, action: BulkAction): Promise<BulkOutcome[]> {
  refuseAction(action);
  const ids = await chosen(change, choice);
  const locked = await lockAlerts(change.client, ids);
  const outcomes = new Map<number, Problem | null>();
  for (const id of locked) outcomes.set(id, await attempt(change, id, action));
  return ids.map((id) => ({ id, problem: outcomes.has(id) ? outcomes.get(id)! : missing('alert', id) }));
}

async function attempt(change: Change, id: number, action: BulkAction): Promise<Problem | null> {
  try {
    await withSavepoint(change.client, () => act(change, id, action));
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

async function act(change: Change, id: number, { action, note, assignee, until }: BulkAction): Promise<void> {
  if (action === 'acknowledge') await acknowledgeAlert(change, id, { note, assignee, until });
  else if (action === 'resolve') await resolveAlert(change, id, { note });
  else await silenceAlert(change, id, until!, note);
}

/** Silences an alert's rule at its own target. */
async function silenceAlert(change: Change, id: number, until: Date, note: string | undefined): Promise<void> {
  const alert = await findAlert(change.client, id);
  if (alert === null) throw missing('alert', id);
  const { project_id, target_type, target_id, rule_id } = alert;
  if (alert.status === 'resolved')
    throw new Problem(
      'conflict',
      say(
        `The alert ${id} is resolved: there is nothing to silence.`,
        `L'alerte ${id} est résolue : il n'y a rien à mettre en silence.`,
      ),
    );
  await openSilence(change, { project_id, target_type, target_id, rule_id, ends_at: until, reason: note ?? '' });
}

async function chosen({ client }: Change, { ids, filter }: BulkChoice): Promise<readonly number[]> {
  if ((ids === undefined) === (filter === undefined))
    throw refusedField('/ids', 'one_of', say('either ids or filter', 'soit ids, soit filter'));
  if (ids !== undefined) return [...new Set(ids)];
  const found = await alertIds(client, filter!, MOST + 1);
  if (found.length <= MOST) return found;
  const count = await countAlerts(client, filter!);
  throw refusedField(
    '/filter',
    'too_many',
    say(
      `${count} alerts meet it, at most ${MOST} at once: narrow it`,
      `${count} alertes y répondent, ${MOST} au plus en une fois : resserrez-le`,
    ),
  );
}

function refuseAction({ action, assignee, until }: BulkAction): void {
  if (action === 'silence' && until === undefined)
    throw refusedField('/until', 'required', say('a silence ends at some time', 'un silence finit un jour'));
  if (action === 'resolve' && until !== undefined)
    throw refusedField('/until', 'not_here', say('nothing is resolved until then', "rien n'est résolu jusque-là"));
  if (action !== 'acknowledge' && assignee !== undefined)
    throw refusedField('/assignee', 'not_here', say('only of an acknowledgement', "seulement d'un acquittement"));
}
