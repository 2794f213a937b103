import { failpoint, GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase, Pool } from 'pg';
import { withContext } from '../../db/client.ts';
import { takeEvaluation } from '../../db/queries/alert-picture.ts';
import { reopenLapsed, setStatuses } from '../../db/queries/alert-writes.ts';
import { hushAlerts } from '../../db/queries/silenced-alerts.ts';
import { type SilenceRow, silencesInForce } from '../../db/queries/silences.ts';
import type { RuleBook } from '../rule.ts';
import { silencedUntil } from '../scope.ts';
import type { Picture } from './picture.ts';
import { readPicture } from './read.ts';
import { silenceChanges } from './silenced.ts';
import { step } from './step.ts';
import { addToTimelines } from './timeline.ts';
import { type Written, writePlan } from './write.ts';

/** What an evaluation needs besides the database. */
export interface Evaluating {
  /** Role hearst_ingest. */
  readonly pool: Pool;
  readonly rules: { of(projectId: string): Promise<RuleBook | null> };
  /** Brings what is judged by the clock up to date, in the evaluation's transaction. */
  readonly refreshStanding: (client: ClientBase, projectId: string, rules: RuleBook, now: Date) => Promise<void>;
  /** Plans who is told what; answers when it has to be asked again, ms since 1970. */
  readonly notify: (client: ClientBase, projectId: string, now: Date) => Promise<number | null>;
}

export interface Evaluated extends Written {
  /** When something may be due without a new reading, ms since 1970. */
  readonly nextAt: number | null;
}

/**
 * Evaluates one project in one transaction: what is judged by the clock, alerts, statuses and deliveries stand together or
 * not at all, so that a hub may die anywhere in it. Null where another hub has the project in hand.
 */
export async function evaluateProject(
  { pool, rules, refreshStanding, notify }: Evaluating,
  projectId: string,
  now: Date,
): Promise<Evaluated | null> {
  const book = await rules.of(projectId);
  if (book === null) throw new Error('the alert rules cannot be read');
  const projectIds = projectId === GLOBAL_PROJECT_ID ? [projectId] : [projectId, GLOBAL_PROJECT_ID];
  const context = { projectIds, planOnce: true };
  const evaluated = await withContext(pool, context, async (client) => {
    if (!(await takeEvaluation(client, projectId))) return null;
    failpoint('hub.alerts.begin');
    await refreshStanding(client, projectId, book, now);
    let picture = await readPicture(client, projectId, book, +now);
    if (picture.open.some(({ acknowledgedUntil: until }) => until !== null && until <= +now)) {
      await reopen(client, projectId, now);
      picture = await readPicture(client, projectId, book, +now);
    }
    const silences = await silencesInForce(client, projectId, now);
    const plan = step(picture, +now);
    const written = await writePlan(
      client,
      projectId,
      plan,
      ({ rule, target }) => {
        const alert = { target_type: target.type, target_id: target.id, rule_id: rule.id };
        return silencedUntil(alert, silences, picture.topology, now);
      },
      now,
    );
    await silence(client, picture, silences, now);
    await setStatuses(client, projectId);
    failpoint('hub.alerts.written');
    const noticesAt = await notify(client, projectId, now);
    failpoint('hub.alerts.noticed');
    return { ...written, nextAt: earliest(plan.nextAt, noticesAt) };
  });
  failpoint('hub.alerts.committed');
  return evaluated;
}

/** An acknowledgement that was given until a time is over then: the alert is everybody's again. */
async function reopen(client: ClientBase, projectId: string, now: Date): Promise<void> {
  const lapsed = await reopenLapsed(client, projectId, now);
  if (lapsed.length === 0) return;
  const events = lapsed.map((id) => ({ alert_id: id, kind: 'acknowledgement_over', data: {} }));
  await addToTimelines(client, projectId, events, now);
}

/** Silences begin, end and cover alerts that were open before. */
async function silence(
  client: ClientBase,
  { projectId, open, topology }: Picture,
  silences: readonly SilenceRow[],
  now: Date,
): Promise<void> {
  const changes = silenceChanges(open, silences, topology, now);
  if (changes.length === 0) return;
  await hushAlerts(client, projectId, changes, now);
  const events = changes.map(({ id, until }) => ({
    alert_id: id,
    kind: until === null ? 'silence_over' : 'silenced',
    data: { until },
  }));
  await addToTimelines(client, projectId, events, now);
}

function earliest(...moments: (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}
