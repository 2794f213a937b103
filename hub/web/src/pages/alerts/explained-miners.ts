import type { AlertDetail } from '../../api/alerts.ts';

/** Miners of one container that would have broken one rule. */
export interface ExplainedRow {
  readonly containerId: string;
  readonly ruleId: string;
  readonly positions: readonly number[];
}

/** The miners that an alert explains, most of them first. */
export function explainedRows(explained: AlertDetail['explained_miners']): ExplainedRow[] {
  const rows = Object.entries(explained ?? {}).flatMap(([containerId, byRule]) =>
    Object.entries(byRule).map(([ruleId, positions]) => ({ containerId, ruleId, positions })),
  );
  return rows
    .filter(({ positions }) => positions.length > 0)
    .sort((a, b) => b.positions.length - a.positions.length || a.containerId.localeCompare(b.containerId));
}

/** A miner's id by its place: `QATAR-C12-M007`. */
export function minerAt(containerId: string, position: number): string {
  return `${containerId}-M${String(position).padStart(3, '0')}`;
}
