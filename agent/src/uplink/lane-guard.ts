import { LANES, type Lane } from '@hearst/protocol';

const FIRST_HOLD_MS = 2_000;
const LONGEST_HOLD_MS = 600_000;
const STRIKES = 3;

/**
 * Keeps one lane that the broker refuses from costing the others. A broker of MQTT 3.1.1 answers a publish it
 * does not allow by closing the connection, so on each connection a lane sends one message alone until its
 * first PUBACK. A lane on which connections die three times in a row (a bad line may do it
 * once or twice) rests for a growing time.
 */
export class LaneGuard {
  readonly #proven = new Set<Lane>();
  readonly #trying = new Set<Lane>();
  readonly #strikes = new Map<Lane, number>();
  readonly #heldUntil = new Map<Lane, number>();

  opened(): void {
    this.#proven.clear();
    this.#trying.clear();
  }

  /** Whether the lane may send now (mono ms). */
  allows(lane: Lane, now: number): boolean {
    if ((this.#heldUntil.get(lane) ?? 0) > now) return false;
    return this.#proven.has(lane) || this.#trying.size === 0;
  }

  sent(lane: Lane): void {
    if (!this.#proven.has(lane)) this.#trying.add(lane);
  }

  /** The broker took a message on the lane (PUBACK). */
  taken(lane: Lane): void {
    this.#trying.delete(lane);
    this.#proven.add(lane);
    this.#strikes.delete(lane);
    this.#heldUntil.delete(lane);
  }

  /** The connection broke; returns the lane that is held from now on because of it. */
  lost(now: number): { lane: Lane; forMs: number; first: boolean } | undefined {
    const lane = [...this.#trying][0];
    if (!lane) return undefined;
    const strikes = (this.#strikes.get(lane) ?? 0) + 1;
    this.#strikes.set(lane, strikes);
    if (strikes < STRIKES) return undefined;
    const forMs = Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (strikes - STRIKES));
    this.#heldUntil.set(lane, now + forMs);
    return { lane, forMs, first: strikes === STRIKES };
  }

  held(now: number): Lane[] {
    return LANES.filter((lane) => (this.#heldUntil.get(lane) ?? 0) > now);
  }
}
