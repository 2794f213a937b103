import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

/** How a table is asked for: by query fields, or by the headers Accept and Accept-Language. */

/** `fr` writes a CSV as French spreadsheets open it: semicolons, decimal commas, a byte-order mark. */
const LOCALES = ['fr', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The query fields of every list that may be had as a table. */
export const TableFormat = z.object({
  format: z.enum(['json', 'csv', 'xlsx']).optional(),
  locale: z.enum(LOCALES).optional(),
});

/** Those of series, which analysts also take as Parquet; lists are no such amount of numbers. */
export const SeriesFormat = TableFormat.extend({ format: z.enum(['json', 'csv', 'xlsx', 'parquet']).optional() });

/** A file of a table, or JSON. */
export type Wanted = { readonly format: 'json' } | TableWanted;
export interface TableWanted {
  readonly format: 'csv' | 'xlsx' | 'parquet';
  readonly locale: Locale;
}

export const MEDIA_TYPES = {
  json: 'application/json',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
} as const;
type Format = keyof typeof MEDIA_TYPES;
const OF_LISTS: readonly Format[] = ['json', 'csv', 'xlsx'];
/** What series may be had as. */
export const OF_SERIES: readonly Format[] = [...OF_LISTS, 'parquet'];

/** What a route that answers tables declares beside its JSON. */
export const TABLE_CONTENT = {
  [MEDIA_TYPES.csv]: { schema: z.string() },
  [MEDIA_TYPES.xlsx]: { schema: z.string().openapi({ format: 'binary' }) },
};
/** The same for series. */
export const SERIES_CONTENT = {
  ...TABLE_CONTENT,
  [MEDIA_TYPES.parquet]: { schema: z.string().openapi({ format: 'binary' }) },
};

/**
 * What the request wants: the query decides, then the headers; JSON and English where neither says.
 *
 * @param formats that the route answers
 */
export function wantedFormat(c: Context, query: z.output<typeof SeriesFormat>, formats = OF_LISTS): Wanted {
  const format = query.format ?? acceptedFormat(c, formats);
  return format === 'json' ? { format } : { format, locale: query.locale ?? acceptedLocale(c) };
}

function acceptedFormat(c: Context, formats: readonly Format[]): Format {
  const supports = formats.map((format) => MEDIA_TYPES[format]);
  const type = accepts(c, { header: 'Accept', supports, default: MEDIA_TYPES.json });
  return formats.find((format) => MEDIA_TYPES[format] === type) ?? 'json';
}

function acceptedLocale(c: Context): Locale {
  const locale = accepts(c, {
    header: 'Accept-Language',
    supports: [...LOCALES],
    default: 'en',
    // `fr-CH` is French too.
    match: (languages, { supports, default: otherwise }) =>
      languages
        .filter(({ q }) => q > 0)
        .map(({ type }) => type.toLowerCase().split('-')[0]!)
        .find((language) => supports.includes(language)) ?? otherwise,
  });
  return locale === 'fr' ? 'fr' : 'en';
}
