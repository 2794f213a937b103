import fc from 'fast-check';
import type { Json } from '../openapi/examples.ts';
import type { Components, Parameter, RequestBody } from '../openapi/types.ts';
import { HOSTILE_BODIES, HOSTILE_CONTENT_TYPES, HOSTILE_HEADERS, HOSTILE_TEXTS } from './hostile.ts';
import type { ApiOperation } from './operations.ts';
import { type Attempt, createdId, idOf, jsonBody, ownId, pathOf, withIds } from './requests.ts';
import type { Tenant } from './tenants.ts';
import { acceptedBy, type Named, spoilt } from './values.ts';

type Fields = Record<string, string>;
type Body = readonly [kind: string | null, body: Attempt['body']];

/** What a request is put together from. */
interface Parts {
  readonly ids: fc.Arbitrary<Fields>;
  readonly query: fc.Arbitrary<Fields>;
  readonly headers: fc.Arbitrary<Fields>;
  readonly body: fc.Arbitrary<Body>;
}

/** Ids that nobody has, though they could exist. */
const UNKNOWN = [
  ...['NOWHERE-001', 'NOWHERE-C01', 'NOWHERE-C01-M001', 'NOWHERE-T01', 'NOWHERE-E01', '999999999', '000000000000'],
  '00000000-0000-4000-8000-000000000000',
];
const hostile = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 20 }));
const EXTRA = ['q', 'sort', 'limit', 'cursor', 'fields', 'project_id', '__proto__', "a'b"];

/**
 * Requests of an operation: good in every part, bad in one part, bad in all, and good ones about the objects of another
 * tenant.
 */
export function attempts(
  operation: ApiOperation,
  components: Components,
  own: Tenant,
  foreign: Tenant,
): fc.Arbitrary<Attempt> {
  const good = goodParts(operation, components, own);
  const bad = badParts(operation, good);
  const whole = (parts: Parts): fc.Arbitrary<Attempt> => assembled(operation, parts);
  return fc.oneof(
    { weight: 5, arbitrary: whole(good) },
    { weight: 2, arbitrary: whole(goodParts(operation, components, foreign)) },
    { weight: 2, arbitrary: whole({ ...good, ids: bad.ids }) },
    { weight: 3, arbitrary: whole({ ...good, query: bad.query }) },
    { weight: 2, arbitrary: whole({ ...good, headers: bad.headers }) },
    { weight: operation.method === 'get' ? 0 : 5, arbitrary: whole({ ...good, body: bad.body }) },
    { weight: 1, arbitrary: whole(bad) },
  );
}

function assembled({ method, path }: ApiOperation, { ids, query, headers, body }: Parts): fc.Arbitrary<Attempt> {
  return fc.tuple(ids, query, headers, body).map(([params, fields, lies, [kind, sent]]) => ({
    method,
    path: pathOf(path, params, Object.entries(fields)),
    headers: { ...(kind === null ? {} : { 'Content-Type': kind }), ...lies },
    body: sent,
  }));
}

function goodParts(operation: ApiOperation, components: Components, tenant: Tenant): Parts {
  const { path } = operation;
  const named: Named = (name) => {
    const id = name === createdId(path) ? undefined : idOf(tenant, name, path);
    return id === undefined ? null : fc.constantFrom(id, id.toLowerCase());
  };
  const query = parametersOf(operation, 'query');
  const textOf = ({ schema = { type: 'string' }, name }: Parameter): fc.Arbitrary<string> =>
    acceptedBy(schema, components, named, name).map((value) => String(value));
  const required = query.filter((field) => field.required === true);
  // All of them at once contradict each other; a cursor is what only a list knows.
  const optional = query.filter((field) => field.required !== true && field.name !== 'cursor');
  return {
    ids: fc.constant(
      Object.fromEntries(parametersOf(operation, 'path').map(({ name }) => [name, ownId(tenant, name, path)])),
    ),
    query: fc
      .subarray(optional, { maxLength: Math.min(3, optional.length) })
      .chain((some) =>
        fc.record(Object.fromEntries([...required, ...some].map((field) => [field.name, textOf(field)]))),
      ),
    headers: fc.constant({}),
    body: goodBodies(operation, components, tenant, named),
  };
}

function goodBodies(
  { operation, path }: ApiOperation,
  components: Components,
  tenant: Tenant,
  named: Named,
): fc.Arbitrary<Body> {
  const { content = {} } = (operation.requestBody ?? {}) as Partial<RequestBody>;
  const bodies = Object.entries(content).flatMap(([kind, media]): fc.Arbitrary<Body>[] => {
    if (kind !== 'application/json') return [fc.constant([kind, String(media.example ?? '')])];
    const example = fc.constant(withIds(media.example, tenant, path));
    const values = media.schema === undefined ? [] : [acceptedBy(media.schema, components, named)];
    return [fc.oneof(example, ...values).map((value) => [kind, JSON.stringify(value)])];
  });
  return bodies.length === 0 ? fc.constant<Body>([null, null]) : fc.oneof(...bodies);
}

function badParts(operation: ApiOperation, good: Parts): Parts {
  const paths = parametersOf(operation, 'path').map(({ name }) => name);
  const queries = [...parametersOf(operation, 'query').map(({ name }) => name), ...EXTRA];
  const id = fc.oneof(fc.constantFrom(...UNKNOWN), hostile);
  return {
    ids: fc.record(Object.fromEntries(paths.map((name) => [name, id]))),
    query: fc
      .tuple(good.query, fc.constantFrom(...queries), hostile)
      .map(([fields, name, text]) => Object.defineProperty({ ...fields }, name, { value: text, enumerable: true })),
    headers: fc.constantFrom(...HOSTILE_HEADERS),
    body: operation.method === 'get' ? good.body : badBodies(operation, good.body),
  };
}

function badBodies({ operation }: ApiOperation, good: fc.Arbitrary<Body>): fc.Arbitrary<Body> {
  const kinds = fc.oneof(fc.constant('application/json'), fc.constantFrom(...HOSTILE_CONTENT_TYPES));
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => new Uint8Array(array));
  const junk = fc.tuple(kinds, fc.oneof(fc.constantFrom(...HOSTILE_BODIES), bytes));
  if (jsonBody(operation.requestBody as RequestBody | undefined) === undefined) return junk;
  const torn = fc.tuple(good, fc.nat(400), hostile).map(([[kind, body], at, text]): Body => {
    const whole = String(body);
    return [kind, `${whole.slice(0, at)}${text}${whole.slice(at + 1)}`];
  });
  const values = good.map(([kind, body]): Json => (kind === 'application/json' ? JSON.parse(String(body)) : {}));
  const spoiltJson = spoilt(values).map((value): Body => ['application/json', JSON.stringify(value)]);
  return fc.oneof(
    { weight: 6, arbitrary: spoiltJson },
    { weight: 2, arbitrary: torn },
    { weight: 2, arbitrary: junk },
    { weight: 1, arbitrary: fc.constant<Body>([null, null]) },
  );
}

function parametersOf({ operation }: ApiOperation, place: Parameter['in']): Parameter[] {
  return (operation.parameters ?? []).filter((parameter) => 'in' in parameter && parameter.in === place) as Parameter[];
}
