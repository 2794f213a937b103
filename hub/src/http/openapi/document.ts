import { ROLES } from '../../auth/principal.ts';
import { SESSION_COOKIE } from '../../auth/sessions.ts';
import { type Access, declaredAccess } from '../access.ts';
import type { App } from '../app.ts';
import { exampleOf, type Json } from './examples.ts';
import { problemAnswers, problemExample, problemExamples, problemsOf } from './problems.ts';
import {
  type Answer,
  type Components,
  type Content,
  type OpenApiDocument,
  operationsOf,
  type Placed,
  routeOf,
} from './types.ts';

const MANNERS = `Every project of the company and what stands in it, for people and programs.

- Units are in the names of fields. Unknown is \`null\`, never 0. Times are RFC 3339 in UTC.
- Lists are \`{ data, next_cursor, total }\`; \`next_cursor\` is passed back as \`cursor\`, also as a \`Link\` header.
- Errors are RFC 9457 in English or French (\`Accept-Language\`), described under [/api/problems](/api/problems). Every
  answer has an \`X-Request-Id\`.
- An object that does not exist and one of a project that you may not see are answered alike: 404.
- \`PUT\` takes the fields to change and honours \`If-Match\`; \`POST\` honours \`Idempotency-Key\` for 24 h.`;

/** Headers that operations of one kind honour. */
const PARAMETERS = {
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of what you have: answered 304 while it is still so',
    schema: { type: 'string' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of what you have read: answered 412 when somebody has changed it since',
    schema: { type: 'string' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Sent again within 24 h, the request is answered as it was then and changes nothing',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  },
} as const;

/**
 * The API as OpenAPI 3.1: what the routes' own schemas say, completed with what holds for every operation of its kind
 * (who may use it, its errors, headers, names, examples), so that routes need not say it.
 */
export function describeApi(app: App, version: string): OpenApiDocument {
  const document = copied(
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Hearst Control', version, description: MANNERS },
      servers: [{ url: '/', description: 'This hub' }],
    }),
  );
  const components: Components = {
    ...document.components,
    parameters: { ...document.components?.parameters, ...PARAMETERS },
    examples: problemExamples(),
    securitySchemes: {
      apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'hck_...', description: 'An API key' },
      session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Set by POST /api/session' },
    },
  };
  const access = declaredAccess(app);
  const operations = operationsOf(document);
  for (const placed of operations) complete(placed, access.get(routeOf(placed)) ?? [], components);
  const tags = [...new Set(operations.map(({ path }) => tagOf(path)))].map((name) => ({ name }));
  return { ...document, tags, components };
}

/** A copy, in which patterns are patterns: the generator leaves a flag's letter behind them (`^a$/u`). */
function copied(document: OpenApiDocument): OpenApiDocument {
  return JSON.parse(JSON.stringify(document), (key, value) =>
    key === 'pattern' && typeof value === 'string' ? value.replace(/\/[a-z]+$/, '') : value,
  );
}

function complete(placed: Placed, access: Access, components: Components): void {
  const { method, path, operation } = placed;
  operation.operationId = operationIdOf(placed);
  operation.tags = [tagOf(path)];
  operation.description = [operation.description, whoMay(access)].filter((part) => part !== undefined).join('\n\n');
  operation['x-roles'] = access === 'account' ? ROLES : [access].flat();
  operation.security = securityOf(access);
  const { default: _, ...answers } = operation.responses as Record<string, Answer>;
  const problems = problemAnswers(problemsOf(placed, access));
  for (const [status, problem] of Object.entries(problems)) answers[status] ??= problem;
  if (answers['412'] !== undefined) showCurrent(answers['412'], components);
  const tagged = method === 'get' && answers['200']?.content?.['application/json'] !== undefined;
  if (tagged && path.startsWith('/api/')) answers['304'] = { description: 'Still as the ETag in If-None-Match says' };
  operation.responses = answers;
  const headers = [
    ...(answers['304'] === undefined ? [] : ['IfNoneMatch']),
    ...(answers['412'] === undefined ? [] : ['IfMatch']),
    ...(method === 'post' && access !== 'anyone' ? ['IdempotencyKey'] : []),
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  for (const parameter of operation.parameters ?? [])
    if ('in' in parameter && parameter.required === true && parameter.schema !== undefined)
      parameter.example ??= exampleOf(parameter.schema, components, parameter.name);
  if (headers.length > 0) operation.parameters = [...(operation.parameters ?? []), ...headers];
  if (operation.requestBody !== undefined && 'content' in operation.requestBody)
    giveExamples(operation.requestBody.content, components);
  for (const { content = {} } of Object.values(answers)) giveExamples(content, components);
}

/** 412 shows what stands there now, which every route declares in its own way. */
function showCurrent({ content = {} }: Answer, components: Components): void {
  for (const media of Object.values(content)) {
    if (media.schema === undefined) continue;
    const { current } = exampleOf(media.schema, components) as { current?: Json };
    media.examples = { changed_meanwhile: problemExample('changed_meanwhile', { current }) };
  }
}

function giveExamples(content: Content, components: Components): void {
  for (const [kind, media] of Object.entries(content))
    if (/json$/.test(kind) && media.schema !== undefined && media.examples === undefined)
      media.example ??= exampleOf(media.schema, components);
}

/** `GET /api/projects/{projectId}/containers` is `getProjectsProjectIdContainers`: unique as its path, and as stable. */
function operationIdOf({ method, path }: Placed): string {
  const words = path.replace(/^\/api\b/, '').match(/[A-Za-z0-9]+/g) ?? [];
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** The resource, which is the first word of the path. */
function tagOf(path: string): string {
  return /^\/api\/([a-z-]+)/.exec(path)?.[1] ?? 'health';
}

function whoMay(access: Access): string {
  if (access === 'anyone') return 'Needs no sign-in.';
  if (access === 'account') return 'Whoever has signed in, about their own account; API keys have none.';
  return `Roles: ${access.map((role) => `\`${role}\``).join(', ')}.`;
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'anyone') return [];
  return access === 'account' ? [{ session: [] }] : [{ apiKey: [] }, { session: [] }];
}
