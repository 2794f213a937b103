import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

/** Every error the API answers with: the code never changes, the status and the meaning belong to it. */
export const PROBLEMS = {
  invalid_request: { status: 422, title: 'The request holds a value that is not accepted' },
  malformed_request: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'The request does not say who is asking' },
  forbidden: { status: 403, title: 'The role of the asker does not allow this' },
  tls_required: { status: 403, title: 'This is only answered over TLS' },
  token_unknown: { status: 403, title: 'There is no such enrolment token' },
  token_expired: { status: 403, title: 'The enrolment token has expired' },
  token_used: { status: 403, title: 'The enrolment token has been used already' },
  not_found: { status: 404, title: 'There is nothing of that name for the asker' },
  ambiguous_id: { status: 409, title: 'Several projects hold an object of that id' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The request is not JSON' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'The hub made a mistake' },
  database_unavailable: { status: 503, title: 'The database does not answer' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One value of a request that was not accepted; `pointer` is a JSON pointer into body or query. */
export const FieldError = z.object({ pointer: z.string(), code: z.string(), message: z.string() });
export type FieldError = z.infer<typeof FieldError>;

/** RFC 9457, `application/problem+json`. */
export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    request_id: z.string(),
    errors: z.array(FieldError).optional(),
    candidates: z.array(z.object({ project_id: z.string(), url: z.string() })).optional(),
  })
  .openapi('Problem');
export type ProblemBody = z.infer<typeof ProblemBody>;

export interface ProblemOptions {
  readonly errors?: FieldError[];
  readonly candidates?: { project_id: string; url: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere below a route; becomes the answer. `detail` is shown to the caller. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.options = options;
  }
}

/** The answer to a problem. */
export function answerProblem(c: Context, problem: Problem): Response {
  const { status, title } = PROBLEMS[problem.code];
  const { errors, candidates, headers } = problem.options;
  const body: ProblemBody = {
    type: `/api/problems#${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    instance: c.req.path,
    request_id: c.get('requestId'),
    ...(errors ? { errors } : {}),
    ...(candidates ? { candidates } : {}),
  };
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json', ...headers });
}

/** How every operation of the API describes its errors. */
export const problemResponse = {
  description: 'An error (RFC 9457)',
  content: { 'application/problem+json': { schema: ProblemBody } },
} as const;
