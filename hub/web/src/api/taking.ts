import { type Alert, acknowledge, type BulkResult, doWithAlerts, unacknowledge } from './alerts.ts';

/** What became of acknowledging alerts. */
export interface Taken {
  /** How many are acknowledged now. */
  readonly count: number;
  /** Of several, what became of each. */
  readonly result: BulkResult | null;
  /** Who acknowledged it first, where somebody did before. */
  readonly by: string | null;
  /** What is to be taken back where that is undone; empty: nothing of it was done just now. */
  readonly undoable: readonly number[];
  /** Whether somebody was given them by it, and loses them again. */
  readonly isAssigned: boolean;
}

/** Acknowledges alerts; who does it has them, unless somebody has them already. */
export async function take(alerts: readonly Alert[], me: string): Promise<Taken> {
  const isAssigned = alerts.every(({ assignee }) => assignee === null);
  const said = isAssigned ? { assignee: me } : {};
  const [alert] = alerts;
  if (alert !== undefined && alerts.length === 1) {
    const { id, acknowledged_by: by } = await acknowledge(alert.id, said);
    // One that somebody else has acknowledged meanwhile stays theirs, and is not for me to take back by the way.
    const isMine = by === me;
    return { count: 1, result: null, by: isMine ? null : by, undoable: isMine ? [id] : [], isAssigned };
  }
  const ids = alerts.map(({ id }) => id);
  const result = await doWithAlerts(ids, { action: 'acknowledge', ...said });
  const wereActive = new Set(alerts.filter(({ status }) => status === 'active').map(({ id }) => id));
  const undoable = result.data.flatMap(({ id, done }) => (done && wereActive.has(id) ? [id] : []));
  return { count: result.done, result, by: null, undoable, isAssigned };
}

/** Takes back what was acknowledged; who got them by it loses them again. */
export async function takeBack({ undoable: ids, isAssigned }: Taken): Promise<BulkResult | null> {
  const said = isAssigned ? { assignee: null } : {};
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return unacknowledge(id, said).then(() => null);
  return doWithAlerts(ids, { action: 'unacknowledge', ...said });
}
