/** The most of a set of codes that is told: an event's data holds 500 characters. */
const MAX_TOLD = 400;

/**
 * Which errors each miner told of last. Says when a set is another one than before, never when it is told once more: a
 * miner repeats its codes at every poll. What a miner does not speak of leaves its set as it was.
 */
export class MinerErrors<Miner extends object> {
  readonly #told = new WeakMap<Miner, string>();

  /** The codes of a miner, where they are others than before: in order, `, ` between them, empty when all are gone. */
  changed(miner: Miner, errors: readonly string[] | undefined): string | null {
    if (errors === undefined) return null;
    const codes = joined(errors.toSorted());
    if (codes === (this.#told.get(miner) ?? '')) return null;
    this.#told.set(miner, codes);
    return codes;
  }
}

function joined(codes: readonly string[]): string {
  let text = '';
  for (const code of codes) {
    const longer = text === '' ? code : `${text}, ${code}`;
    if (longer.length > MAX_TOLD) return text === '' ? code.slice(0, MAX_TOLD) : text;
    text = longer;
  }
  return text;
}
