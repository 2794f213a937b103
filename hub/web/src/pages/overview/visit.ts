const AWAY_MS = 30 * 60_000;

/** What a device keeps of somebody's visits to the overview, ms since 1970. */
export interface Visits {
  /** When it was looked at last. */
  readonly seenAt: number;
  /** Since when they had been away when this visit began; null: not away, or put away. */
  readonly since: number | null;
}

/** A visit as it begins, or goes on: after more than half an hour away it is a new one. */
export function visited(kept: Visits | null, now: number): Visits {
  if (kept === null) return { seenAt: now, since: null };
  return { seenAt: now, since: now - kept.seenAt > AWAY_MS ? kept.seenAt : kept.since };
}

/** What was kept; null where nothing was, or nothing that makes sense. */
export function readVisits(text: string | null, now: number): Visits | null {
  try {
    const { seenAt, since } = JSON.parse(text ?? '') as Record<string, unknown>;
    const isPast = (at: unknown): at is number => typeof at === 'number' && at > 0 && at <= now;
    return isPast(seenAt) ? { seenAt, since: isPast(since) ? since : null } : null;
  } catch {
    return null;
  }
}
