import i18next from 'i18next';

/** What the hub answers when it refuses: `application/problem+json` (RFC 9457) with its own words in the asker's language. */
export interface ProblemBody {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly request_id?: string;
  readonly permission?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
  /** With `changed_meanwhile`: what stands there now. */
  readonly current?: unknown;
}

/** An answer that is none: refused by the hub, or the hub was not reached (`code` is then `unreachable`). */
export class ApiProblem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title);
    this.body = body;
  }

  get code(): string {
    return this.body.code;
  }

  get status(): number {
    return this.body.status;
  }
}

/** What the hub said of single values that it refused, by their pointers: `/name`. */
export function refusalsOf(error: Error | null): ReadonlyMap<string, string> {
  const errors = error instanceof ApiProblem ? (error.body.errors ?? []) : [];
  return new Map(errors.map(({ pointer, message }) => [pointer, message]));
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal;
  /** Of what a change was made for: refused where somebody else has changed it meanwhile. */
  readonly ifMatch?: string;
  /** In which language to answer; the reader's where not said. */
  readonly language?: string;
}

/** What was answered, with the tag that a change of it is to name. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string;
}

/**
 * Asks the hub; the session travels as a cookie.
 *
 * @throws ApiProblem
 */
export async function ask<T>(path: string, asking: Asking = {}): Promise<T> {
  const response = await answerOf(path, asking);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

/** Asks for something that is to be changed. */
export async function askTagged<T>(path: string, asking: Asking = {}): Promise<Tagged<T>> {
  const response = await answerOf(path, asking);
  return { value: (await response.json()) as T, tag: response.headers.get('ETag') ?? '*' };
}

/** Asks for a file; its name is the hub's, where it gives one. */
export async function askFile(
  path: string,
  asking: Asking = {},
): Promise<{ readonly name: string | null; readonly blob: Blob }> {
  const response = await answerOf(path, asking);
  const [, name] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
  return { name: name ?? null, blob: await response.blob() };
}

async function answerOf(
  path: string,
  { method = 'GET', body, query, signal, ifMatch, language }: Asking,
): Promise<Response> {
  await painted();
  const response = await reach(addressOf(path, query), {
    method,
    headers: {
      Accept: 'application/json',
      'Accept-Language': language ?? i18next.resolvedLanguage ?? 'en',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new ApiProblem(await problemOf(response));
  return response;
}

/** The address of a question, for asking it and for people to copy. */
export function addressOf(path: string, query: Asking['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** What a click shows is on the screen before what it asks for costs anything: a page asks a dozen questions at once. */
const painted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiProblem({ code: 'unreachable', status: 0, title: i18next.t('problems.unreachable') });
  }
}

async function problemOf(response: Response): Promise<ProblemBody> {
  try {
    return (await response.json()) as ProblemBody;
  } catch {
    return { code: 'unreadable', status: response.status, title: i18next.t('problems.unreadable') };
  }
}
