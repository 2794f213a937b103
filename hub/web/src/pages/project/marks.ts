import type { Alert } from '../../api/alerts.ts';
import type { MaintenanceWindow } from '../../api/maintenance.ts';
import type { ChartMark } from '../../charts/model.ts';
import { shortId } from '../../components/short-id.ts';

/**
 * What a chart of a project is marked with: alerts that no other explains, of what is larger than one miner, and what was
 * under maintenance.
 */
export function marksOf(
  alerts: readonly Alert[],
  windows: readonly MaintenanceWindow[],
  projectId: string,
): readonly ChartMark[] {
  const nameOf = (id: string): string => (id === '' ? projectId : shortId(id, projectId));
  return [
    ...windows.map((window) => ({
      mark: 'maint' as const,
      label: nameOf(window.target_id),
      from: Date.parse(window.starts_at),
      to: Date.parse(window.ends_at),
    })),
    ...alerts
      .filter((alert) => alert.suppressed_by === null && alert.target_type !== 'miner')
      .map((alert) => ({
        mark: alert.severity,
        label: nameOf(alert.target_id),
        at: Date.parse(alert.first_seen_at),
      })),
  ];
}
