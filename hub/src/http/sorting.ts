import { z } from '@hono/zod-openapi';
import type { SortedPage, SortKind, SortPlace } from '../db/queries/sorted.ts';
import { say } from './language/bilingual.ts';
import { cursorOf } from './paging.ts';
import { refusedField } from './problem.ts';

/** The fields that a list may be sorted by and what their values are, the standard one first. */
export type Sorts<Field extends string = string> = Readonly<Record<Field, SortKind>>;

/** Text that came out of the database, or might have. */
export const StoredText = z.string().refine((text) => !text.includes('\0') && text.isWellFormed());
/** What the cursor of a sorted list holds: the sort it belongs to, and the last row's value and id. */
const Place = z.tuple([z.string(), z.union([z.number(), StoredText, z.null()]), StoredText]);

/** A cursor that holds a list of things. */
export const listCursor = <Held extends z.ZodType>(held: Held) =>
  cursorOf(/^\[.*\]$/u).transform((text, ctx): z.output<Held> => {
    const { success, data } = held.safeParse(parsed(text));
    if (success) return data;
    ctx.addIssue({ code: 'custom', message: 'not a cursor that a list has answered' });
    return z.NEVER;
  });

/** The query fields of a list that can be sorted, to extend `Paging` by: `sort=name`, `sort=-name` for descending. */
export function sorting<Field extends string>(sorts: Sorts<Field>) {
  const names = (Object.keys(sorts) as Field[]).flatMap((field) => [field, `-${field}`] as const);
  return { sort: z.enum(names).optional(), cursor: listCursor(Place).optional() };
}

/** The page to ask the database for. Throws 422 for a cursor that was answered in another order. */
export function sortedPageOf<Field extends string>(
  query: {
    readonly limit?: number | undefined;
    readonly sort?: Field | `-${Field}` | undefined;
    readonly cursor?: z.output<typeof Place> | undefined;
  },
  sorts: Sorts<Field>,
): SortedPage<Field> {
  const sort = query.sort ?? (Object.keys(sorts) as Field[])[0]!;
  const descending = sort.startsWith('-');
  const by = (descending ? sort.slice(1) : sort) as Field;
  const after = query.cursor === undefined ? null : placeIn(query.cursor, sort, sorts[by]);
  return { limit: query.limit === undefined ? null : query.limit + 1, by, descending, after };
}

/** What the cursor of the page after a row holds. */
export function placeAfter(page: SortedPage<string>, value: SortPlace['value'], id: string): string {
  const place: z.input<typeof Place> = [`${page.descending ? '-' : ''}${page.by}`, value, id];
  return JSON.stringify(place);
}

function placeIn([sortedBy, value, id]: z.output<typeof Place>, sort: string, kind: SortKind): SortPlace {
  if (sortedBy === sort && (value === null || kind === 'id' || typeof value === kind)) return { value, id };
  throw refusedField(
    '/cursor',
    'custom',
    say(
      'not a cursor that this list has answered in this order',
      "ce n'est pas un curseur donné par cette liste dans cet ordre",
    ),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
