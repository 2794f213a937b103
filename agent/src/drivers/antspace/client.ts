import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type DeviceAddress, DeviceError, type DeviceErrorCode } from '../driver.ts';

/**
 * The one thing that is ever asked of a container's controller. The same address also opens, closes and resets the
 * cooling and sets its temperature, by other words behind `operation=`: none of them stands anywhere in this program.
 */
const PATH = '/cooler?operation=coolerState';
/** Controllers take their time. */
export const LEAST_DEADLINE_MS = 1500;
/** A state is 3 kB. */
const MOST_BYTES = 256 * 1024;

export interface AskOptions {
  deadlineMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Asks a controller for its state: the text of its reply. One GET on a connection of its own, no redirect is followed,
 * nothing is sent twice.
 *
 * @throws {DeviceError}, or the signal's reason when aborted
 */
export function askState(address: DeviceAddress, { deadlineMs, signal }: AskOptions): Promise<string> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const where = `${address.host}:${address.port}`;
    const failure = (code: DeviceErrorCode, what: string, cause?: unknown) =>
      new DeviceError(code, where, `container controller ${where}: ${what}`, { cause });
    const asked: ClientRequest = request({
      host: address.host,
      port: address.port,
      method: 'GET',
      path: PATH,
      agent: false,
      headers: { accept: 'application/json', connection: 'close' },
    });
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      settle();
      asked.destroy();
    };
    const fail = (error: unknown): void => end(() => reject(error));
    const onAbort = (): void => fail(signal?.reason);
    const deadline = Math.max(deadlineMs, LEAST_DEADLINE_MS);
    const timer = setTimeout(() => fail(failure('timeout', `gave no complete answer within ${deadline} ms`)), deadline);
    signal?.addEventListener('abort', onAbort, { once: true });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      fail(failure(codeOf(error), error.code ?? error.message, error)),
    );
    asked.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status !== 200)
        fail(failure(status === 404 || status === 400 ? 'unsupported' : 'device_error', `answered ${status}`));
      else
        collect(
          response,
          (text) => end(() => resolve(text)),
          (code, what) => fail(failure(code, what)),
        );
    });
    asked.end();
  });
}

function collect(
  response: IncomingMessage,
  done: (text: string) => void,
  fail: (code: DeviceErrorCode, what: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) fail('too_large', `sent more than ${MOST_BYTES / 1024} kB`);
    else chunks.push(chunk);
  });
  response.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
  response.on('error', () => fail('closed', `closed the connection ${bytes} bytes into its reply`));
}

function codeOf({ code = '' }: NodeJS.ErrnoException): DeviceErrorCode {
  if (code.startsWith('HPE_')) return 'malformed';
  return CODES[code] ?? 'unreachable';
}

const CODES: Readonly<Record<string, DeviceErrorCode>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  ETIMEDOUT: 'timeout',
};
