import type { ClockState } from '@hearst/protocol';

/** Agents whose clock is within this of the hub's count as synced, ms. */
const SYNCED_WITHIN_MS = 2000;
/** How much a quartz may drift: the uncertainty of an old comparison grows by this part of its age. */
const DRIFT = 1e-4;

export interface Anchor {
  /** Hub's clock minus the agent's monotonic clock, ms. Survives every step of the agent's wall clock. */
  anchorMs: number;
  /** Half the round trip, ms: the true value is within it. */
  uncertaintyMs: number;
}

/**
 * What the four timestamps of a hello and its welcome say about the hub's clock. The best comparison (shortest
 * round trip) is kept; a worse one replaces it only with age, or when the two contradict each other.
 */
export class HubClock {
  #anchor: Anchor | undefined;
  #at = 0;

  get anchor(): Anchor | undefined {
    return this.#anchor;
  }

  /**
   * `sentMono`, `receivedMono`: the agent's monotonic clock at hello and welcome; the other two are the hub's
   * clock in between. Returns the anchor when it changed.
   */
  exchange(sentMono: number, hubReceived: number, hubSent: number, receivedMono: number): Anchor | undefined {
    const roundTrip = Math.max(0, receivedMono - sentMono - (hubSent - hubReceived));
    const fresh = {
      anchorMs: (hubReceived - sentMono + (hubSent - receivedMono)) / 2,
      uncertaintyMs: roundTrip / 2,
    };
    const known = this.#anchor;
    if (known) {
      const uncertainty = known.uncertaintyMs + (receivedMono - this.#at) * DRIFT;
      const apart = Math.abs(fresh.anchorMs - known.anchorMs);
      if (fresh.uncertaintyMs > uncertainty && apart <= uncertainty + fresh.uncertaintyMs) return undefined;
    }
    this.#anchor = fresh;
    this.#at = receivedMono;
    return fresh;
  }

  /**
   * Whether a message the hub sent at `hubSent` can have come at `receivedMono` by what is known: a hub's clock
   * that has since gone ahead cannot, and calls for a new exchange.
   */
  contradicts(hubSent: number, receivedMono: number): boolean {
    if (!this.#anchor) return false;
    return hubSent - receivedMono > this.#anchor.anchorMs + this.#anchor.uncertaintyMs + SYNCED_WITHIN_MS;
  }
}

/** Hub's clock minus the agent's wall clock at the moment (`wall`, `mono`), whole ms; null when never compared. */
export function offsetAt(anchorMs: number | null, wall: number, mono: number): number | null {
  return anchorMs === null ? null : Math.round(anchorMs + mono - wall);
}

export function clockState(offsetMs: number | null): ClockState {
  if (offsetMs === null) return 'unsynced';
  return Math.abs(offsetMs) <= SYNCED_WITHIN_MS ? 'synced' : 'suspect';
}
