/** The containers before and after one, in the order of the list; null at its ends. */
export function neighbours(
  containerId: string,
  ids: readonly string[],
): { readonly previous: string | null; readonly next: string | null } {
  const at = ids.indexOf(containerId);
  return at < 0 ? { previous: null, next: null } : { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null };
}

/**
 * Which neighbour a key asks for. On keyboards where brackets take AltGr, the browser tells Ctrl and Alt together; either
 * of them alone makes it somebody else's key.
 */
export function neighbourOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'target'>,
): 'previous' | 'next' | null {
  if (event.metaKey || (event.ctrlKey && !event.altKey)) return null;
  if (writes(event.target)) return null;
  if (event.key === '[') return 'previous';
  return event.key === ']' ? 'next' : null;
}

function writes(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input:not([type=range]), textarea, select, [contenteditable]') !== null
  );
}
