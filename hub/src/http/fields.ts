import type { z } from '@hono/zod-openapi';

/** A validated object with optional fields, without those that were not sent. */
export type Sent<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Drops what was not sent: under exact optional types an absent field is no undefined one. */
export function withoutUndefined<T extends object>(fields: T): Sent<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Sent<T>;
}

/**
 * For a strict object of what people say: tells whoever sends one of the fields that an agent fills that nobody sets it.
 * Give it to the object as `error`.
 */
export function toldByAgent(measured: readonly string[]) {
  return (issue: z.core.$ZodRawIssue): string | undefined => {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const told = issue.keys.filter((key) => measured.includes(key));
    return told.length === 0 ? undefined : `the agent says this, nobody sets it: ${told.join(', ')}`;
  };
}
