import { type Hardware, isCloned, isSame } from './hardware.ts';

/** How a slot did in a poll. `missed`: no reading, but it may be there; `silent`: that for the second time or longer. */
export interface Seen {
  /** The miner's id: `QATAR-C01-M001`. */
  readonly slot: string;
  readonly state: 'answered' | 'missed' | 'silent';
  /** What answered; null where it does not say who it is. */
  readonly hardware: Hardware | null;
}

/** Two slots that speak of one machine (`duplicate`), or of two that share a serial or MAC (`cloned`). */
export interface Finding {
  readonly what: 'duplicate' | 'cloned';
  readonly slot: string;
  readonly other: string;
  readonly hardware: Hardware;
}

export interface Verdict {
  /** Slots whose readings are nobody's: what answers there is, or may be, the miner of another slot. */
  readonly withheld: ReadonlySet<string>;
  /** What is to be told now; each once as long as it lasts. */
  readonly findings: readonly Finding[];
}

/** What is kept from one run to the next: where each machine is credited, and what was told. */
export interface Remembered {
  readonly homes: readonly (Hardware & { readonly slot: string })[];
  readonly told: readonly string[];
}

interface Place {
  state: 'unasked' | 'here' | 'missed' | 'silent';
  /** What answered there last. */
  hardware: Hardware | null;
  /** When it began to answer there, and when it last did; monotonic ms. */
  since: number;
  at: number;
}

/**
 * Which machine stands in which slot of the whole site, so that none is counted twice.
 *
 * - A machine is credited at the slot where it was known first (its home), also over a restart of the agent.
 * - One that answers at another slot is credited there once its home is known not to hold it any more: it holds another
 *   one, tells nothing, or has been silent twice. Until that is known the other slot's readings are withheld.
 * - Where both answer with it, the second one's are withheld for as long as that lasts: a duplicate.
 * - The same serial with another MAC (or the reverse) is another machine: both are credited, as clones.
 *
 * Moves and exchanges are told by the hub, which knows the slots of all agents of a project.
 */
export class Whereabouts {
  readonly #places = new Map<string, Place>();
  readonly #homes = new Map<string, Hardware>();
  /** Slots by `s<serial>` and `m<mac>` of what is at home there. */
  readonly #slots = new Map<string, Set<string>>();
  readonly #told: Set<string>;
  #isChanged = false;

