import { DeviceError, type DeviceErrorCode } from '../driver.ts';
import { label } from './observation.ts';
import { type RepairName, repairReply, UnreadableReply } from './repair.ts';

/** A JSON object of a reply; its keys are the firmware's own. */
export type Body = Record<string, unknown>;

/** One reply, read: an object, and the repairs it needed. */
export interface Reply {
  body: Body;
  repaired: RepairName[];
}

/** What the control board answers in plain text while the miner process restarts. */
const CONNECT_FAILED = /^\s*Socket connect failed/i;

/**
 * Reads the text of a reply. Well-formed text costs one `JSON.parse` and a count of keys; only what fails it, or
 * holds more keys than came out of it, goes through the repairs.
 *
 * Throws `DeviceError`: `malformed` for what no known repair makes readable (cut text always), `device_error`
 * for the control board's plain text.
 */
export function parseReply(text: string, address: string): Reply {
  const end = text.indexOf('\0');
  let value: unknown;
  let repaired: RepairName[] = [];
  try {
    value = JSON.parse(end < 0 ? text : text.slice(0, end));
    const more = end >= 0 && hasMore(text, end);
    if (more || countColons(text) !== countKeys(value)) ({ value, repaired } = repairReply(text));
  } catch {
    try {
      ({ value, repaired } = repairReply(text));
    } catch (error) {
      throw unreadable(text, address, error);
    }
  }
  if (!isBody(value)) throw new DeviceError('malformed', address, `${address}: the reply is not a JSON object`);
  return { body: value, repaired };
}

/** Whether a text is one whole readable reply: how the client judges a device that sends no NUL. */
export function isWholeReply(text: string): boolean {
  try {
    parseReply(text, '');
    return true;
  } catch (error) {
    // The board's plain text is whole too, whatever it says.
    return error instanceof DeviceError && error.code === 'device_error';
  }
}

function unreadable(text: string, address: string, cause: unknown): DeviceError {
  if (!(cause instanceof UnreadableReply)) throw cause;
  if (CONNECT_FAILED.test(text)) {
    const said = label(text);
    return new DeviceError(
      'device_error',
      address,
      `${address}: the miner process is restarting ("${said}"); try again shortly`,
    );
  }
  const what = cause.cut ? 'the reply is cut' : 'the reply is not readable';
  return new DeviceError('malformed', address, `${address}: ${what} (${text.length} characters): ${cause.message}`, {
    cause,
  });
}

function hasMore(text: string, nul: number): boolean {
  for (let at = nul + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0 && code !== 0x0a && code !== 0x0d && code !== 0x20) return true;
  }
  return false;
}

/** How often `":` stands in a text: its keys, plus a few places inside texts. Only a hint, cheap to get. */
function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) count++;
  return count;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  for (const key in value) {
    count++;
    const item = (value as Body)[key];
    if (typeof item === 'object') count += countKeys(item);
  }
  return count;
}

/** Whether a value is a JSON object (no list, no null). */
export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none when it is not a list. */
export function bodies(value: unknown): Body[] {
  return Array.isArray(value) ? value.filter(isBody) : [];
}

const NO_DEVICES = 10;
const NO_POOLS = 8;
const ERRORS: Record<number, DeviceErrorCode> = { 14: 'unsupported', 45: 'access_denied' };

/** What STATUS says: its letter, code, text, and the program that answers. */
export interface ReplyStatus {
  letter: string;
  code: number | null;
  message: string | null;
  program: string | null;
}

/**
 * Reads STATUS in its three shapes: a list with one object (cgminer), an object (newer Antminer), a letter
 * beside Code and Msg (Whatsminer). Null when there is none.
 */
export function statusOf(body: Body): ReplyStatus | null {
  const status = Array.isArray(body.STATUS) ? body.STATUS[0] : body.STATUS;
  const from = isBody(status) ? status : typeof status === 'string' ? body : null;
  if (from === null) return null;
  const code = from.Code ?? from.code;
  return {
    letter: typeof from.STATUS === 'string' ? from.STATUS.toUpperCase() : '',
    code: typeof code === 'number' ? code : null,
    message: label(from.Msg ?? from.msg),
    program: label(from.Description),
  };
}

/**
 * The error a reply's STATUS stands for, or null. E and F are errors, save "no devices" (10) and "no pools" (8),
 * which say that there is nothing wrong and nothing to list.
 */
export function errorOf(status: ReplyStatus, address: string, command: string): DeviceError | null {
  if (status.letter !== 'E' && status.letter !== 'F') return null;
  if (status.code === NO_DEVICES || status.code === NO_POOLS) return null;
  const code = (status.code !== null ? ERRORS[status.code] : wordsOf(status.message)) ?? 'device_error';
  const said = `${status.message ?? 'no message'}${status.code === null ? '' : `, code ${status.code}`}`;
  const hint =
    code === 'access_denied'
      ? '; add this host to api-allow of the miner'
      : code === 'unsupported'
        ? '; its firmware does not know it'
        : '';
  return new DeviceError(code, address, `${address}: refused "${command}" (${said})${hint}`);
}

/** The newer style gives no code: its words decide. */
function wordsOf(message: string | null): DeviceErrorCode | undefined {
  if (message === null) return undefined;
  if (/invalid command|unknown command|not support/i.test(message)) return 'unsupported';
  return /access denied/i.test(message) ? 'access_denied' : undefined;
}
