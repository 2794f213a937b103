import { covers, type Silenced, silencedUntil } from '../alerts/scope.ts';
import { type Hush, hushAlerts, lockOpenAlerts, openAlerts } from '../db/queries/silenced-alerts.ts';
import { insertSilence, lockSilence, type SilenceRow, silencesInForce, updateSilence } from '../db/queries/silences.ts';
import { readTopology } from '../db/queries/topology.ts';
import type { AlertTarget } from '../db/schema.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import { assertRule } from './alert-rules.ts';
import { refuseArchived } from './archived.ts';
import { changed } from './changed.ts';
import { assertOpen } from './company.ts';
import { nameOf } from './name-of.ts';
import { assertTarget } from './targets.ts';

/**
 * Silences: times in which nobody is notified of what they cover, while the record goes on. Open alerts are silent from
 * the moment that a silence covers them; those that open later are silenced by whoever opens them.
 */

/** The longest anything is silent without somebody saying so again. */
const MOST_DAYS = 30;

export interface NewSilence {
  readonly project_id: string;
  readonly target_type: AlertTarget;
  /** Empty for what is `global`. */
  readonly target_id: string;
  /** Null: every rule. */
  readonly rule_id: string | null;
  /** Absent: from now on. */
  readonly starts_at?: Date | undefined;
  readonly ends_at: Date;
  readonly reason: string;
}

export async function openSilence(change: Change, sent: NewSilence): Promise<SilenceRow> {
  const { client, at } = change;
  const { project_id: project, target_type: type, target_id: id, rule_id, starts_at = at, ends_at, reason } = sent;
  await assertOpen(change, project);
  if (starts_at < at) throw refusedField('/starts_at', 'past', say('has passed already', 'est déjà passé'));
  refuseEnd(starts_at, ends_at, at);
  await assertTarget(client, project, { type, id });
  if (rule_id !== null) assertRule(rule_id, '/rule_id');
  const row = await insertSilence(client, {
    ...{ project_id: project, target_type: type, target_id: id, rule_id, starts_at, ends_at, reason },
    ...{ created_by: nameOf(change.principal), created_at: at, updated_at: at },
  });
  const alerts = await hush(change, row);
  const after = { target_type: type, target_id: id, rule_id, starts_at, ends_at, reason, alerts };
  await change.record({ ...filed(row, 'create'), after });
  return row;
}

/**
 * Changes end or reason of a silence that is not over.
 *
 * @param check is called with the silence as it stands, locked; throws to refuse
 */
export async function changeSilence(
  change: Change,
  silenceId: string,
  fields: Partial<Pick<SilenceRow, 'ends_at' | 'reason'>>,
  check: (silence: SilenceRow) => void,
): Promise<SilenceRow> {
  const { client, at } = change;
  const before = await locked(change, silenceId);
  check(before);
  await refuseOver(change, before);
  if (fields.ends_at !== undefined) refuseEnd(before.starts_at, fields.ends_at, at);
  const differs = changed(before, fields);
  if (differs === null) return before;
  const row = await updateSilence(client, before, fields, at);
  await hush(change, row);
  await change.record({ ...filed(row, 'update'), ...differs });
  return row;
}

/**
 * Ends a silence now. One that is over already stays as it is; one that has not begun is withdrawn: it shrinks to the
 * millisecond before, which silences nothing.
 */
export async function endSilence(change: Change, silenceId: string): Promise<SilenceRow> {
  const { client, at } = change;
  const before = await locked(change, silenceId);
  if (before.ends_at <= at) return before;
  await refuseOver(change, before);
  const starts_at = before.starts_at < at ? before.starts_at : new Date(+at - 1);
  const fields = { starts_at, ends_at: at, ended_by: nameOf(change.principal) };
  const row = await updateSilence(client, before, fields, at);
  await hush(change, row);
  await change.record({ ...filed(row, 'end'), ...changed(before, fields) });
  return row;
}

/** Gives every open alert that a silence is about the end that holds for it now; answers how many changed. */
async function hush({ client, at, principal }: Change, silence: SilenceRow): Promise<number> {
  const { project_id: project, silence_id, reason } = silence;
  const topology = await readTopology(client, project);
  const about = (await openAlerts(client, project)).filter((alert) => covers(silence, alert, topology));
  if (about.length === 0) return 0;
  const ids = about.map(({ id }) => id);
  // Locked before the silences are read: whoever silences the same alerts at once waits here and sees this one.
  const alerts = await lockOpenAlerts(client, project, ids);
  const silences: Silenced[] = await silencesInForce(client, project, at);
  const hushes = alerts.flatMap((alert): Hush[] => {
    const until = silencedUntil(alert, silences, topology, at);
    return +(until ?? 0) === +(alert.silenced_until ?? 0) ? [] : [{ id: alert.id, until }];
  });
  const note = reason === '' ? null : reason;
  if (hushes.length > 0)
    await hushAlerts(client, project, hushes, { at, actor: nameOf(principal), note, silenceId: silence_id });
  return hushes.length;
}

async function locked(change: Change, silenceId: string): Promise<SilenceRow> {
  const row = await lockSilence(change.client, silenceId);
  if (row === null) throw missing('silence', silenceId);
  return row;
}

async function refuseOver({ client, at }: Change, silence: SilenceRow): Promise<void> {
  if (silence.target_type !== 'global') await refuseArchived(client, silence.project_id);
  if (silence.ends_at > at) return;
  const over = silence.ends_at.toISOString();
  throw new Problem(
    'conflict',
    say(
      `The silence ${silence.silence_id} was over at ${over}, and stays as it is. Make another one (POST /api/silences).`,
      `Le silence ${silence.silence_id} s'est terminé à ${over} et ne change plus. Créez-en un autre (POST /api/silences).`,
    ),
  );
}

function refuseEnd(from: Date, to: Date, now: Date): void {
  if (to <= from)
    throw refusedField(
      '/ends_at',
      'upside_down',
      say(`is not after the beginning, ${from.toISOString()}`, `n'est pas après le début, ${from.toISOString()}`),
    );
  if (to <= now) throw refusedField('/ends_at', 'past', say('has passed already', 'est déjà passé'));
  if (+to - +now > MOST_DAYS * 86_400_000)
    throw refusedField(
      '/ends_at',
      'too_long',
      say(`more than ${MOST_DAYS} days from now`, `dans plus de ${MOST_DAYS} jours`),
    );
}

function filed({ project_id, silence_id }: SilenceRow, verb: string) {
  return { project: project_id, action: `silence.${verb}`, target: { type: 'silence', id: silence_id } };
}
