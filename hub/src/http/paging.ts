import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Page } from '../db/queries/page.ts';

/** The most objects of a page. */
export const MAX_LIMIT = 500;
/** A cursor may hold a name. */
const MAX_CURSOR = 2_000;
const ID = /^[A-Z][A-Z0-9-]{0,63}$/;

/** A cursor holds the place where a page ended, wrapped so that nobody builds on its shape. */
export const cursorOf = <Place extends z.ZodType>(place: Place) =>
  z
    .string()
    .max(MAX_CURSOR)
    .transform((text, ctx): z.output<Place> => {
      const { success, data } = place.safeParse(unwrap(text));
      if (success) return data;
      ctx.addIssue({ code: 'custom', message: 'not a cursor that a list has answered' });
      return z.NEVER;
    });

/**
 * The query fields of every list; a field it does not know is an error, for a misspelt filter would filter nothing.
 * Without `limit` a list comes whole unless it says otherwise. The cursor is the last id of the page before.
 */
export const Paging = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).optional(),
  cursor: cursorOf(z.string().regex(ID)).optional(),
});

/** Values parted by commas, which mean OR: `active,warning`. */
export const anyOf = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item));

/** The page to ask the database for: one row more than wanted, which tells whether another page follows. */
export function pageOf(query: z.output<typeof Paging>, defaultLimit: number | null): Page {
  return { limit: rowsToAsk(query.limit, defaultLimit), after: query.cursor ?? null };
}

/** How many rows to ask the database for: one more than wanted; null for all of them. */
export function rowsToAsk(limit: number | undefined, defaultLimit: number | null): number | null {
  const wanted = limit ?? defaultLimit;
  return wanted === null ? null : wanted + 1;
}

/**
 * Cuts off the row too many and names the next page, in the body and as a `Link` header.
 *
 * @param limit the rows that were asked for, one more than wanted; null for all
 * @param placeOf what the cursor of the next page holds of the last row
 */
export function answerPage<Row, Item, Total extends number | null>(
  c: Context,
  { limit }: { readonly limit: number | null },
  rows: readonly Row[],
  total: Total,
  placeOf: (row: Row) => unknown,
  show: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null; total: Total } {
  const size = limit === null ? rows.length : limit - 1;
  const shown = rows.slice(0, size);
  const last = rows.length > size ? shown.at(-1) : undefined;
  const next_cursor = last === undefined ? null : wrap(placeOf(last));
  if (next_cursor !== null) {
    const query = new URLSearchParams(new URL(c.req.url).search);
    query.set('cursor', next_cursor);
    c.header('Link', `<${c.req.path}?${query}>; rel="next"`);
  }
  return { data: shown.map(show), next_cursor, total };
}

function wrap(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** What a cursor holds; undefined where it is none of ours. */
function unwrap(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
