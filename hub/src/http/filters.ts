import { z } from '@hono/zod-openapi';

const MOST = 200;

/** A filter whose alternatives stand between commas: `status=active,revoked`. */
export function anyOf<T extends z.ZodType<unknown, string>>(item: T) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item).max(MOST))
    .optional();
}
