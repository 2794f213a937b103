/** A page of a list as the hub answers it. */
export interface List<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
  /** Of all pages. */
  readonly total: number;
}
