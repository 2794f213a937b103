import { isDeepStrictEqual } from 'node:util';
import type { z } from '@hono/zod-openapi';
import { afterAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../auth/principal.ts';
import { hubVersion } from '../../version.ts';
import { declaredAccess } from '../access.ts';
import { describeApi } from '../openapi/document.ts';
import type { Content } from '../openapi/types.ts';
import { PROBLEMS, ProblemBody } from '../problem.ts';
import { openTestApi } from '../testing.ts';
import { looseIn } from './loose.ts';
import { apiOperations, documentOf, PAGES } from './operations.ts';

const api = await openTestApi();
afterAll(() => api.close());
const document = documentOf(api.app);
const operations = apiOperations(api.app, document);

/** Fields that hold whatever people or devices have put there. */
const FREE_JSON = ['metadata', 'layout', 'before', 'after', 'data'];

describe('the document', () => {
  it('is answered to anyone', async () => {
    const { status, body } = await api.ask('/api/openapi.json');
    expect([status, body]).toEqual([200, document]);
  });

  it('and the running app hold the same operations', () => {
    const running = [...declaredAccess(api.app).keys()].filter((route) => !PAGES.includes(route));
    expect(operations.map(({ route }) => route).sort()).toEqual(running.sort());
    expect([...declaredAccess(api.app).keys()]).toEqual(expect.arrayContaining(PAGES));
  });

  it('is the one committed (pnpm openapi writes it)', async () => {
    const text = `${JSON.stringify(describeApi(api.app, hubVersion()), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../../docs/openapi.json');
  });

  it('refers to nothing that it does not hold', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(refs.length).toBeGreaterThan(10);
    expect([...new Set(refs)].filter((path) => found(path) === undefined)).toEqual([]);
  });

  it('writes patterns as JSON Schema does', () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
      JSON.parse(text!),
    );
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern, 'u')).not.toThrow();
      expect(pattern).not.toMatch(/\/[a-z]+$/);
    }
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(get|post|put|patch|delete)[A-Z][A-Za-z0-9]+$/);
  });
});

describe.each(operations.map((operation) => [operation.route, operation] as const))('%s', (_, entry) => {
  const { operation, access, takes, answers } = entry;

  it('says what it does, for whom and of which resource', () => {
    expect(operation.summary).toMatch(/^\S+ \S/);
    expect(operation.tags).toEqual([expect.stringMatching(/^[a-z-]+$/)]);
    expect(operation['x-roles']).toEqual(access === 'account' ? [...ROLES] : [access].flat());
    for (const role of access === 'anyone' || access === 'account' ? [] : access)
      expect(operation.description).toContain(`\`${role}\``);
    expect(operation.security?.length === 0).toBe(access === 'anyone');
  });

  it('lists its errors, each a problem of the right status with examples', () => {
    const statuses = Object.keys(operation.responses ?? {});
    expect(statuses).not.toContain('default');
    if (access !== 'anyone') expect(statuses).toEqual(expect.arrayContaining(['401', '403', '429', '500', '503']));
    if (entry.path.includes('{')) expect(statuses).toContain('404');
    if (operation.requestBody !== undefined) expect(statuses).toEqual(expect.arrayContaining(['400', '415', '422']));
    for (const [status, { content = {} }] of Object.entries(
      operation.responses as Record<string, { content?: Content }>,
    )) {
      const problem = content['application/problem+json'];
      if (problem === undefined) continue;
      const codes = Object.keys(problem.examples ?? {});
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) expect(PROBLEMS[code as keyof typeof PROBLEMS].status).toBe(Number(status));
      const schema = answers[status]?.content?.['application/problem+json']?.schema ?? ProblemBody;
      for (const example of Object.values(problem.examples ?? {}))
        expect(faultsOf(schema, '$ref' in example ? found(`${example.$ref.slice(2)}/value`) : example.value)).toEqual(
          [],
        );
    }
  });

  it('gives examples that its schemas accept', () => {
    const body = (operation.requestBody ?? { content: {} }) as { content: Content };
    for (const [kind, media] of Object.entries(body.content))
      if (/json$/.test(kind) && isZod(takes[kind]?.schema))
        expect(takes[kind].schema.safeParse(media.example).error?.issues ?? []).toEqual([]);
    for (const [status, answer] of Object.entries(answers)) {
      const documented = operation.responses?.[status] as { content?: Content } | undefined;
      for (const [kind, { schema } = {}] of Object.entries(answer?.content ?? {}))
        if (kind === 'application/json') expect(faultsOf(schema!, documented?.content?.[kind]?.example)).toEqual([]);
    }
  });

  it('answers nothing that its schemas leave open', () => {
    const schemas = Object.values(answers).flatMap((answer) => Object.values(answer?.content ?? {}));
    const loose = schemas.flatMap((media) => (media?.schema === undefined ? [] : looseIn(media.schema)));
    const free = (at: string) => FREE_JSON.includes(at.split('.').findLast((step) => step !== '{}' && step !== '[]')!);
    expect(loose.filter(({ at, what }) => what !== 'json' || !free(at))).toEqual([]);
  });
});

/** Some routes judge bodies themselves, and describe them by hand. */
function isZod(schema: unknown): schema is z.ZodType {
  return typeof schema === 'object' && schema !== null && 'safeParse' in schema;
}

/** What stands at a path of the document. */
function found(path: string): unknown {
  return path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
}

/** What a schema finds wrong with an example; fields it does not know are faults too. */
function faultsOf(schema: z.ZodType, example: unknown): unknown[] {
  const { data, error } = schema.safeParse(example);
  if (error !== undefined) return error.issues;
  return isDeepStrictEqual(data, example) ? [] : [{ reads: data, of: example }];
}
