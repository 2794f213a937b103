import { z } from '@hono/zod-openapi';
import type { SortedPage, SortKind, SortPlace } from '../db/queries/sorted.ts';
import { say } from './language/bilingual.ts';
import { cursorOf, rowsToAsk } from './paging.ts';
import { invalidRequest } from './problem.ts';

/** The fields that a list may be sorted by and what their values are, the standard one first. */
export type Sorts<Field extends string = string> = Readonly<Record<Field, SortKind>>;

/** What the cursor of a sorted list holds: the sort it belongs to, and the last row's value and id. */
const Place = z.tuple([z.string(), z.union([z.number(), z.string(), z.null()]), z.string().max(200)]);

/** The query fields of a list that can be sorted, to extend `Paging` by: `sort=name`, `sort=-name` for descending. */
export function sorting<Field extends string>(sorts: Sorts<Field>) {
  const names = (Object.keys(sorts) as Field[]).flatMap((field) => [field, `-${field}`] as const);
  return { sort: z.enum(names).optional(), cursor: cursorOf(Place).optional() };
}

/** The page to ask the database for. Throws 422 for a cursor that was answered in another order. */
export function sortedPageOf<Field extends string>(
  query: {
    limit?: number | undefined;
    sort?: Field | `-${Field}` | undefined;
    cursor?: z.output<typeof Place> | undefined;
  },
  sorts: Sorts<Field>,
): SortedPage<Field> {
  const sort = query.sort ?? (Object.keys(sorts) as Field[])[0]!;
  const descending = sort.startsWith('-');
  const by = (descending ? sort.slice(1) : sort) as Field;
  const after = query.cursor === undefined ? null : placeIn(query.cursor, sort, sorts[by]);
  return { limit: rowsToAsk(query.limit, null), by, descending, after };
}

/** What the cursor of the page after `row` holds. */
export function placeAfter(page: SortedPage<string>, value: SortPlace['value'], id: string): z.input<typeof Place> {
  return [`${page.descending ? '-' : ''}${page.by}`, value, id];
}

function placeIn([sortedBy, value, id]: z.output<typeof Place>, sort: string, kind: SortKind): SortPlace {
  if (sortedBy === sort && (value === null || kind === 'id' || typeof value === kind)) return { value, id };
  throw invalidRequest([
    {
      pointer: '/cursor',
      code: 'custom',
      message: say(
        'not a cursor that this list has answered in this order',
        "ce n'est pas un curseur donné par cette liste dans cet ordre",
      ),
    },
  ]);
}
