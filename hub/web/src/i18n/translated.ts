/** The same keys with other words. A key that is missing, or one too many, does not compile; plural forms are for a test. */
export type Translated<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string ? string : Translated<Texts[Key]>;
} & {
  readonly [Form in PluralForms<keyof Texts>]?: string;
};

/** Forms that another language has besides those of English: `many` in French. */
type PluralForms<Key> = Key extends `${infer Name}_other` ? `${Name}_many` : never;
