import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Numbered readings. Every clean `stats` reply carries a number of its own as its count of hardware errors, the
 * agent's metric `hw_errors`, which is a whole number all the way into the database:
 *
 *     value = n * 100000 + miner index modulo 100000
 *
 * n counts the stats replies of this miner from 1. So miner 17863's 12th reply says 1217863: a value that is stored
 * for another miner, or twice, or was never sent, is told from the value alone. Below n = 21474 it fits 32 bits.
 *
 * What was sent is appended here. A reading counts as sent when the kernel took the whole reply: a reply cut short
 * is not here, a malformed but whole one is and says so. The number may have gaps (cut, or the client hung up).
 *
 * The file: one line of JSON, then records of 24 bytes, little endian: u32 miner index, u32 flags (1: malformed),
 * f64 value, f64 simulated time in ms. Records are gathered for at most 200 ms.
 */

const STEP = 100_000;
const RECORD_BYTES = 24;
const RECORDS_PER_WRITE = 4096;
const FLUSH_MS = 200;
const MALFORMED = 1;

/** The number that the n-th stats reply of a miner carries. */
export function oracleValue(index: number, n: number): number {
  return n * STEP + (index % STEP);
}

/** What a number says: the miner's index (modulo 100000) and which reply it was. */
export function readOracleValue(value: number): { index: number; n: number } {
  return { index: value % STEP, n: Math.floor(value / STEP) };
}

export interface SentReading {
  index: number;
  value: number;
  /** Simulated time of the reply, ms. */
  at: number;
  /** Sent whole, but malformed on purpose: the agent may or may not read it. */
  malformed: boolean;
}

/** What the log says of the site it belongs to. */
export interface OracleHead {
  oracle: 1;
  project: string;
  prefix: string;
  containers: number;
  minersPerContainer: number;
}

export class OracleLog {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(RECORD_BYTES * RECORDS_PER_WRITE);
  readonly #timer: NodeJS.Timeout;
  #used = 0;
  /** Readings noted since the start. */
  rows = 0;

  /** Begins a new log; throws when the file exists, because numbers would begin again at 1 in the same file. */
  constructor(path: string, head: OracleHead) {
    this.#file = openSync(path, 'ax', 0o644);
    writeSync(this.#file, `${JSON.stringify(head)}\n`);
    this.#timer = setInterval(() => this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  append(reading: SentReading): void {
    const { index, value, at, malformed } = reading;
    const offset = this.#used;
    this.#buffer.writeUInt32LE(index, offset);
    this.#buffer.writeUInt32LE(malformed ? MALFORMED : 0, offset + 4);
    this.#buffer.writeDoubleLE(value, offset + 8);
    this.#buffer.writeDoubleLE(at, offset + 16);
    this.#used += RECORD_BYTES;
    this.rows++;
    if (this.#used === this.#buffer.length) this.flush();
  }

  /** Hands what was gathered to the kernel: from then on it survives this process. */
  flush(): void {
    let written = 0;
    while (written < this.#used) written += writeSync(this.#file, this.#buffer, written, this.#used - written);
    this.#used = 0;
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
    closeSync(this.#file);
  }
}

/** Reads a log, also one that is still being written: an unfinished last record is left out. */
export function readOracleLog(path: string): { head: OracleHead; readings: SentReading[] } {
  const bytes = readFileSync(path);
  const end = bytes.indexOf('\n');
  if (end < 0) throw new Error(`${path} is no oracle log: its first line is missing`);
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as OracleHead;
  const readings: SentReading[] = [];
  for (let at = end + 1; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    readings.push({
      index: bytes.readUInt32LE(at),
      malformed: bytes.readUInt32LE(at + 4) === MALFORMED,
      value: bytes.readDoubleLE(at + 8),
      at: bytes.readDoubleLE(at + 16),
    });
  }
  return { head, readings };
}
