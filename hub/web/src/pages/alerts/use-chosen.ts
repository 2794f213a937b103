import { useState } from 'react';
import type { Alert } from '../../api/alerts.ts';

/** Open alerts that are chosen to do the same with; who is no longer listed is not chosen any more. */
export function useChosen(alerts: readonly Alert[]) {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const chosen = alerts.filter(({ id, status }) => status !== 'resolved' && ids.has(id));
  return {
    chosen,
    ids: new Set(chosen.map(({ id }) => id)),
    toggle: (id: number) =>
      setIds((now) => (now.has(id) ? new Set([...now].filter((one) => one !== id)) : new Set([...now, id]))),
    choose: (chosenIds: readonly number[]) => setIds(new Set(chosenIds)),
  };
}
