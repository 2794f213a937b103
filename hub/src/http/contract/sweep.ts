import type { Json } from '../openapi/examples.ts';
import { type Components, type RequestBody, resolve } from '../openapi/types.ts';
import { HOSTILE_BODIES, HOSTILE_CONTENT_TYPES, HOSTILE_HEADERS, HOSTILE_TEXTS } from './hostile.ts';
import type { ApiOperation } from './operations.ts';
import { type Attempt, plainAttempt, withParameter } from './requests.ts';
import type { Tenant } from './tenants.ts';

/** The texts that every parameter of every operation gets: NUL, quoting, half a character, a wildcard, too much. */
const IN_EVERY_PARAMETER = ['\0', "' or '1'='1'; drop table projects; --", '\ud800', '%', 'x'.repeat(5_000)];
/** The values that every field of every body gets, the same and one of each other type. */
const IN_EVERY_FIELD: readonly Json[] = [...IN_EVERY_PARAMETER, -1, 1e308, null, true, [], {}, deep(3_000)];

/**
 * The requests of an operation that differ from its plain one in a single place: each parameter and each field of the body
 * in turn. Of the longer lists each operation gets its share, by its turn, so that all together get all of them.
 */
export function sweep(operation: ApiOperation, components: Components, own: Tenant, turn: number): Attempt[] {
  const plain = plainAttempt(operation, own);
  const share = <T>(list: readonly T[], count: number): T[] =>
    Array.from({ length: count }, (_, i) => list[(turn * count + i) % list.length]!);
  const parameters = (operation.operation.parameters ?? []).filter((parameter) => 'in' in parameter);
  const asked = parameters
    .filter((parameter) => parameter.in === 'path' || parameter.in === 'query')
    .flatMap((parameter) =>
      [...IN_EVERY_PARAMETER, ...share(HOSTILE_TEXTS, 3)].map((text) => withParameter(operation, own, parameter, text)),
    );
  const headers = share(HOSTILE_HEADERS, 8).map((lies) => ({ ...plain, headers: { ...plain.headers, ...lies } }));
  if (operation.method === 'get') return [...asked, ...headers];
  const json = { 'Content-Type': 'application/json' };
  const bodies = share(HOSTILE_BODIES, 6).map((body) => ({ ...plain, headers: json, body }));
  const kinds = share(HOSTILE_CONTENT_TYPES, 4).map((kind) => ({
    ...plain,
    headers: { 'Content-Type': kind },
    body: plain.body ?? '{}',
  }));
  return [...asked, ...headers, ...bodies, ...kinds, ...fieldsOf(operation, components, plain)];
}

function fieldsOf({ operation }: ApiOperation, components: Components, plain: Attempt): Attempt[] {
  const media = (operation.requestBody as RequestBody | undefined)?.content['application/json'];
  if (media?.schema === undefined || typeof plain.body !== 'string') return [];
  const { properties = {} } = resolve(media.schema, components);
  const example = JSON.parse(plain.body);
  return Object.keys(properties).flatMap((name) =>
    IN_EVERY_FIELD.map((value) => ({ ...plain, body: JSON.stringify({ ...example, [name]: value }) })),
  );
}

function deep(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}