  constructor(slots: Iterable<string>, remembered: Remembered | null) {
    for (const slot of slots) this.#places.set(slot, { state: 'unasked', hardware: null, since: 0, at: 0 });
    this.#told = new Set(remembered?.told);
    for (const { slot, serial, mac } of remembered?.homes ?? []) {
      // A slot that is no longer in the site file keeps nobody's readings back.
      if (this.#places.has(slot)) this.#settle(slot, { serial, mac });
    }
    this.#isChanged = false;
  }

  /** Takes note of a poll of some slots at `at` (monotonic ms), and says whose readings are not to be believed. */
  judge(seen: readonly Seen[], at: number): Verdict {
    for (const { slot, state, hardware } of seen) this.#note(slot, state, hardware, at);
    const withheld = new Set<string>();
    const findings: Finding[] = [];
    const tell = (finding: Finding): void => {
      const key = keyOf(finding);
      if (this.#told.has(key)) return;
      this.#told.add(key);
      this.#isChanged = true;
      findings.push(finding);
    };
    for (const { slot, state, hardware } of seen) {
      if (state !== 'answered') continue;
      if (hardware === null) continue;
      const { clones, others } = this.#alike(slot, hardware);
      const home = this.#isAtHome(slot, hardware) ? undefined : others.find((other) => !this.#hasLeft(other));
      if (home === undefined) {
        this.#settle(slot, hardware);
        this.#forget(`duplicate ${slot} `);
      } else {
        withheld.add(slot);
        const { state: there, at: seenThere } = this.#places.get(home)!;
        const isBoth = there === 'here' && seenThere >= this.#places.get(slot)!.since;
        if (isBoth) tell({ what: 'duplicate', slot, other: home, hardware });
      }
      for (const other of clones) {
        const isTold = this.#told.has(keyOf({ what: 'cloned', slot: other, other: slot }));
        if (!isTold && this.#places.get(other)?.state === 'here') tell({ what: 'cloned', slot, other, hardware });
      }
    }
    return { withheld, findings };
  }

  /** What is to be kept, if that is another than when it was last asked for; null otherwise. */
  changes(): Remembered | null {
    if (!this.#isChanged) return null;
    this.#isChanged = false;
    return {
      homes: [...this.#homes].map(([slot, { serial, mac }]) => ({ slot, serial, mac })),
      told: [...this.#told],
    };
  }

  #note(slot: string, state: Seen['state'], hardware: Hardware | null, at: number): void {
    const place = this.#places.get(slot);
    if (place === undefined) throw new Error(`no slot ${slot} in this site`);
    if (state !== 'answered') {
      place.state = state;
      return;
    }
    const goesOn = place.hardware !== null && hardware !== null && isSame(place.hardware, hardware);
    if (!goesOn) place.since = at;
    place.hardware = hardware;
    place.state = 'here';
    place.at = at;
  }

  #isAtHome(slot: string, hardware: Hardware): boolean {
    const home = this.#homes.get(slot);
    return home !== undefined && isSame(home, hardware);
  }

  /** Whether what is at home in a slot is known not to be there any more. */
  #hasLeft(slot: string): boolean {
    const place = this.#places.get(slot);
    const home = this.#homes.get(slot);
    if (place === undefined || home === undefined || place.state === 'silent') return true;
    return place.state === 'here' && (place.hardware === null || !isSame(place.hardware, home));
  }

  /** Other slots at which the same machine, or a clone of it, is at home. */
  #alike(slot: string, hardware: Hardware): { others: string[]; clones: string[] } {
    const others: string[] = [];
    const clones: string[] = [];
    const found = new Set(keysOf(hardware).flatMap((key) => [...(this.#slots.get(key) ?? [])]));
    for (const other of found) {
      const home = this.#homes.get(other);
      if (other === slot || home === undefined) continue;
      if (isSame(home, hardware)) others.push(other);
      else if (isCloned(home, hardware)) clones.push(other);
    }
    return { others, clones };
  }

  /** From now on the machine is at home here, and nowhere else. */
  #settle(slot: string, hardware: Hardware): void {
    const before = this.#homes.get(slot);
    const isKnown = before !== undefined && isSame(before, hardware);
    const serial = hardware.serial ?? (isKnown ? before.serial : null);
    const mac = hardware.mac ?? (isKnown ? before.mac : null);
    if (before?.serial === serial && before.mac === mac) return;
    for (const other of this.#alike(slot, hardware).others) this.#leave(other);
    this.#leave(slot);
    const home = { serial, mac };
    this.#homes.set(slot, home);
    for (const key of keysOf(home)) {
      const slots = this.#slots.get(key) ?? new Set();
      this.#slots.set(key, slots.add(slot));
    }
    this.#isChanged = true;
  }

  #leave(slot: string): void {
    const home = this.#homes.get(slot);
    if (home === undefined) return;
    this.#homes.delete(slot);
    this.#forget(`cloned ${slot} `);
    for (const key of keysOf(home)) {
      const slots = this.#slots.get(key);
      slots?.delete(slot);
      if (slots?.size === 0) this.#slots.delete(key);
    }
  }

  #forget(prefix: string): void {
    for (const key of this.#told) {
      if (!key.startsWith(prefix)) continue;
      this.#told.delete(key);
      this.#isChanged = true;
    }
  }
}

const keyOf = ({ what, slot, other }: Pick<Finding, 'what' | 'slot' | 'other'>): string => `${what} ${slot} ${other}`;

function keysOf({ serial, mac }: Hardware): string[] {
  return [...(serial === null ? [] : [`s${serial}`]), ...(mac === null ? [] : [`m${mac}`])];
}
