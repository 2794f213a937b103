import i18next, { type FormatterModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { number } from '../format.ts';
import { en } from './en/index.ts';
import { fr } from './fr/index.ts';
import { held } from './held.ts';

const LANGUAGES = ['fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** Writes a count in the reader's manner: 17,864. Numbers that are names, such as an alert's, are left alone. */
const COUNTS: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _format, _language, options) =>
    typeof value === 'number' && options?.interpolationkey === 'count' ? number(value) : (value as string),
};

const KEPT = 'hearst.language';

/** What somebody chose on this device, else the first language of the browser that there is, else French. */
export function preferredLanguage(): Language {
  const wanted = [readKept(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((tag): tag is Language => LANGUAGES.some((language) => language === tag)) ?? 'fr';
}

/** Loads both languages; texts stand in the program, nothing is fetched. */
export async function startLanguages(language: Language): Promise<void> {
  await i18next
    .use(initReactI18next)
    .use(COUNTS)
    .init({
      resources: { en: { translation: en }, fr: { translation: held(fr) } },
      lng: language,
      fallbackLng: false,
      // Said, they need not be guessed anew for every text.
      keySeparator: '.',
      nsSeparator: false,
      interpolation: { escapeValue: false, alwaysFormat: true },
      returnNull: false,
    });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // A browser that keeps nothing still switches.
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
