import pino, { type DestinationStream, type Logger } from 'pino';

/** Keys whose value never reaches a log, at the top and one level down. */
const SECRETS = ['secret', 'hmac_key', 'token', 'password', 'credential', 'authorization'];

/** The process's log: one JSON object a line, on standard error unless told otherwise. */
export function createLog(level: string, stream: DestinationStream = pino.destination({ fd: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: { program: 'hearst-agent' },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    },
    stream,
  );
}
