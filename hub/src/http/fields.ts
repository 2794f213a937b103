/** A validated object with optional fields, without those that were not sent. */
export type Sent<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Drops what was not sent: under exact optional types an absent field is no undefined one. */
export function withoutUndefined<T extends object>(fields: T): Sent<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Sent<T>;
}
