import { Layout } from '@hearst/protocol';

/** A container's layout as the database has it; null where it has none, or one that somebody wrote by hand and is none. */
export function layoutOf(stored: unknown): Layout | null {
  return Layout.safeParse(stored).data ?? null;
}
