import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** The longest answer that is read, bytes. */
const MAX_ANSWER = 1024 * 1024;

/**
 * Posts JSON and reads JSON back, with an authority of one's own where one is given (`fetch` knows none). Redirects are
 * answers like any other. Rejects with Node's error when there is no answer.
 *
 * @param ca certificates in PEM that are believed instead of the usual authorities
 * @returns `body` is null where the answer is no JSON
 */
export function postJson(
  url: string,
  body: object,
  { ca, withinMs }: { ca: string | null; withinMs: number },
): Promise<{ status: number; body: unknown }> {
  const text = JSON.stringify(body);
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': Buffer.byteLength(text),
    },
    signal: AbortSignal.timeout(withinMs),
    agent: false as const,
  };
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  const request = url.startsWith('https:')
    ? tlsRequest(url, { ...options, ...(ca === null ? {} : { ca }) })
    : plainRequest(url, options);
  request.on('error', reject);
  request.on('response', (response) => {
    let answer = '';
    response.setEncoding('utf8');
    response.on('error', reject);
    response.on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > MAX_ANSWER) response.destroy(new Error('the answer is too long'));
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(answer) }));
  });
  request.end(text);
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the status alone decides
  }
}
