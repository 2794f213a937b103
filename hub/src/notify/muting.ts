import type { PlanAlert, PlanWindow } from './picture.ts';

/** Until when silences and maintenance windows hold back what is to be told of an alert, ms; 0 where nothing ever did. */
export function mutedUntil(alert: PlanAlert, windows: readonly PlanWindow[]): number {
  const ends = windows
    .filter((window) => +window.ends_at > +alert.timestamp && covers(window, alert))
    .map(({ ends_at }) => +ends_at);
  return Math.max(0, +(alert.silenced_until ?? 0), ...ends);
}

/** Whether an alert is about a window's target or about what stands below it. */
export function covers(window: PlanWindow, { target_type, target_id, place }: PlanAlert): boolean {
  switch (window.target_type) {
    case 'project':
      return target_type !== 'global';
    case 'transformer':
      return place.transformer_id === window.target_id;
    case 'container':
      return place.container_id === window.target_id;
    case 'miner':
      return target_type === 'miner' && target_id === window.target_id;
  }
}
