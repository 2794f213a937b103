import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

/** Fields that never reach a line, wherever they stand in the logged object. */
const SECRETS = ['password', 'secret', 'token', 'api_key', 'hmac_key', 'authorization', 'cookie', 'connectionString'];

/**
 * The hub's log: one JSON object a line with `time` (RFC 3339, UTC), `level` in words, `msg` and the fields of the event.
 *
 * @param destination where lines go; standard error unless a test wants to read them (standard output is for results)
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}

/** A URL fit for a log line or a message: its password replaced. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return '(not an address)';
  if (parsed.password !== '') parsed.password = '***';
  return parsed.href;
}
