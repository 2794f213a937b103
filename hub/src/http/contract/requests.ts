import fc from 'fast-check';
import type { Json } from '../openapi/examples.ts';
import type { Components, Content, Parameter, RequestBody } from '../openapi/types.ts';
import { HOSTILE_BODIES, HOSTILE_CONTENT_TYPES, HOSTILE_HEADERS, HOSTILE_TEXTS } from './hostile.ts';
import type { ApiOperation } from './operations.ts';
import { emailOf } from './tenant-rows.ts';
import { PASSWORD, type Tenant } from './tenants.ts';
import { acceptedBy, type Named, spoilt } from './values.ts';

/** One request, whoever sends it. */
export interface Attempt {
  readonly method: string;
  /** With its query, as it stands in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/**
 * Operations whose plain request is refused all the same: it needs a secret that only its holder knows, or two projects
 * where a tenant has one.
 */
export const NEVER_PLAIN: readonly string[] = [
  'POST /api/enrol',
  'POST /api/invitations/accept',
  'POST /api/account/totp/confirm',
  'GET /api/compare',
];

/** Bodies of plain requests that the document's example cannot be: it would have to know who is there. */
const BODIES: Readonly<Record<string, (tenant: Tenant) => Json>> = {
  'POST /api/session': ({ project }) => ({ email: emailOf('viewer', project), password: PASSWORD }),
};

/** Ids that nobody has, though they could exist. */
const UNKNOWN = ['NOWHERE-001', 'NOWHERE-C01', 'NOWHERE-C01-M001', 'NOWHERE-T01', '999999999'];
const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';

/** The object that a parameter or field of this name means, of a tenant; undefined where it means none. */
export function idOf(tenant: Tenant, name: string, path: string): string | undefined {
  const camel = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const resource = /^\/api\/([a-z-]+?)s?(\/|$)/.exec(path)?.[1] ?? '';
  const key = camel === 'id' ? `${resource}Id` : camel;
  return tenant.ids[key] ?? tenant.ids[key.replace(/s$/, '')] ?? tenant.ids[`${key.replace(/s$/, '')}Id`];
}

/**
 * The plainest request of an operation that should be accepted: the tenant's own objects, nothing optional, and the body
 * that the document shows, on the tenant's objects.
 */
export function plainAttempt(operation: ApiOperation, tenant: Tenant): Attempt {
  const { method, path, route } = operation;
  const media = jsonBody(operation.operation.requestBody as RequestBody | undefined);
  const { params, query } = plainParameters(operation, tenant);
  return {
    method,
    path: pathOf(path, params, Object.entries(query)),
    headers: media === undefined ? {} : { 'Content-Type': 'application/json' },
    body: media === undefined ? null : JSON.stringify(BODIES[route]?.(tenant) ?? withIds(media.example, tenant, path)),
  };
}

/** The plainest request, but for one parameter. */
export function withParameter(operation: ApiOperation, tenant: Tenant, parameter: Parameter, text: string): Attempt {
  const { params, query } = plainParameters(operation, tenant);
  (parameter.in === 'path' ? params : query)[parameter.name] = text;
  return { ...plainAttempt(operation, tenant), path: pathOf(operation.path, params, Object.entries(query)) };
}

function plainParameters({ path, operation }: ApiOperation, tenant: Tenant) {
  const parameters = (operation.parameters ?? []).filter((parameter) => 'in' in parameter);
  const valued = (found: Parameter[], value: (parameter: Parameter) => string): Record<string, string> =>
    Object.fromEntries(found.map((parameter) => [parameter.name, value(parameter)]));
  return {
    params: valued(
      parameters.filter((parameter) => parameter.in === 'path'),
      ({ name }) => ownId(tenant, name, path),
    ),
    query: valued(
      parameters.filter((parameter) => parameter.in === 'query' && parameter.required === true),
      ({ name, example }) => idOf(tenant, name, path) ?? (name === 'q' ? tenant.canary : String(example)),
    ),
  };
}

function ownId(tenant: Tenant, name: string, path: string): string {
  const id = idOf(tenant, name, path);
  if (id === undefined) throw new Error(`Say in tenant-rows.ts which object of a tenant {${name}} of ${path} is.`);
  return id;
}

/** An example with its ids replaced by a tenant's; what a POST creates keeps its own. */
function withIds(example: Json, tenant: Tenant, path: string): Json {
  const created = `${/([a-z-]+?)s?$/.exec(path)?.[1]}_id`;
  const walk = (value: Json, name: string): Json => {
    if (Array.isArray(value)) return value.map((item) => walk(item, name));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, key)]));
    return name === created || name === '' ? value : (idOf(tenant, name, path) ?? value);
  };
  return walk(example, '');
}

