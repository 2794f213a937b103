import { expect, it } from 'vitest';
import { en } from './en/index.ts';
import { fr } from './fr/index.ts';
import { held } from './held.ts';

interface Texts {
  readonly [key: string]: string | Texts;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;

function flat(texts: Texts, at = ''): [key: string, text: string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value] as [string, string]] : flat(value, `${at}${key}.`),
  );
}

function namesIn(texts: Texts): string[] {
  return [...new Set(flat(texts).map(([key]) => key.replace(PLURAL, '')))].sort();
}

const CATALOGUES = { en, fr } as const;

it('both languages say the same things', () => {
  expect(namesIn(fr)).toEqual(namesIn(en));
});

it.each(['en', 'fr'] as const)('%s has every plural form of its own', (language) => {
  const keys = new Set(flat(CATALOGUES[language]).map(([key]) => key));
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const plurals = [...keys].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, ''));
  const missing = plurals.flatMap((name) => forms.map((form) => `${name}_${form}`)).filter((key) => !keys.has(key));
  expect(missing).toEqual([]);
});

it('both languages put the same values into a text', () => {
  const values = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
  const french = new Map(flat(fr));
  const differing = flat(en)
    .filter(([key]) => french.has(key))
    .filter(([key, text]) => String(values(text)) !== String(values(french.get(key) ?? '')));
  expect(differing).toEqual([]);
});

it('in French nothing breaks before a sign that stands apart', () => {
  expect(held({ a: 'Thème : clair', b: { c: '« Oui » !' } })).toEqual({
    a: 'Thème\u00a0: clair',
    b: { c: '«\u00a0Oui\u00a0»\u00a0!' },
  });
});
