import { ROLES } from '../../auth/principal.ts';
import type { Access } from '../access.ts';
import { PROBLEMS, type ProblemCode } from '../problem.ts';
import type { Answer, Operation, Placed } from './types.ts';

/**
 * The problems that an operation may answer with, told from what it is: who may use it, what it takes, whether it
 * changes anything. What only the operation itself knows it adds by `problems(...)` in its route.
 */
export function problemsOf({ method, path, operation }: Placed, access: Access): ProblemCode[] {
  if (!path.startsWith('/api/')) return ownProblems(operation);
  const reads = method === 'get';
  const takes = (place: string) => (operation.parameters ?? []).some((p) => 'in' in p && p.in === place);
  const named = (name: string) => (operation.parameters ?? []).some((p) => 'name' in p && p.name === name);
  const of = (applies: boolean, ...codes: ProblemCode[]) => (applies ? codes : []);
  const found = new Set<ProblemCode>([
    ...of(access !== 'anyone', 'unauthenticated'),
    ...of(access === 'account' || (access !== 'anyone' && (!reads || access.length < ROLES.length)), 'forbidden'),
    // Viewers take no exports.
    ...of(named('format'), 'forbidden'),
    ...of(access !== 'anyone' && access !== 'account', 'account_duty'),
    ...of(access !== 'anyone' && access !== 'account' && !reads, 'read_only_key'),
    ...of(!reads, 'cross_site', 'malformed_request', 'too_large', 'unsupported_media_type'),
    // What a body or a filter names may be missing too.
    ...of(takes('path') || named('project_id') || named('projects') || (!reads && access !== 'anyone'), 'not_found'),
    ...of(takes('path') && named('project_id'), 'ambiguous_id'),
    ...of(!reads && access !== 'anyone', 'conflict'),
    ...of(method === 'post' && access !== 'anyone', 'already_exists', 'idempotency_key_reused'),
    // Second factors and answers that are kept are sealed.
    ...of(method === 'post', 'wrong_key'),
    ...of(operation.responses?.['412'] !== undefined, 'changed_meanwhile'),
    'invalid_request',
    'too_many_requests',
    'internal_error',
    'database_unavailable',
    ...ownProblems(operation),
  ]);
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => found.has(code));
}

function ownProblems(operation: Operation): ProblemCode[] {
  const unnamed = operation.responses?.default as { 'x-problems'?: ProblemCode[] } | undefined;
  return unnamed?.['x-problems'] ?? [];
}

/** One answer for each status among these problems, with an example of each. */
export function problemAnswers(codes: readonly ProblemCode[]): Record<string, Answer> {
  const byStatus = Object.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, members = []]) => [
      status,
      {
        description: members.map((code) => `\`${code}\`: ${PROBLEMS[code].title.en}`).join('. '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(members.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      },
    ]),
  );
}

/** An example of a problem, with further members where its answer has any. */
export function problemExample(code: ProblemCode, members: object = {}): { summary: string; value: object } {
  const { status, title } = PROBLEMS[code];
  const value = {
    type: `/api/problems#${code}`,
    title: title.en,
    status,
    code,
    detail: `${title.en}.`,
    instance: '/api/projects/QATAR-001',
    request_id: '0b9bd0a6-6a5c-4f5b-9a1c-6d4f3a2b1c0d',
    ...members,
  };
  return { summary: title.en, value };
}

/** An example of every problem, for the document's components. */
export function problemExamples(): Record<string, ReturnType<typeof problemExample>> {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return Object.fromEntries(codes.map((code) => [code, problemExample(code)]));
}
