import { isDeepStrictEqual } from 'node:util';
import type { z } from '@hono/zod-openapi';
import type { Content } from '../openapi/types.ts';
import { ProblemBody } from '../problem.ts';
import type { ApiOperation } from './operations.ts';

/** An answer as it came. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What an answer says or does that the document does not promise; nothing where it keeps to it. */
export function breaches(operation: ApiOperation, path: string, answered: Answered): string[] {
  const { status, headers, text } = answered;
  const promised = operation.operation.responses?.[String(status)] as { content?: Content } | undefined;
  if (promised === undefined) return [`answers ${status}, which the document does not have: ${text.slice(0, 300)}`];
  if (status >= 500) return [`answers ${status}: ${text.slice(0, 300)}`];
  if (headers.get('X-Request-Id') === null) return ['has no X-Request-Id'];
  const kinds = Object.keys(promised.content ?? {});
  const kind = headers.get('Content-Type')?.split(';')[0] ?? null;
  if (kind === null || kinds.length === 0)
    return kinds.length === 0 && text === '' ? [] : [`answers ${status} of kind ${kind}, the document has ${kinds}`];
  if (!kinds.includes(kind)) return [`answers ${status} as ${kind}, the document has ${kinds}`];
  if (!kind.endsWith('json')) return [];
  const schema = operation.answers[status]?.content?.[kind]?.schema;
  if (kind === 'application/problem+json') return problemBreaches(operation, path, answered, schema ?? ProblemBody);
  return schema === undefined ? [`has no schema for ${status}`] : schemaBreaches(schema, JSON.parse(text));
}

function problemBreaches(
  { operation }: ApiOperation,
  path: string,
  { status, headers, text }: Answered,
  schema: z.ZodType,
): string[] {
  const body = JSON.parse(text);
  const wrong = schemaBreaches(schema, body);
  if (wrong.length > 0) return wrong;
  const promised = operation.responses?.[String(status)] as { content?: Content } | undefined;
  const codes = Object.keys(promised?.content?.['application/problem+json']?.examples ?? {});
  return [
    ...(codes.includes(body.code) ? [] : [`answers the problem ${body.code}, the document has ${codes} for ${status}`]),
    ...(body.status === status ? [] : [`says status ${body.status} in an answer of ${status}`]),
    ...(body.request_id === headers.get('X-Request-Id') ? [] : ['names another request id than its header']),
    ...(path.includes('%') || body.instance === path ? [] : [`names the instance ${body.instance}`]),
  ];
}

/** What a schema finds wrong; fields that it does not have are wrong too. */
function schemaBreaches(schema: z.ZodType, body: unknown): string[] {
  const { data, error } = schema.safeParse(body);
  if (error !== undefined)
    return error.issues.map(({ path, message }) => `is not as its schema says: ${path.join('.')}: ${message}`);
  return isDeepStrictEqual(data, body) ? [] : [`holds what its schema has not: ${JSON.stringify(body).slice(0, 300)}`];
}
