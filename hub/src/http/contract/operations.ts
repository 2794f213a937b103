import type { z } from '@hono/zod-openapi';
import { type Access, declaredAccess } from '../access.ts';
import type { App } from '../app.ts';
import { describeApi } from '../openapi/document.ts';
import { type OpenApiDocument, operationsOf, type Placed, routeOf } from '../openapi/types.ts';

/** What a route declares of its bodies: zod schemas by media type. */
type Bodies = Record<string, { schema: z.ZodType } | undefined>;

/** One operation of the API with everything that is said about it. */
export interface ApiOperation extends Placed {
  /** `GET /api/projects/:projectId`. */
  readonly route: string;
  readonly access: Access;
  /** The schemas that validate its body, by media type. */
  readonly takes: Bodies;
  /** The schemas of its answers by status (those the route names itself) and media type. */
  readonly answers: Readonly<Record<string, { content?: Bodies } | undefined>>;
}

/** The routes that answer pages and their files: no operations, so in no document. */
export const PAGES = [
  'GET /',
  'GET /metrics',
  'GET /api/docs',
  'GET /api/docs/:version/:file',
  'GET /api/openapi.json',
  'GET /api/problems',
];

/** The app as its own document describes it. */
export function documentOf(app: App): OpenApiDocument {
  return describeApi(app, '0.0.0');
}

/** What ends something, which nothing else can be done with then: an alert, and a project with all that is in it. */
const ENDS = /\/resolve$|^\/api\/projects\/\{projectId\}$/;

/** What reads comes first, what ends and removes comes last, and parts before wholes: each finds what it is about. */
const ORDER = ['get', 'put', 'patch', 'post', 'delete'];

/** Every operation of a document of the app, with the schemas of the route behind it, in an order to try them in. */
export function apiOperations(app: App, document: OpenApiDocument): ApiOperation[] {
  const access = declaredAccess(app);
  const definitions = new Map(
    app.openAPIRegistry.definitions.flatMap((definition) =>
      definition.type === 'route' ? [[`${definition.route.method} ${definition.route.path}`, definition.route]] : [],
    ),
  );
  const operations = operationsOf(document).map((placed) => {
    const definition = definitions.get(`${placed.method} ${placed.path}`);
    const route = routeOf(placed);
    return {
      ...placed,
      route,
      access: access.get(route) ?? [],
      takes: (definition?.request?.body?.content ?? {}) as Bodies,
      answers: (definition?.responses ?? {}) as ApiOperation['answers'],
    };
  });
  const depth = ({ path }: Placed) => path.split('/').length;
  return operations.sort(
    (a, b) =>
      ORDER.indexOf(a.method) - ORDER.indexOf(b.method) ||
      Number(ENDS.test(a.path)) - Number(ENDS.test(b.path)) ||
      depth(b) - depth(a) ||
      a.path.localeCompare(b.path),
  );
}
