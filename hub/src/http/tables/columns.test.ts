import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { CONTAINER_STATUSES } from '../../db/schema.ts';
import { Container, Metadata, Miner, Project } from '../schemas.ts';
import { columnsOf } from './columns.ts';

const FLATTENED: Readonly<Record<string, string[]>> = {
  coverage: ['coverage_reporting', 'coverage_expected'],
  containers_by_status: CONTAINER_STATUSES.map((status) => `containers_by_status_${status}`),
  layout: ['layout_rows', 'layout_columns', 'layout_order'],
};

describe('columnsOf', () => {
  it('has a column for every field that a list answers', () => {
    for (const schema of [Project, Container, Miner]) {
      const keys = columnsOf<z.ZodObject>(schema).map(({ key }) => key);
      const fields = Object.keys(schema.shape).flatMap((field) => FLATTENED[field] ?? [field]);
      expect(keys).toEqual(fields);
    }
  });

  it('takes kinds from the schema', () => {
    const kinds = Object.fromEntries(columnsOf(Container).map(({ key, kind }) => [key, kind]));
    expect(kinds).toMatchObject({
      container_id: 'text',
      layout_rows: 'integer',
      layout_order: 'text',
      status: 'text',
      observed_at: 'time',
      age_s: 'number',
      freshness: 'text',
      coverage_reporting: 'integer',
      miners_expected: 'integer',
      miners_active: 'integer',
      hashrate_th: 'number',
      has_cooling: 'boolean',
      cooling: 'json',
      metadata: 'json',
      created_at: 'time',
    });
  });

  it('reads through wrappings and missing holders', () => {
    const Inner = z.object({ deep: z.object({ n: z.int().optional() }).nullable() });
    const schema = z.object({
      inner: Inner.nullable(),
      list: z.array(z.string()),
      metadata: Metadata,
      id: z.string().pipe(z.uuid()),
      literal: z.literal('x').default('x'),
      either: z.union([z.string(), z.number()]),
    });
    const columns = columnsOf(schema);
    const values = (row: z.output<typeof schema>) => columns.map((column) => column.get(row));
    const rest = { list: ['a'], metadata: { a: 1 }, id: 'i', literal: 'x' as const, either: 1 };
    expect(columns.map(({ key, kind }) => `${key} ${kind}`)).toEqual([
      'inner_deep_n integer',
      'list json',
      'metadata json',
      'id text',
      'literal text',
      'either json',
    ]);
    expect(values({ inner: { deep: { n: 5 } }, ...rest })).toEqual([5, ['a'], { a: 1 }, 'i', 'x', 1]);
    expect(values({ inner: { deep: null }, ...rest })[0]).toBeNull();
    expect(values({ inner: null, ...rest })[0]).toBeNull();
  });

  it('leaves out what is not wanted', () => {
    const all = columnsOf(Project).map(({ key }) => key);
    expect(columnsOf(Project, { omit: ['name', 'coverage'] }).map(({ key }) => key)).toEqual(
      all.filter((key) => key !== 'name' && !key.startsWith('coverage')),
    );
  });
});
