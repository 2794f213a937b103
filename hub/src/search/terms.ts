/** What somebody typed into a search, as the things that it may be. */

/** What of a miner a text may be, in the spelling that is stored; null where it has not the form. */
export interface MinerTerms {
  /** An id or a serial: letters A to Z in capitals. */
  readonly text: string;
  /** The hex digits of a MAC or a part of one. */
  readonly macDigits: string | null;
  /** An address or its beginning. */
  readonly ip: string | null;
}

/** A slot as people write it: `C12 144`, `R07-04`, `C12-R07-04`, `QATAR-C12-M144`. */
export interface SlotTerm {
  /** The letters before a container's id, where they were written. */
  readonly letters: string | null;
  /** The number in a container's id, where one was written. */
  readonly container: number | null;
  readonly at: { readonly position: number } | { readonly row: number; readonly column: number };
}

const MAC_SEPARATORS = /[:.\s-]/g;
const MAC_DIGITS = /^[0-9A-F]{1,12}$/;
const ADDRESS = /^[0-9a-f.:]+$/i;
const SLOT = /^(?:(?:([A-Z][A-Z0-9]*)[- ])?C(\d{1,4})[- ])?(?:R(\d{1,4})[- ](\d{1,4})|M?(\d{1,5}))$/;

/** The text in one line, without spaces around it. */
export function tidy(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** @param text tidied */
export function minerTerms(text: string): MinerTerms {
  const capitals = text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  const digits = capitals.replace(MAC_SEPARATORS, '');
  return {
    text: capitals,
    macDigits: MAC_DIGITS.test(digits) ? digits : null,
    ip: ADDRESS.test(text) ? text : null,
  };
}

/**
 * The slot that a text names; null when it names none. A position without its container names none: every container
 * has one.
 *
 * @param text tidied
 */
export function slotTerm(text: string): SlotTerm | null {
  const match = SLOT.exec(text.toUpperCase());
  if (match === null) return null;
  const [, letters = null, container, row, column, position] = match;
  if (container === undefined && row === undefined) return null;
  return {
    letters,
    container: container === undefined ? null : Number(container),
    at: row === undefined ? { position: Number(position) } : { row: Number(row), column: Number(column) },
  };
}
