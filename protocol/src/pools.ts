/** The pools that the miners of a container work for: what goes along with the frames of polls that ask for them. */

/** A pool in use, and the account there that is paid (see `accountOf`). Null where the miner does not say. */
export interface FramePool {
  url: string | null;
  worker: string | null;
}

/** Each pool once, and by position which of them, null where nothing is known. */
export interface FramePools {
  list: FramePool[];
  of: (number | null)[];
}

/** The most pools in one frame. Usually there is one. */
export const MAX_POOLS = 64;

/**
 * A worker's name without what follows its last dot: `account.m17` is the miner m17 of `account`. It names the single
 * miner, differs for each and says nothing of who is paid.
 */
export function accountOf(worker: string): string {
  const dot = worker.lastIndexOf('.');
  return dot > 0 ? worker.slice(0, dot) : worker;
}
