import type { PreparedBatch } from './prepare.ts';

/** A container's frame: when its devices were read, and whether none of them answered. */
export interface StoredContainer {
  readonly containerId: string;
  readonly at: number;
  readonly offline: boolean;
}

/** What was committed, for whoever shows it live. */
export interface StoredNotice {
  readonly projectId: string;
  readonly containers: readonly StoredContainer[];
  readonly meters: readonly { readonly meterId: string; readonly at: number }[];
}

export function noticeOf(projectId: string, stored: readonly PreparedBatch[]): StoredNotice {
  return {
    projectId,
    containers: stored.flatMap((batch) => batch.containers.map(({ row }) => storedContainer(row))),
    meters: stored.flatMap((batch) => batch.meters.map((row) => ({ meterId: row.meterId, at: row.at }))),
  };
}

/** Only that of a container's row: a notice outlives the batch, and is not to hold its frames. */
export function storedContainer({ containerId, at, offline }: StoredContainer): StoredContainer {
  return { containerId, at, offline };
}
