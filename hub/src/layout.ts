import { Layout } from '@hearst/protocol';

/** Of one container there are hundreds of miners, each shown with its slot. */
const read = new WeakMap<object, Layout | null>();

/** A container's layout as the database has it; null where it has none, or one that somebody wrote by hand and is none. */
export function layoutOf(stored: unknown): Layout | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const known = read.get(stored);
  if (known !== undefined) return known;
  const layout = Layout.safeParse(stored).data ?? null;
  read.set(stored, layout);
  return layout;
}
