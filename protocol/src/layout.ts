import { z } from 'zod';

export * from './cells.ts';

/**
 * How a container's slots are laid out and counted. `row`: along a row, then the next row. `column`: down a column.
 * `snake`: every second row backwards.
 */
export const Layout = z.object({
  rows: z.int().min(1),
  columns: z.int().min(1),
  order: z.enum(['row', 'column', 'snake']),
});
export type Layout = z.infer<typeof Layout>;
