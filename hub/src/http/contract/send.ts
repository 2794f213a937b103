import type { TestApi } from '../testing.ts';
import type { Answered } from './answers.ts';
import type { Asker } from './askers.ts';
import type { Attempt } from './requests.ts';

/** How long an answer may take, its body included. */
const PATIENCE_MS = 10_000;

/** Sends a request as somebody; null when no whole answer came in time. */
export async function send(api: TestApi, attempt: Attempt, asker: Asker): Promise<Answered | null> {
  const { method, path, headers, body } = attempt;
  const request = {
    method: method.toUpperCase(),
    headers: headersOf({ ...(await asker.headers()), ...headers }),
    body,
  };
  const bindings = { incoming: { socket: { remoteAddress: nextAddress() } } };
  const work = async (): Promise<Answered> => {
    const response = await api.app.request(path, request, bindings);
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  };
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), PATIENCE_MS);
  return await Promise.race([work(), late.promise]).finally(() => clearTimeout(timer));
}

let sent = 0;

/** Each request comes from elsewhere on this machine: one that guesses wrongly is in nobody's way. */
function nextAddress(): string {
  sent++;
  return `127.${(sent >> 16) % 256}.${(sent >> 8) % 256}.${sent % 256}`;
}

/** The whole body; of a stream without end what lies there already. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) return await response.text();
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

/** As a client can send them: a header is bytes, without line ends. */
function headersOf(wanted: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(wanted)) headers.set(name, value.replaceAll(/[^\x20-\x7e]/g, '?'));
  return headers;
}
