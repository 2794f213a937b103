import type { PreparedBatch } from './prepare.ts';

/** What was committed, for whoever shows it live. */
export interface StoredNotice {
  readonly projectId: string;
  readonly containers: readonly { readonly containerId: string; readonly at: number }[];
  readonly meters: readonly { readonly meterId: string; readonly at: number }[];
}

export function noticeOf(projectId: string, stored: readonly PreparedBatch[]): StoredNotice {
  return {
    projectId,
    containers: stored.flatMap((batch) =>
      batch.containers.map(({ row }) => ({ containerId: row.containerId, at: row.at })),
    ),
    meters: stored.flatMap((batch) => batch.meters.map((row) => ({ meterId: row.meterId, at: row.at }))),
  };
}
