import { connect } from 'node:net';

/**
 * Whether somebody is at an address and port. Always a complete request, never a bare connect: a miner serves one
 * client at a time and waits for ever for one that says nothing.
 *
 * - `answers`: with what such a device says
 * - `gateway`: a Modbus gateway that has no such unit
 * - `foreign`: with something else
 * - `mute`: takes the connection, says nothing within the deadline
 * - `closed`: takes the connection and ends it without a word
 * - `refused`: the machine is there, the service is not
 * - `silent`: nothing came back
 * - `blocked`: this machine could not ask (out of sockets or of room for neighbours)
 */
export type Answer = 'answers' | 'gateway' | 'foreign' | 'mute' | 'closed' | 'refused' | 'silent' | 'blocked';

/** What is asked of a port and how its answer is known. */
export interface Question {
  request: Buffer;
  /** Whether what came so far settles it; null: not yet. */
  judge(received: Buffer): 'answers' | 'gateway' | 'foreign' | null;
}

export interface Patience {
  /** For the connection, ms. */
  connectMs: number;
  /** For the reply, from the start, ms. */
  replyMs: number;
}

/** More than either kind of device says to its question. */
const MAX_BYTES = 16 * 1024;

/** What the CGMiner API answers to anything at all: JSON, or its plain text, with a STATUS in it. */
export const MINER: Question = {
  request: Buffer.from('{"command":"version"}'),
  judge: (received) => {
    const whole = received.includes(0) || received.at(-1) === 0x7d;
    if (received.includes('STATUS')) return whole ? 'answers' : null;
    return whole || received.length > 512 ? 'foreign' : null;
  },
};

/**
 * Modbus TCP: one holding register of a unit. An exception is as good an answer as a value; the protocol number 0 and
 * the transaction tell it from anything else.
 */
export function modbusQuestion(unit: number): Question {
  const request = Buffer.from([0x4d, 0x42, 0, 0, 0, 6, unit, 3, 0, 0, 0, 1]);
  return {
    request,
    judge: (received) => {
      const head = Math.min(received.length, 4);
      if (!received.subarray(0, head).equals(request.subarray(0, head))) return 'foreign';
      if (received.length < 9) return null;
      return received[7] === 0x83 && (received[8] === 10 || received[8] === 11) ? 'gateway' : 'answers';
    },
  };
}

/** Asks one port once. Never rejects; an abort is `blocked`. */
export function ask(
  host: string,
  port: number,
  question: Question,
  patience: Patience,
  signal: AbortSignal,
): Promise<Answer> {
  if (signal.aborted) return Promise.resolve('blocked');
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    let connected = false;
    const socket = connect({ host, port });
    const end = (answer: Answer): void => {
      clearTimeout(connecting);
      clearTimeout(replying);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(answer);
    };
    /** What came is all there is. */
    const endWith = (nothing: Answer): void =>
      end(received.length === 0 ? nothing : received.includes('STATUS') ? 'answers' : 'foreign');
    const onAbort = (): void => end('blocked');
    // On a machine that is busy a deadline may be noticed before what came in time: that is read first.
    const soon = (work: () => void) => () => void setImmediate(work);
    const connecting = setTimeout(
      soon(() => (connected ? undefined : end('silent'))),
      patience.connectMs,
    );
    const replying = setTimeout(
      soon(() => endWith(connected ? 'mute' : 'silent')),
      patience.replyMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', () => {
      connected = true;
      clearTimeout(connecting);
    });
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const verdict = received.length > MAX_BYTES ? 'foreign' : question.judge(received);
      if (verdict) end(verdict);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => endWith(answerOf(error.code)));
    socket.on('close', () => endWith('closed'));
    socket.write(question.request);
  });
}

function answerOf(code: string | undefined): Answer {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'closed';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return 'silent';
    default:
      return 'blocked';
  }
}
