import type { ReportedWindow } from '../db/queries/reports.ts';
import type { Span } from '../series/steps.ts';

/** A part of a span in which so much of a container was excused: 1 is the whole of it. */
export interface Excused extends Span {
  readonly share: number;
}

/**
 * The excused parts of a container's time, one after another: a window on its project, its transformer or itself excuses
 * the whole of it, one on a miner in it that miner's share; windows that overlap excuse nothing twice.
 */
export function excusedParts(
  windows: readonly ReportedWindow[],
  container: { containerId: string; transformerId: string | null },
  span: Span,
): Excused[] {
  const own = windows.filter((window) => isOn(window, container)).map((window) => within(window, span));
  const edges = [...new Set(own.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return edges.slice(0, -1).flatMap((from, i) => {
    const to = edges[i + 1] ?? from;
    const open = new Map(
      own.filter((window) => window.from <= from && window.to >= to).map(({ of, share }) => [of, share]),
    );
    const share = Math.min(
      1,
      [...open.values()].reduce((sum, one) => sum + one, 0),
    );
    return share > 0 ? [{ from, to, share }] : [];
  });
}

function isOn(window: ReportedWindow, container: { containerId: string; transformerId: string | null }): boolean {
  switch (window.targetType) {
    case 'project':
      return true;
    case 'transformer':
      return window.targetId === container.transformerId;
    case 'container':
      return window.targetId === container.containerId;
    case 'miner':
      return window.containerId === container.containerId;
  }
}

function within({ targetType, targetId, from, to, share }: ReportedWindow, span: Span) {
  return {
    of: `${targetType} ${targetId}`,
    share,
    from: Math.max(from.getTime(), span.from),
    to: Math.min(to.getTime(), span.to),
  };
}
