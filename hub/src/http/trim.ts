import type { z } from '@hono/zod-openapi';
import { oneOf } from './paging.ts';

/** The query field `fields` of a list: which fields of its objects are wanted, parted by commas. */
export function fieldsOf<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  return oneOf(Object.keys(schema.shape) as [keyof Shape & string, ...(keyof Shape & string)[]]);
}

/** An object with the fields wanted and its ids, which always come; whole where no fields were named. */
export function trimmed<T extends object, Id extends keyof T>(
  whole: T,
  wanted: readonly (keyof T)[] | undefined,
  ids: readonly Id[],
): Partial<T> & Pick<T, Id> {
  if (wanted === undefined) return whole;
  const kept = new Set<PropertyKey>([...ids, ...wanted]);
  return Object.fromEntries(Object.entries(whole).filter(([key]) => kept.has(key))) as Partial<T> & Pick<T, Id>;
}
