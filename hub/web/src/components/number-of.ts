/** A number as people write it, also with a comma or a typeset minus; null where it is none. */
export function numberOf(text: string): number | null {
  const written = text.trim().replace(',', '.').replace('\u2212', '-');
  const value = Number(written);
  return written !== '' && Number.isFinite(value) ? value : null;
}
