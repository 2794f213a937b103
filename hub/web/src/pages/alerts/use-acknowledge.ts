import { type Alert, acknowledge, type BulkResult, doWithAlerts } from '../../api/alerts.ts';
import { useChange } from './use-change.ts';
import { useMe } from './use-inbox.ts';

/** Acknowledges at once; who does it has them, unless somebody has them already. */
export function useAcknowledge(onDone: (count: number, result: BulkResult | null) => void) {
  const me = useMe();
  return useChange(
    (alerts: readonly Alert[]): Promise<BulkResult | null> => {
      const said = alerts.every(({ assignee }) => assignee === null) ? { assignee: me } : {};
      const [alert] = alerts;
      if (alert !== undefined && alerts.length === 1) return acknowledge(alert.id, said).then(() => null);
      return doWithAlerts(
        alerts.map(({ id }) => id),
        { action: 'acknowledge', ...said },
      );
    },
    (result) => onDone(result?.done ?? 1, result),
  );
}
