import type { Json } from '../openapi/examples.ts';
import type { Content, Parameter, RequestBody } from '../openapi/types.ts';
import type { ApiOperation } from './operations.ts';
import { emailOf } from './tenant-rows.ts';
import { PASSWORD, type Tenant } from './tenants.ts';

/** One request, whoever sends it. */
export interface Attempt {
  readonly method: string;
  /** With its query, as it stands in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** Operations whose plain request is refused all the same: it needs a secret that only its holder knows. */
export const NEVER_PLAIN: readonly string[] = [
  'POST /api/enrol',
  'POST /api/invitations/accept',
  'POST /api/account/totp/confirm',
];

/** Bodies of plain requests that the document's example cannot be: it would have to know who is there. */
const BODIES: Readonly<Record<string, (tenant: Tenant) => Json>> = {
  'POST /api/session': ({ project }) => ({ email: emailOf('viewer', project), password: PASSWORD }),
};

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

/** The object that {name} of a path is, of a tenant. */
export function ownId(tenant: Tenant, name: string, path: string): string {
  const id = idOf(tenant, name, path);
  if (id === undefined) throw new Error(`Say in tenant-rows.ts which object of a tenant {${name}} of ${path} is.`);
  return id;
}

/** The field with the id of what a POST to this path creates. */
export function createdId(path: string): string {
  return `${/([a-z-]+?)s?$/.exec(path)?.[1]}_id`;
}

/** An example with its ids replaced by a tenant's; what a POST creates keeps its own. */
export function withIds(example: Json, tenant: Tenant, path: string): Json {
  const created = createdId(path);
  const walk = (value: Json, name: string): Json => {
    if (Array.isArray(value)) return value.map((item) => walk(item, name));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, key)]));
    return name === created || name === '' ? value : (idOf(tenant, name, path) ?? value);
  };
  return walk(example, '');
}

/** The JSON body that an operation takes. */
export function jsonBody(body: RequestBody | undefined): Content[string] | undefined {
  return body?.content['application/json'];
}

/** Fills in a path and its query. Segments of dots alone never reach a server: URLs are resolved before they are sent. */
export function pathOf(
  path: string,
  params: Record<string, string>,
  query: readonly (readonly [string, string])[],
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encode(params[name] ?? '').replace(/^\.+$/, '%252E'),
  );
  const fields = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return fields === '' ? filled : `${filled}?${fields}`;
}

/** As `encodeURIComponent`, which throws for half a character; a client's own encoder sends what a decoder cannot read. */
function encode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}
