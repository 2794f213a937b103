import type { MaintenanceEntry } from '../maintenance/entry.ts';
import type { ContainerState } from '../poller/container-poll.ts';

/** How a container stands, in one word; each has its colour and its name on the page and in the terminal. */
export const CONTAINER_WORDS = ['normal', 'warning', 'critical', 'maintenance', 'unread'] as const;
export type ContainerWord = (typeof CONTAINER_WORDS)[number];

/** Of the miners, what may be silent before it is worth a look. */
const TOLERATED = 0.05;

/** What the agent itself can say. Temperatures and flows are judged by the hub, which has the thresholds. */
export function containerWord(
  {
    container,
    at,
    miners,
    answering,
    cooling,
  }: Pick<ContainerState, 'container' | 'at' | 'miners' | 'answering' | 'cooling'>,
  maintenance: readonly Pick<MaintenanceEntry, 'subject'>[],
): ContainerWord {
  if (maintenance.some(({ subject }) => subject === container)) return 'maintenance';
  if (at === null) return 'unread';
  if (miners > 0 && answering === 0) return 'critical';
  return cooling === 'silent' || answering < miners * (1 - TOLERATED) ? 'warning' : 'normal';
}
