import { z } from '@hono/zod-openapi';

/**
 * Schemas for the cells of a CSV. A cell is always text; the empty one is null here. For a column that must be filled
 * pipe on: `csvInteger().pipe(z.int().min(1))`; for one that may be missing, `.optional()`.
 */

/** Stands, told apart by identity, under every schema whose cells are numbers. */
const NumberText = z.string();

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const WHOLE = /^[+-]?\d+$/;
/** Deeper JSON is nobody's data, and would exhaust the stack of whoever walks it. */
const MAX_JSON_DEPTH = 20;

/** Any text as it stands. */
export const csvText = () => z.string().transform((text) => (text === '' ? null : text));

/** A number: `-12.5`, `1e6`; `-12,5` too where the file's separator is a semicolon. */
export const csvNumber = () => numberCell(DECIMAL, Number.isFinite, 'a number such as 12.5, without unit or spaces');

/** A whole number. `1E+05` is refused: spreadsheets write that where they have dropped digits. */
export const csvInteger = () => numberCell(WHOLE, Number.isSafeInteger, 'a whole number such as 308');

/** JSON; what it must hold is for the schema piped on. */
export const csvJson = () =>
  z.string().transform((text, ctx): unknown => {
    if (text.trim() === '') return null;
    try {
      const value: unknown = JSON.parse(text);
      if (!isDeeper(value, MAX_JSON_DEPTH)) return value;
      ctx.addIssue({ code: 'custom', message: `nested more than ${MAX_JSON_DEPTH} levels deep` });
    } catch (error) {
      ctx.addIssue({ code: 'custom', message: `expected JSON such as {"grid":"11 kV"}: ${(error as Error).message}` });
    }
    return z.NEVER;
  });

/** Whether a column's cells are numbers, whatever is piped onto or wrapped around `csvNumber` or `csvInteger`. */
export function holdsNumbers(schema: z.core.$ZodType): boolean {
  if (schema === NumberText) return true;
  if (schema instanceof z.ZodPipe) return holdsNumbers(schema.in);
  return (
    (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) &&
    holdsNumbers(schema.unwrap())
  );
}

function numberCell(form: RegExp, holds: (value: number) => boolean, expected: string) {
  return NumberText.transform((text, ctx) => {
    const trimmed = text.trim();
    if (trimmed === '') return null;
    const value = Number(trimmed);
    if (form.test(trimmed) && holds(value)) return value;
    ctx.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
