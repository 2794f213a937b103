import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ALERT_TARGETS } from '../db/schema.ts';
import { type Bilingual, languageOf, say } from './language/bilingual.ts';

/** Every error the API answers with: the code never changes, the status and the meaning belong to it. */
export const PROBLEMS = {
  invalid_request: {
    status: 422,
    title: say('The request holds a value that is not accepted', 'La requête contient une valeur refusée'),
  },
  malformed_request: { status: 400, title: say('The request cannot be read', 'La requête est illisible') },
  unauthenticated: {
    status: 401,
    title: say('The request does not say who is asking', 'La requête ne dit pas qui demande'),
  },
  sign_in_refused: { status: 401, title: say('Signing in was refused', 'La connexion est refusée') },
  totp_required: {
    status: 401,
    title: say('A code of the second factor is needed', 'Un code du second facteur est nécessaire'),
  },
  forbidden: {
    status: 403,
    title: say('The role of the asker does not allow this', 'Le rôle du demandeur ne le permet pas'),
  },
  read_only_key: {
    status: 403,
    title: say('The API key may only read', "La clé d'API ne permet que la lecture"),
  },
  account_duty: {
    status: 403,
    title: say('Something has to be done on the account first', "Une formalité du compte est à faire d'abord"),
  },
  proof_required: {
    status: 403,
    title: say('The password has to be shown again', 'Le mot de passe doit être redonné'),
  },
  cross_site: {
    status: 403,
    title: say('The request comes from another site', "La requête vient d'un autre site"),
  },
  tls_required: { status: 403, title: say('This is only answered over TLS', 'Réponse uniquement par TLS') },
  token_unknown: { status: 403, title: say('There is no such token', "Ce jeton n'existe pas") },
  token_expired: { status: 403, title: say('The token has expired', 'Le jeton a expiré') },
  token_used: { status: 403, title: say('The token has been used already', 'Le jeton a déjà servi') },
  not_found: {
    status: 404,
    title: say('There is nothing of that name for the asker', 'Rien de ce nom pour le demandeur'),
  },
  ambiguous_id: {
    status: 409,
    title: say('Several projects hold an object of that id', 'Plusieurs projets ont un objet de cet identifiant'),
  },
  already_exists: {
    status: 409,
    title: say('There is one of that id already', 'Il en existe déjà un de cet identifiant'),
  },
  conflict: {
    status: 409,
    title: say('The state it is in does not allow this', "L'état actuel ne le permet pas"),
  },
  changed_meanwhile: {
    status: 412,
    title: say('Somebody has changed it meanwhile', "Quelqu'un l'a modifié entre-temps"),
  },
  idempotency_key_reused: {
    status: 422,
    title: say('The idempotency key belongs to another request', "La clé d'idempotence appartient à une autre requête"),
  },
  too_large: { status: 413, title: say('The request is too large', 'La requête est trop grande') },
  unsupported_media_type: {
    status: 415,
    title: say('The body is of a kind that is not read here', "Le corps est d'un type qui n'est pas lu ici"),
  },
  too_many_requests: { status: 429, title: say('Too many requests', 'Trop de requêtes') },
  internal_error: { status: 500, title: say('The hub made a mistake', 'Le hub a fait une erreur') },
  wrong_key: {
    status: 503,
    title: say("The hub's key does not fit its database", 'La clé du hub ne correspond pas à sa base de données'),
  },
  database_unavailable: {
    status: 503,
    title: say('The database does not answer', 'La base de données ne répond pas'),
  },
} as const satisfies Record<string, { status: number; title: Bilingual }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One value of a request that was not accepted; `pointer` is a JSON pointer into body or query. */
export const FieldError = z.object({ pointer: z.string(), code: z.string(), message: z.string() });
export type FieldError = z.infer<typeof FieldError>;

/** The same where its words are still to be chosen by the asker's language. */
export interface Fault extends Omit<FieldError, 'message'> {
  readonly message: string | Bilingual;
}

/** What may be asked instead of what was refused: a request that would be accepted as it stands. */
const Instead = z.object({
  method: z.literal('POST'),
  url: z.literal('/api/silences'),
  body: z.object({
    project_id: z.string(),
    target_type: z.enum(ALERT_TARGETS),
    target_id: z.string(),
    rule_id: z.string().nullable(),
    ends_at: z.iso.datetime(),
  }),
});

/** RFC 9457, `application/problem+json`. */
export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    instance: z.string(),
    request_id: z.string(),
    errors: z.array(FieldError).optional(),
    /** Of a table: the numbers of all its faulty lines, `5-9, 12`; `errors` may name fewer. */
    lines: z.string().optional(),
    candidates: z.array(z.object({ project_id: z.string(), url: z.string() })).optional(),
    /** The role or verb that is missing. */
    permission: z.string().optional(),
    /** Of an alert that may not be resolved: the silence to make instead. */
    instead: Instead.optional(),
  })
  .openapi('Problem');
export type ProblemBody = z.infer<typeof ProblemBody>;

export interface ProblemOptions {
  /** In the asker's language already, or in every language. */
  readonly errors?: readonly Fault[];
  readonly lines?: string;
  readonly candidates?: { project_id: string; url: string }[];
  readonly permission?: string;
  readonly instead?: z.infer<typeof Instead>;
  /** What stands there now, for whoever meant to change an older version; the route declares its schema. */
  readonly current?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere below a route; becomes the answer. `detail` is shown to the caller in their language. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: Bilingual;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, detail: Bilingual, options: ProblemOptions = {}) {
    super(detail.en);
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.options = options;
  }
}

/** 422 that says which values of the request were not accepted, and why. */
export function invalidRequest(errors: readonly Fault[]): Problem {
  return new Problem(
    'invalid_request',
    say('Some values were not accepted; see errors.', 'Des valeurs sont refusées ; voir errors.'),
    { errors },
  );
}

/** 422 about one value of the request that only its use has shown to be wrong. */
export function refusedField(pointer: string, code: string, message: Bilingual): Problem {
  return invalidRequest([{ pointer, code, message }]);
}

/** The answer to a problem. */
export function answerProblem(c: Context, problem: Problem): Response {
  const { status, title } = PROBLEMS[problem.code];
  const { headers, errors, ...members } = problem.options;
  const language = languageOf(c);
  const inWords = (message: string | Bilingual) => (typeof message === 'string' ? message : message[language]);
  const body: ProblemBody = {
    type: `/api/problems#${problem.code}`,
    title: title[language],
    status,
    code: problem.code,
    detail: problem.detail[language],
    instance: c.req.path,
    request_id: c.get('requestId'),
    ...(errors && { errors: errors.map((error) => ({ ...error, message: inWords(error.message) })) }),
    ...members,
  };
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json',
    'Content-Language': language,
    ...headers,
  });
}

/** How every operation of the API describes its errors. */
export const problemResponse = {
  description: 'An error (RFC 9457)',
  content: { 'application/problem+json': { schema: ProblemBody } },
} as const;

/**
 * The same, where an operation may answer problems that its kind does not tell: what its access, its fields and its verb
 * imply is added to every operation of the document by itself.
 */
export function problems(...codes: ProblemCode[]) {
  return { ...problemResponse, 'x-problems': codes };
}

/** How operations that honour `If-Match` describe 412: the error, and what stands there now. */
export function changedResponse<T extends z.ZodType>(current: T) {
  return {
    description: 'Somebody has changed it meanwhile; `current` is what stands there now',
    content: { 'application/problem+json': { schema: ProblemBody.extend({ current }).openapi({}) } },
  } as const;
}
