import { z } from '@hono/zod-openapi';

const MOST = 200;

/** A short text of people's, as it may stand in the database: no NUL, nothing that only pretends to be text. */
export function PlainText(most: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{C}*$/u, { error: 'holds control characters' });
}

/** A filter whose alternatives stand between commas: `status=active,revoked`. */
export function anyOf<T extends z.ZodType<unknown, string>>(item: T) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item).max(MOST))
    .optional()
    .openapi({ type: 'string', description: 'One or several, with commas' });
}
