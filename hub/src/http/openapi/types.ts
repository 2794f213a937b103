import type { App } from '../app.ts';

/** OpenAPI 3.1, by the types that the generator answers with. */
export type OpenApiDocument = ReturnType<App['getOpenAPI31Document']>;
type PathItem = NonNullable<OpenApiDocument['paths']>[string];
export type Operation = NonNullable<PathItem['get']>;
export type Parameter = Extract<NonNullable<Operation['parameters']>[number], { in: unknown }>;
export type RequestBody = Extract<NonNullable<Operation['requestBody']>, { content: unknown }>;
export type Content = RequestBody['content'];
export type Schema = NonNullable<Content[string]['schema']>;
/** What a document holds beside its paths; always there once the document is complete. */
export type Components = NonNullable<OpenApiDocument['components']>;

/** The answer of one status. */
export interface Answer {
  description: string;
  content?: Content;
}

/** The verbs of the API, as a document writes them. */
export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/** One operation with its place. */
export interface Placed {
  readonly method: Method;
  /** As the document has it: `/api/projects/{projectId}`. */
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation of a document. */
export function operationsOf(document: OpenApiDocument): Placed[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
}

/** An operation as the app names its route: `GET /api/projects/:projectId`. */
export function routeOf({ method, path }: Pick<Placed, 'method' | 'path'>): string {
  return `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

/** The schema that a reference into the components stands for, or the schema itself. */
export function resolve(schema: Schema, components: Components): Exclude<Schema, { $ref: string }> {
  if (!('$ref' in schema)) return schema as Exclude<Schema, { $ref: string }>;
  const name = schema.$ref.replace('#/components/schemas/', '');
  const found = components.schemas?.[name];
  if (found === undefined) throw new Error(`The document refers to ${schema.$ref}, which it does not hold.`);
  return resolve(found, components);
}
