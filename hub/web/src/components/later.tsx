import { useDeferredValue } from 'react';

/**
 * What stands further down a page: drawn after what the reader looks at first is on the screen, in a piece of work of its own
 * that gives way to a click.
 */
export function Later({ children }: { children: React.ReactNode }) {
  return useDeferredValue(true, false) && children;
}
