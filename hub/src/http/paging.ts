import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

/** The most objects of a page. */
export const MAX_LIMIT = 500;

/** A cursor is the last id (or other place) of the page before, wrapped so that nobody builds on its shape. */
export function cursorOf(place: RegExp) {
  return z
    .string()
    .max(1_500)
    .transform((text, ctx) => {
      const id = Buffer.from(text, 'base64url').toString('utf8');
      if (place.test(id)) return id;
      ctx.addIssue({ code: 'custom', message: 'not a cursor that a list has answered' });
      return z.NEVER;
    });
}

/** A filter by several words: commas mean OR. */
export const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z
    .string()
    .max(1_000)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words)))
    .optional()
    .openapi({ type: 'string', description: `One or several, with commas: ${words.join(', ')}` });

/**
 * The query fields of every list; a field it does not know is an error, for a misspelt filter would filter nothing.
 * Without `limit` a list comes whole unless it says otherwise. Its cursor is of its own making.
 */
export const Paging = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).optional(),
});

/** How many rows a list has: those read, where it was read whole; else whatever `count` says. */
export async function totalOf(
  page: { limit: number | null; after: unknown },
  rows: readonly unknown[],
  count: () => Promise<number>,
) {
  return page.limit === null && page.after === null ? rows.length : count();
}

/** Cuts off the row too many and names the next page, in the body and as a `Link` header. */
export function answerPage<Row, Item, Total extends number | null>(
  c: Context,
  page: { readonly limit: number | null },
  rows: readonly Row[],
  total: Total,
  idOf: (row: Row) => string,
  show: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null; total: Total } {
  const size = page.limit === null ? rows.length : page.limit - 1;
  const shown = rows.slice(0, size);
  const last = rows.length > size ? shown.at(-1) : undefined;
  const next_cursor = last === undefined ? null : Buffer.from(idOf(last), 'utf8').toString('base64url');
  if (next_cursor !== null) {
    const query = new URLSearchParams(new URL(c.req.url).search);
    query.set('cursor', next_cursor);
    c.header('Link', `<${c.req.path}?${query}>; rel="next"`);
  }
  return { data: shown.map(show), next_cursor, total };
}
