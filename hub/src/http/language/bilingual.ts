import type { Context } from 'hono';

/** The languages the API speaks. Codes and keys are the same in both. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A sentence in every language. */
export type Bilingual = Readonly<Record<Language, string>>;

/** Short for writing one down where it is said: `say('There is ...', 'Il y a ...')`. */
export function say(en: string, fr: string): Bilingual {
  return { en, fr };
}

/** What the asker reads, by `Accept-Language`; English where neither is named, for programs do not name one. */
export function languageOf(c: Context): Language {
  const header = c.req.header('Accept-Language') ?? '';
  const wanted = header
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const weight = parameters.map((p) => /^\s*q=([0-9.]+)$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const found = wanted.find(({ language }) => LANGUAGES.some((known) => known === language));
  return found?.language === 'fr' ? 'fr' : 'en';
}
