import { useMe } from '../session/me.ts';
import type { Alert } from './alerts.ts';
import { type Taken, take, takeBack } from './taking.ts';
import { useChange } from './use-change.ts';

/** Acknowledges at once, and takes it back where that was too quick. */
export function useAcknowledge({
  onTaken,
  onTakenBack,
}: {
  onTaken: (taken: Taken) => void;
  onTakenBack: (count: number) => void;
}) {
  const me = useMe();
  return {
    take: useChange((alerts: readonly Alert[]) => take(alerts, me), onTaken),
    takeBack: useChange(
      async (taken: Taken) => (await takeBack(taken))?.done ?? taken.undoable.length,
      (count) => onTakenBack(count),
    ),
  };
}
