import type { Clock } from '../../clock.ts';
import type { HubFacts } from '../view.ts';

/** How old an answer of the network may be when somebody asks right now, and when nobody does, ms. */
const FRESH_MS = 10_000;
const KEPT_MS = 120_000;

export interface HubTarget {
  url: string;
  /** Where the broker is; null where only a credential would tell. */
  mqtt: string | null;
  /** Certificates in PEM that are believed instead of the usual authorities. */
  ca?: string | undefined;
}

/** Remembers what the way to the hub was like, so that looking often costs the line little. */
export class HubLook {
  readonly #clock: Clock;
  readonly #probe: (target: HubTarget) => Promise<HubFacts>;
  #kept: { facts: HubFacts; at: number; key: string } | null = null;

  constructor(clock: Clock, probe: (target: HubTarget) => Promise<HubFacts>) {
    this.#clock = clock;
    this.#probe = probe;
  }

  /** `now`: somebody waits for it. */
  async look(target: HubTarget | null, now: boolean): Promise<HubFacts | null> {
    if (target === null) return null;
    const key = JSON.stringify(target);
    const kept = this.#kept;
    const age = kept?.key === key ? this.#clock.mono() - kept.at : Number.POSITIVE_INFINITY;
    if (kept && age < (now ? FRESH_MS : KEPT_MS)) return kept.facts;
    const facts = await this.#probe(target);
    this.#kept = { facts, at: this.#clock.mono(), key };
    return facts;
  }
}