/** Requests of an operation, good and bad in every part, about the objects of one tenant and now and then of another. */
export function attempts(
  operation: ApiOperation,
  components: Components,
  own: Tenant,
  foreign: Tenant,
): fc.Arbitrary<Attempt> {
  const { method, path } = operation;
  const parameters = (operation.operation.parameters ?? []).filter((parameter) => 'in' in parameter);
  const ofPlace = (place: Parameter['in']) => parameters.filter((parameter) => parameter.in === place);
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 20 }));
  const named: Named = (name) => {
    const id = idOf(own, name, path);
    if (id === undefined) return null;
    const other = idOf(foreign, name, path) ?? id;
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(id, id.toLowerCase()) },
      { weight: 2, arbitrary: fc.constant(other) },
      { weight: 1, arbitrary: fc.constantFrom(...UNKNOWN, UNKNOWN_UUID) },
    );
  };
  const textOf = (parameter: Parameter): fc.Arbitrary<string> => {
    const good = acceptedBy(parameter.schema ?? { type: 'string' }, components, named, parameter.name);
    return fc.oneof({ weight: 5, arbitrary: good.map((value) => String(value)) }, { weight: 2, arbitrary: hostile });
  };
  const record = (fields: Parameter[], requiredKeys: string[]): fc.Arbitrary<Record<string, string>> =>
    fc.record(Object.fromEntries(fields.map((field) => [field.name, textOf(field)])), { requiredKeys });
  const paths = ofPlace('path');
  const params = record(
    paths,
    paths.map(({ name }) => name),
  );
  const required = ofPlace('query').filter((field) => field.required === true);
  const query = fc.tuple(
    record(
      ofPlace('query'),
      required.map(({ name }) => name),
    ),
    fc.option(fc.tuple(fc.constantFrom('q', 'sort', 'limit', 'cursor', '__proto__', "a'b"), hostile), { freq: 6 }),
  );
  const headers = fc.option(fc.constantFrom(...HOSTILE_HEADERS), { freq: 3 });
  return fc
    .tuple(params, query, headers, bodies(operation, components, named))
    .map(([ids, [fields, extra], lies, [kind, body]]) => ({
      method,
      path: pathOf(path, ids, [...Object.entries(fields), ...(extra === null ? [] : [extra])]),
      headers: { ...(kind === null ? {} : { 'Content-Type': kind }), ...lies },
      body: method === 'get' ? null : body,
    }));
}

type Body = [kind: string | null, body: Attempt['body']];

function bodies({ operation, method }: ApiOperation, components: Components, named: Named): fc.Arbitrary<Body> {
  const none = fc.constant<Body>([null, null]);
  if (method === 'get') return none;
  const media = jsonBody(operation.requestBody as RequestBody | undefined);
  const junk = fc.tuple(
    fc.oneof(fc.constant('application/json'), fc.constantFrom(...HOSTILE_CONTENT_TYPES)),
    fc.oneof(
      fc.constantFrom(...HOSTILE_BODIES),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    ),
  );
  if (media?.schema === undefined) return fc.oneof({ weight: 4, arbitrary: none }, { weight: 1, arbitrary: junk });
  const good = fc.oneof(fc.constant(media.example as Json), acceptedBy(media.schema, components, named));
  const json = (values: fc.Arbitrary<Json>) => values.map((value): Body => ['application/json', JSON.stringify(value)]);
  return fc.oneof(
    { weight: 5, arbitrary: json(good) },
    { weight: 6, arbitrary: json(spoilt(good)) },
    { weight: 2, arbitrary: junk },
    { weight: 1, arbitrary: none },
  );
}

function jsonBody(body: RequestBody | undefined): Content[string] | undefined {
  return body?.content['application/json'];
}

/** Fills in a path and its query. Segments of dots alone never reach a server: URLs are resolved before they are sent. */
function pathOf(path: string, params: Record<string, string>, query: readonly (readonly [string, string])[]): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encode(params[name] ?? '').replaceAll('.', '%252E'),
  );
  const fields = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return fields === '' ? filled : `${filled}?${fields}`;
}

/** As `encodeURIComponent`, which throws for half a character; a client's own encoder sends what a decoder cannot read. */
function encode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}
