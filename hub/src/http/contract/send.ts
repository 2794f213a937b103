import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApi } from '../testing.ts';
import type { Answered } from './answers.ts';
import type { Asker } from './askers.ts';
import type { Attempt } from './requests.ts';

/** How long an answer may take, its body included. */
const PATIENCE_MS = 10_000;
/** How long a stream is listened to. */
const STREAM_MS = 20;

/** Sends a request as somebody; null when no whole answer came in time. */
export async function send(api: TestApi, attempt: Attempt, asker: Asker): Promise<Answered | null> {
  const { method, path, headers, body } = attempt;
  const request = {
    method: method.toUpperCase(),
    headers: headersOf({ ...(await asker.headers()), ...headers }),
    body,
  };
  const bindings = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
  const work = async (): Promise<Answered> => {
    const response = await api.app.request(path, request, bindings);
    const stream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
    return {
      status: response.status,
      headers: response.headers,
      text: await (stream ? beginningOf : textOf)(response),
    };
  };
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), PATIENCE_MS);
  return await Promise.race([work(), late.promise]).finally(() => clearTimeout(timer));
}

const textOf = (response: Response): Promise<string> => response.text();

/** What a stream without end says at first; then it is let go. */
async function beginningOf({ body }: Response): Promise<string> {
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const heard = async (): Promise<void> => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  };
  await Promise.race([heard(), sleep(STREAM_MS)]);
  await reader.cancel();
  return text;
}

/** As a client can send them: a header is bytes, without line ends. */
function headersOf(wanted: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(wanted)) headers.set(name, value.replaceAll(/[^\x20-\x7e]/g, '?'));
  return headers;
}
