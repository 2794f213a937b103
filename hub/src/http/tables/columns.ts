import { z } from '@hono/zod-openapi';
import type { Column, ColumnKind } from './table.ts';

/**
 * The columns of a flat table from the schema of the JSON that a list answers, so that both always hold the same:
 * `coverage: { reporting, expected }` becomes `coverage_reporting` and `coverage_expected`; lists and free-form objects
 * become JSON text. `omit` leaves out fields of the outermost object.
 */
export function columnsOf<Schema extends z.ZodObject>(
  schema: Schema,
  { omit = [] }: { readonly omit?: readonly (keyof z.output<Schema> & string)[] } = {},
): Column<z.output<Schema>>[] {
  const left: readonly string[] = omit;
  return Object.entries(schema.shape)
    .filter(([key]) => !left.includes(key))
    .flatMap(([key, field]) => fieldColumns(key, field, (row: object) => valueAt(row, key)));
}

function fieldColumns(key: string, field: z.core.$ZodType, get: (row: object) => unknown): Column<object>[] {
  const schema = bare(field);
  if (!(schema instanceof z.ZodObject)) return [{ key, kind: kindOf(schema), get }];
  return Object.entries(schema.shape).flatMap(([inner, innerField]) =>
    fieldColumns(`${key}_${inner}`, innerField, (row) => valueAt(get(row), inner)),
  );
}

function valueAt(holder: unknown, key: string): unknown {
  return holder === null || holder === undefined ? null : (holder as Record<string, unknown>)[key];
}

/** What a schema answers at last, without the wrappings that say when it may be missing. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return bare(schema.out);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly
  )
    return bare(schema.unwrap());
  return schema;
}

function kindOf(schema: z.core.$ZodType): ColumnKind {
  if (schema instanceof z.ZodISODateTime) return 'time';
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return 'text';
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return 'text';
  if (schema instanceof z.ZodNumber) return schema.format === 'safeint' ? 'integer' : 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return 'json';
}
