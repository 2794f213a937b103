/** The containers before and after one, in the order of the list; null at its ends. */
export function neighbours(
  containerId: string,
  ids: readonly string[],
): { readonly previous: string | null; readonly next: string | null } {
  const at = ids.indexOf(containerId);
  return at < 0 ? { previous: null, next: null } : { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null };
}
