/** The longest text a device may put into the system, in characters. */
export const MAX_TEXT = 128;

// Controls (C0, DEL, C1), bidi marks and overrides, zero-width marks, line and paragraph separators, BOM.
const UNWANTED = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A string from a device made safe to keep: well-formed Unicode, no control or bidi characters (Postgres
 * refuses a NUL with 22021, and bidi marks make a name read as another), at most `max` (128) characters, trimmed.
 * What is left of a hostile string is data; null when nothing is left.
 */
export function safeText(value: unknown, max = MAX_TEXT): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const clean = String(value)
    .slice(0, 4 * max)
    .toWellFormed()
    .replace(UNWANTED, ' ')
    .trim();
  return clean === '' ? null : [...clean].slice(0, max).join('');
}
