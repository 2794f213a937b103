import type { DeviceErrorCode } from '../driver.ts';

const HEADER = 6;
/** Unit, function, byte count and 125 registers. */
const LONGEST = 3 + 2 * 125;

/** What a reply must answer. */
export interface Expected {
  transaction: number;
  unit: number;
  function: number;
  count: number;
}

export interface ReplyFault {
  code: Extract<DeviceErrorCode, 'malformed' | 'wrong_device'>;
  message: string;
}

/**
 * Reads along the bytes of a connection and compares every reply with its request, as soon as the bytes that
 * tell are there. Modbus TCP frame: transaction (2), protocol 0 (2), length of the rest (2), unit, function,
 * then byte count and data, or one byte of exception where the function's highest bit is set.
 */
export class ReplyGuard {
  #expected: Expected | null = null;
  #received: Buffer = Buffer.alloc(0);

  /** How many bytes of an unfinished reply have come. */
  get partial(): number {
    return this.#expected ? this.#received.length : 0;
  }

  /** A request is about to be sent. */
  expect(expected: Expected): void {
    this.#expected = expected;
    this.#received = Buffer.alloc(0);
  }

  /** The fault in what has come so far, null while there is none. */
  check(chunk: Buffer): ReplyFault | null {
    const expected = this.#expected;
    if (!expected) return malformed(`${chunk.length} bytes that nobody asked for`);
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const bytes = this.#received;
    if (bytes.length < HEADER) return null;
    const fault = headFault(bytes, expected) ?? bodyFault(bytes, expected);
    if (fault) return fault;
    const whole = HEADER + bytes.readUInt16BE(4);
    if (bytes.length > whole) return malformed(`${bytes.length - whole} bytes more than its reply is long`);
    if (bytes.length === whole) this.#expected = null;
    return null;
  }
}

function headFault(bytes: Buffer, expected: Expected): ReplyFault | null {
  const [transaction, protocol, length] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
  if (protocol !== 0) return malformed(`not Modbus: protocol ${protocol} in the header`);
  if (length < 3 || length > LONGEST) return malformed(`a length of ${length} in the header, expected 3 to ${LONGEST}`);
  if (transaction === expected.transaction) return null;
  return wrong(`answered request ${transaction} when ${expected.transaction} was asked: a late or foreign reply`);
}

function bodyFault(bytes: Buffer, expected: Expected): ReplyFault | null {
  const [unit, code, count] = [bytes[HEADER], bytes[HEADER + 1], bytes[HEADER + 2]];
  const length = bytes.readUInt16BE(4);
  if (unit !== undefined && unit !== expected.unit) return wrong(`unit ${unit} answered for unit ${expected.unit}`);
  if (code === undefined) return null;
  if (code === (expected.function | 0x80)) {
    return length === 3 ? null : malformed(`an exception of ${length} bytes, expected 3`);
  }
  if (code !== expected.function) return wrong(`answered function ${code} when ${expected.function} was asked`);
  const wanted = 2 * expected.count;
  if (length !== 3 + wanted) return malformed(`a reply of ${length} bytes, expected ${3 + wanted}`);
  if (count === undefined || count === wanted) return null;
  return malformed(`a byte count of ${count} for ${expected.count} registers, expected ${wanted}`);
}

const malformed = (message: string): ReplyFault => ({ code: 'malformed', message });
const wrong = (message: string): ReplyFault => ({ code: 'wrong_device', message });
