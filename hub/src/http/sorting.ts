import { z } from '@hono/zod-openapi';
import { type Order, type Sort, type SortedPage, type SortValue, type Term, termsOf } from '../db/queries/sorted.ts';
import { say } from './language/bilingual.ts';
import { cursorOf } from './paging.ts';
import { refusedField } from './problem.ts';

/** Text that came out of the database, or might have. */
export const StoredText = z.string().refine((text) => !text.includes('\0') && text.isWellFormed());
/** What the cursor of a sorted list holds: the sort it belongs to, and the values of the last row. */
const Place = z.tuple([z.string()], z.union([z.number(), StoredText, z.null()]));

/** A cursor that holds a list of things. */
export const listCursor = <Held extends z.ZodType>(held: Held) =>
  cursorOf(/^\[.*\]$/u).transform((text, ctx): z.output<Held> => {
    const { success, data } = held.safeParse(parsed(text));
    if (success) return data;
    ctx.addIssue({ code: 'custom', message: 'not a cursor that a list has answered' });
    return z.NEVER;
  });

/** The query fields of a list that can be sorted, to extend `Paging` by: `sort=name`, `sort=-name` for descending. */
export function sorting<Field extends string>({ fields, standard }: Order<Field>) {
  const sorts = (Object.keys(fields) as Field[]).flatMap((field): Sort<Field>[] => [field, `-${field}`]);
  return {
    sort: z
      .enum(sorts)
      .optional()
      .openapi({ description: `\`-\` for descending; ${standard} where nothing is said` }),
    cursor: listCursor(Place).optional(),
  };
}

/** The part of a query that says which part of a list is wanted, in which order. */
export interface SortedQuery<Field extends string> {
  readonly limit?: number | undefined;
  readonly sort?: Sort<Field> | undefined;
  readonly cursor?: z.output<typeof Place> | undefined;
}

/**
 * The page to ask the database for: one row more than wanted, which tells whether another page follows. Throws 422 for a
 * cursor that was answered in another order.
 */
export function sortedPageOf<Field extends string>(
  query: SortedQuery<Field>,
  order: Order<Field>,
  defaultLimit: number | null,
): SortedPage<Field> {
  const { limit = defaultLimit, sort = order.standard, cursor } = query;
  const after = cursor === undefined ? null : valuesIn(cursor, sort, order);
  return { limit: limit === null ? null : limit + 1, sort, after };
}

/** What the cursor of the page after a row holds. */
export function placeAfter(page: SortedPage<string>, { place }: { readonly place: readonly SortValue[] }): string {
  return JSON.stringify([page.sort, ...place] satisfies z.input<typeof Place>);
}

function valuesIn<Field extends string>(
  [sortedBy, ...values]: z.output<typeof Place>,
  sort: Sort<Field>,
  order: Order<Field>,
): SortValue[] {
  const terms = termsOf(order, sort);
  const fits = values.length === terms.length && terms.every(({ term }, at) => isOf(term, values[at]));
  if (sortedBy === sort && fits) return values;
  throw refusedField(
    '/cursor',
    'custom',
    say(
      'not a cursor that this list has answered in this order',
      "ce n'est pas un curseur donné par cette liste dans cet ordre",
    ),
  );
}

function isOf({ kind, known }: Term, value: SortValue | undefined): boolean {
  if (value === null) return !known;
  // Whole microseconds, none further from now than the database's calendar goes.
  return kind === 'time' ? Number.isSafeInteger(value) : typeof value === kind;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
