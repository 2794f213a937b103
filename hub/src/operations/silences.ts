import { covers, silencedUntil } from '../alerts/scope.ts';
import { insertAlertEvents } from '../db/queries/alert-events.ts';
import { type AlertRow, lockAlerts } from '../db/queries/alerts.ts';
import { type Hush, hushAlerts, lockOpenAlerts, openAlerts } from '../db/queries/silenced-alerts.ts';
import {
  insertSilences,
  lockSilence,
  type SilenceRow,
  silencesInForce,
  updateSilence,
} from '../db/queries/silences.ts';
import { readTopology } from '../db/queries/topology.ts';
import type { AlertTarget } from '../db/schema.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import { assertRule } from './alert-rules.ts';
import type { Outcome } from './alerts.ts';
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

/** Makes a silence of something that is there. */
export async function openSilence(change: Change, sent: NewSilence): Promise<SilenceRow> {
  const { project_id, target_type: type, target_id: id, rule_id } = sent;
  await assertOpen(change, project_id);
  refuseTimes(sent, change.at);
  await assertTarget(change.client, project_id, { type, id });
  if (rule_id !== null) assertRule(rule_id, '/rule_id');
  const [row] = await insertAll(change, [sent]);
  return row!;
}

/** Silences open alerts until a time, each by its own rule at its own target. */
export async function silenceAlerts(
  change: Change,
  ids: readonly number[],
  { until, note }: { readonly until: Date; readonly note?: string | undefined },
): Promise<Outcome[]> {
  const { client, at } = change;
  refuseEnd(at, until, at, '/until');
  const alerts = new Map((await lockAlerts(client, ids)).map((alert) => [alert.id, alert]));
  const outcomes: Outcome[] = [];
  for (const id of ids) {
    const alert = alerts.get(id);
    outcomes.push({ id, result: alert === undefined ? missing('alert', id) : (silencingFault(alert) ?? alert) });
  }
  const silent = outcomes.flatMap(({ result }) => (result instanceof Problem ? [] : [result]));
  await insertAll(
    change,
    silent.map(({ project_id, target_type, target_id, rule_id }) => ({
      ...{ project_id, target_type, target_id, rule_id },
      ...{ ends_at: until, reason: note ?? '' },
    })),
  );
  return outcomes;
}

function silencingFault({ id, status, rule_id }: AlertRow): Problem | null {
  const conflict = (en: string, fr: string) => new Problem('conflict', say(en, fr));
  if (status === 'resolved')
    return conflict(
      `The alert ${id} is resolved: there is nothing to silence.`,
      `L'alerte ${id} est résolue : il n'y a rien à mettre en silence.`,
    );
  if (rule_id === null)
    return conflict(
      `The alert ${id} is of no rule: silence its target (POST /api/silences).`,
      `L'alerte ${id} ne vient d'aucune règle : mettez sa cible en silence (POST /api/silences).`,
    );
  return null;
}

async function insertAll(change: Change, sent: readonly NewSilence[]): Promise<SilenceRow[]> {
  const { client, at } = change;
  if (sent.length === 0) return [];
  const made = { created_by: nameOf(change.principal), created_at: at, updated_at: at };
  const rows = await insertSilences(
    client,
    sent.map(({ starts_at = at, ...silence }) => ({ ...silence, starts_at, ...made })),
  );
  const alerts = await hush(change, rows);
  await change.record(
    ...rows.map((row) => {
      const { silence_id, target_type, target_id, rule_id, starts_at, ends_at, reason } = row;
      const after = {
        target_type,
        target_id,
        rule_id,
        starts_at,
        ends_at,
        reason,
        alerts: alerts.get(silence_id) ?? 0,
      };
      return { ...filed(row, 'create'), after };
    }),
  );
  return rows;
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
  await hush(change, [row]);
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
  const starts_at = before.starts_at < at ? before.starts_at : new Date(+at - 1);
  const fields = { starts_at, ends_at: at, ended_by: nameOf(change.principal) };
  const row = await updateSilence(client, before, fields, at);
  await hush(change, [row]);
  await change.record({ ...filed(row, 'end'), ...changed(before, fields) });
  return row;
}

/**
 * Gives every open alert that one of these silences is about the end that holds for it now, and says so in its timeline;
 * answers how many each of them changed.
 */
async function hush(change: Change, silences: readonly SilenceRow[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const byProject = Map.groupBy(silences, ({ project_id }) => project_id);
  for (const project of [...byProject.keys()].sort()) {
    for (const silence of await hushProject(change, project, byProject.get(project) ?? []))
      counts.set(silence.silence_id, (counts.get(silence.silence_id) ?? 0) + 1);
  }
  return counts;
}

/** The same in one project; answers of each alert that changed the silence it is for. */
async function hushProject(
  { client, at, principal }: Change,
  project: string,
  silences: readonly SilenceRow[],
): Promise<SilenceRow[]> {
  const topology = await readTopology(client, project);
  const about = new Map<number, SilenceRow>();
  for (const alert of await openAlerts(client, project)) {
    const silence = silences.find((one) => covers(one, alert, topology));
    if (silence !== undefined) about.set(alert.id, silence);
  }
  if (about.size === 0) return [];
  // Locked before the silences are read: whoever silences the same alerts at once waits here and sees these.
  const alerts = await lockOpenAlerts(client, project, [...about.keys()]);
  const inForce = await silencesInForce(client, project, at);
  const hushes = alerts.flatMap((alert): Hush[] => {
    const until = silencedUntil(alert, inForce, topology, at);
    return +(until ?? 0) === +(alert.silenced_until ?? 0) ? [] : [{ id: alert.id, until }];
  });
  await hushAlerts(client, project, hushes, at);
  const actor = nameOf(principal);
  const events = hushes.map(({ id, until }) => {
    const { silence_id, reason } = about.get(id)!;
    const kind = until === null ? 'unsilenced' : 'silenced';
    const note = reason === '' ? null : reason;
    return { project_id: project, alert_id: id, at, kind, actor, note, data: { silence_id, until } };
  });
  await insertAlertEvents(client, events);
  return hushes.map(({ id }) => about.get(id)!);
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

function refuseTimes({ starts_at, ends_at }: Pick<NewSilence, 'starts_at' | 'ends_at'>, now: Date): void {
  if (starts_at !== undefined && starts_at < now)
    throw refusedField('/starts_at', 'past', say('has passed already', 'est déjà passé'));
  refuseEnd(starts_at ?? now, ends_at, now);
}

function refuseEnd(from: Date, to: Date, now: Date, pointer = '/ends_at'): void {
  if (to <= from)
    throw refusedField(
      pointer,
      'upside_down',
      say(`is not after the beginning, ${from.toISOString()}`, `n'est pas après le début, ${from.toISOString()}`),
    );
  if (to <= now) throw refusedField(pointer, 'past', say('has passed already', 'est déjà passé'));
  if (+to - +now > MOST_DAYS * 86_400_000)
    throw refusedField(
      pointer,
      'too_long',
      say(`more than ${MOST_DAYS} days from now`, `dans plus de ${MOST_DAYS} jours`),
    );
}

function filed({ project_id, silence_id }: SilenceRow, verb: string) {
  return { project: project_id, action: `silence.${verb}`, target: { type: 'silence', id: silence_id } };
}
