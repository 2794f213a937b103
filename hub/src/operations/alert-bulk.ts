import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { type AlertFilter, alertIds, countAlerts } from '../db/queries/alerts.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { assertProject } from '../http/missing.ts';
import { refusedField } from '../http/problem.ts';
import { acknowledgeAlerts, type Outcome, resolveAlerts, unacknowledgeAlerts } from './alerts.ts';
import { silenceAlerts } from './silences.ts';

/** The most alerts of one request. */
const MOST = 500;

/** What is to be done with each alert. */
export interface BulkAction {
  readonly action: 'acknowledge' | 'unacknowledge' | 'resolve' | 'silence';
  readonly note?: string | undefined;
  readonly assignee?: string | null | undefined;
  readonly until?: Date | undefined;
}

/** Which alerts: named, or all that meet a filter. */
export interface BulkChoice {
  readonly ids?: readonly number[] | undefined;
  readonly filter?: AlertFilter | undefined;
}

/** Does the same with many alerts; throws 422 for what none of them could take. */
export async function doWithAlerts(change: Change, choice: BulkChoice, sent: BulkAction): Promise<Outcome[]> {
  const { action, note, assignee, until } = sent;
  const isTaking = action === 'acknowledge' || action === 'unacknowledge';
  if (!isTaking && assignee !== undefined)
    throw refusedField('/assignee', 'not_here', say('only of an acknowledgement', "seulement d'un acquittement"));
  if (action === 'acknowledge' && assignee === null)
    throw refusedField('/assignee', 'required', say('somebody acknowledges it', "quelqu'un l'acquitte"));
  if (action === 'resolve' && until !== undefined)
    throw refusedField('/until', 'not_here', say('nothing is resolved until then', "rien n'est résolu jusque-là"));
  if (action === 'unacknowledge' && until !== undefined)
    throw refusedField('/until', 'not_here', say('only of an acknowledgement', "seulement d'un acquittement"));
  if (action === 'silence' && until === undefined)
    throw refusedField('/until', 'required', say('a silence ends at some time', 'un silence finit un jour'));
  const ids = await chosen(change, choice);
  if (until !== undefined && action === 'silence') return silenceAlerts(change, ids, { until, note });
  if (action === 'resolve') return resolveAlerts(change, ids, { note });
  if (action === 'unacknowledge') return unacknowledgeAlerts(change, ids, { note, assignee });
  return acknowledgeAlerts(change, ids, { note, assignee: assignee ?? undefined, until });
}

async function chosen({ client }: Change, { ids, filter }: BulkChoice): Promise<readonly number[]> {
  if (ids !== undefined && filter === undefined) return [...new Set(ids)];
  if (ids !== undefined || filter === undefined)
    throw refusedField('/ids', 'one_of', say('either ids or filter', 'soit ids, soit filter'));
  if (filter.projectId !== undefined && filter.projectId !== GLOBAL_PROJECT_ID)
    await assertProject(client, filter.projectId);
  const found = await alertIds(client, filter, MOST + 1);
  if (found.length <= MOST) return found;
  const count = await countAlerts(client, filter);
  throw refusedField(
    '/filter',
    'too_many',
    say(
      `${count} alerts meet it, at most ${MOST} at once: narrow it`,
      `${count} alertes y répondent, ${MOST} au plus en une fois : resserrez-le`,
    ),
  );
}
