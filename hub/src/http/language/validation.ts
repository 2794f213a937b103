import { z } from 'zod';
import type { FieldError } from '../problem.ts';
import type { Language } from './bilingual.ts';

/** The most faults of a request that are told. */
export const MAX_TOLD = 1_000;

/** zod's own words in each language. */
const WORDS = { en: z.locales.en().localeError, fr: z.locales.fr().localeError } as const;

/** What our own schemas say, in French; in English it stands where the schema does. `$1` is what the pattern caught. */
const OURS: readonly (readonly [RegExp, string])[] = [
  [/^expected an? (\w+) id such as (\S+)$/, 'identifiant attendu, par exemple $2'],
  [/^expected a time zone such as (\S+)$/, 'fuseau horaire attendu, par exemple $1'],
  [/^(\S+) is reserved$/, '$1 est réservé'],
  [/^not a cursor that a list has answered$/, "ce n'est pas un curseur donné par une liste"],
  [
    /^expected a number such as 12\.5, without unit or spaces$/,
    'nombre attendu, par exemple 12.5, sans unité ni espaces',
  ],
  [/^expected a whole number such as 308$/, 'nombre entier attendu, par exemple 308'],
  [/^expected JSON such as (.+?): .*$/s, 'JSON attendu, par exemple $1'],
  [/^holds a NUL character/, 'contient un caractère NUL, que la base de données ne conserve pas'],
  [/^holds half a character/, "contient un demi-caractère (surrogate isolé), qui n'est pas du texte"],
  [/^nested more than (\d+) levels deep$/, 'imbriqué sur plus de $1 niveaux'],
  [/^a layout takes both rows and columns$/, 'une disposition demande rangées et colonnes'],
  [/^holds control characters$/, 'contient des caractères de contrôle'],
  [/^the agent says this, nobody sets it: (.+)$/, "l'agent le dit, personne ne le fixe : $1"],
  [/^expected a duration such as (\S+)$/, 'durée attendue, par exemple $1'],
  [/^only with range, or with from and to$/, 'seulement avec range, ou avec from et to'],
  [/^either range, or from and to$/, 'soit range, soit from et to'],
  [/^from and to belong together$/, 'from et to vont ensemble'],
  [/^the range ends before it begins$/, 'la période finit avant de commencer'],
  [/^the range begins in the future$/, 'la période commence dans le futur'],
  [/^expected a date such as (\S+), from 2000 on$/, 'date attendue, par exemple $1, à partir de 2000'],
  [/^expected a month such as (\S+), from 2000 on$/, 'mois attendu, par exemple $1, à partir de 2000'],
  [/^there is no (\w+) of (\w+) of (.+): take (.+)$/, "il n'y a pas de $1 de $2 à ce niveau ($3) : prenez $4"],
  [/^there is no (\w+) of (.+): leave it out$/, "il n'y a pas de $1 à ce niveau ($2) : omettez-le"],
  [/^scope (\w+) has no groups by (\w+): leave it out$/, "le niveau $1 n'a pas de groupes par $2 : omettez-le"],
  [/^scope (\w+) has no groups by (\w+): take (.+)$/, "le niveau $1 n'a pas de groupes par $2 : prenez $3"],
  [/^there is no (\w+) of (\w+) in scope (\w+): take (.+)$/, "il n'y a pas de $1 de $2 au niveau $3 : prenez $4"],
  [/^expected a day from (\S+) to (\S+)$/, 'jour attendu entre $1 et $2'],
  [/^another price begins on (\S+)$/, 'un autre prix commence le $1'],
  [/^expected a time such as (\S+)$/, 'heure attendue, par exemple $1'],
  [/^expected a rule such as (\S+)$/, 'règle attendue, par exemple $1'],
  [/^not known here: did you mean (\w+)\?$/, 'inconnu ici : vouliez-vous dire $1 ?'],
];

/** The faults of a value as the API tells them: where (a JSON pointer), which rule (a stable code), and in words. */
export function fieldErrors(error: z.ZodError, input: unknown, language: Language): FieldError[] {
  const issues = error.issues.flatMap(meant).slice(0, MAX_TOLD);
  return issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[]): string => path.map((part) => `/${escapePointer(String(part))}`).join('');
    const message = wordsFor(issue, valueAt(input, issue.path), language);
    // One error per unknown field, each at its place.
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), code: issue.code, message }));
    return [{ pointer: at(issue.path), code: codeOf(issue), message }];
  });
}

/** Of a value that may have several forms: what is wrong with it in the one that it was meant in, by its kind. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const ofKind = issue.errors.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const [form, ...others] = ofKind;
  if (form === undefined || others.length > 0) return [issue];
  return form.flatMap((inner) => meant({ ...inner, path: [...issue.path, ...inner.path] }));
}

function codeOf(issue: z.core.$ZodIssue): string {
  const { params } = issue as { params?: { code?: unknown } };
  return typeof params?.code === 'string' ? params.code : issue.code;
}

function wordsFor(issue: z.core.$ZodIssue, input: unknown, language: Language): string {
  const raw = { ...issue, input } as z.core.$ZodRawIssue;
  const standard = textOf(WORDS.en(raw));
  if (language === 'en') return issue.message;
  const ours = OURS.find(([pattern]) => pattern.test(issue.message));
  if (ours !== undefined) return issue.message.replace(ours[0], ours[1]);
  return issue.message === standard || issue.code !== 'custom' ? textOf(WORDS.fr(raw)) : issue.message;
}

function textOf(message: string | { message: string } | null | undefined): string {
  return typeof message === 'string' ? message : (message?.message ?? '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

/** A key as a part of a JSON pointer (RFC 6901). */
export function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
