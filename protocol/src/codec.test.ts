import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BATCHES } from './batch.ts';
import { decodeBody, decodeMessage, encodeBatch, encodeBody, LIMITS, type RawBatch, verifyBatch } from './codec.ts';
import { ProtocolError } from './errors.ts';
import type { Frame } from './frame.ts';
import { containerFrame, envelopeFor, meterFrame } from './testing.ts';

const KEY = Buffer.alloc(32, 7);

function roundTrip(frames: Frame[], seq = 1): { bytes: Buffer; batch: RawBatch } {
  const body = encodeBody({ frames });
  const bytes = encodeBatch(envelopeFor(body, { seq }), body, KEY);
  return { bytes, batch: decodeMessage(bytes)[0]! };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** Everything a receiver does with a message before it believes it. */
function receive(message: Buffer): void {
  for (const batch of decodeMessage(message)) {
    verifyBatch(batch, KEY);
    decodeBody(batch.envelope, batch.body);
  }
}

const SAMPLE: Frame = {
  kind: 'container',
  project: 'QATAR-001',
  container: 'QATAR-C01',
  at: 1_764_000_000_000,
  interval_s: 60,
  positions: [1, 2, 3],
  status: [1, 5, 1],
  columns: { hashrate_ths: [473.2, null, 471.9], power_w: [5676, null, 5660] },
  cooling: { temp_supply_c: 34.2, flow_m3h: null },
  cooling_expected: true,
};

describe('a batch', () => {
  it('decodes to the frames it was made of, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(containerFrame, meterFrame), { minLength: 1, maxLength: 4 }), (frames) => {
        const { batch } = roundTrip(frames);
        verifyBatch(batch, KEY);
        const decoded = decodeBody(batch.envelope, batch.body);
        expect(decoded.kind === 'frames' && decoded.frames.map((parsed) => parsed.frame)).toEqual(frames);
        expect(decoded.kind === 'frames' && decoded.frames.every((parsed) => parsed.badCount === 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps its identity beside up to seven others in one message', () => {
    const parts = Array.from({ length: MAX_BATCHES }, (_, i) => roundTrip([SAMPLE], i + 1).bytes);
    const batches = decodeMessage(Buffer.concat(parts));
    expect(batches.map((batch) => batch.envelope.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const batch of batches) verifyBatch(batch, KEY);
    expect(codeOf(() => decodeMessage(Buffer.concat([...parts, parts[0]!])))).toBe('malformed');
  });

  it('is refused with a code when cut at any byte', () => {
    const { bytes } = roundTrip([SAMPLE]);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => receive(bytes.subarray(0, length)))).toBe('malformed');
    }
  });

  it('is refused with a code when any byte is changed, unless it says the very same', () => {
    const { bytes } = roundTrip([SAMPLE]);
    const said = decodeMessage(bytes);
    const change = (at: number, flip: number): string => {
      const mangled = Buffer.from(bytes);
      mangled[at]! ^= flip;
      const code = codeOf(() => receive(mangled));
      // An id written in capitals is the same id.
      if (code === 'accepted') expect(decodeMessage(mangled)).toEqual(said);
      return code;
    };
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        change(at, flip);
      }),
      { numRuns: 1000 },
    );
    const accepted = Array.from({ length: bytes.length }, (_, at) => change(at, 0x20)).filter(
      (code) => code === 'accepted',
    );
    expect(accepted.length).toBeLessThan(36);
  });

  it('is refused with a code when it is no batch at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(codeOf(() => receive(Buffer.from(bytes)))).toBe('malformed');
      }),
    );
    expect(codeOf(() => receive(Buffer.from('null\n')))).toBe('malformed');
    expect(codeOf(() => receive(randomBytes(LIMITS.message + 1)))).toBe('too_large');
  });

  it('is refused when signed with another key, or when its body was exchanged', () => {
    const { batch } = roundTrip([SAMPLE]);
    expect(codeOf(() => verifyBatch(batch, Buffer.alloc(32, 8)))).toBe('bad_hmac');
    const other = encodeBody({ frames: [{ ...SAMPLE, at: SAMPLE.at + 1 }] });
    expect(codeOf(() => verifyBatch({ ...batch, body: other }, KEY))).toBe('bad_hash');
    const moved = { ...batch, envelope: { ...batch.envelope, seq: 2 } };
    expect(codeOf(() => verifyBatch(moved, KEY))).toBe('bad_hmac');
  });

  it('of a newer protocol or schema is told apart from a broken one', () => {
    const body = encodeBody({ frames: [SAMPLE] });
    expect(codeOf(() => decodeMessage(Buffer.from('{"v":2,"something":"else"}\nabc')))).toBe('newer_version');
    expect(codeOf(() => decodeBody({ kind: 'frames', schema: 2 }, body))).toBe('newer_version');
  });
});

describe('a body', () => {
  it('that grows beyond the bound is refused without being opened whole', () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(LIMITS.message);
    global.gc?.();
    const before = process.memoryUsage().rss;
    expect(codeOf(() => decodeBody({ kind: 'frames', schema: 1 }, bomb))).toBe('too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('that would not fit a message is refused where it is made', () => {
    const big = { ...SAMPLE, columns: { hw_errors: Array.from({ length: 1_000_000 }, () => Math.random()) } };
    expect(codeOf(() => encodeBody({ frames: [big] }))).toBe('too_large');
  });

  it.each([
    ['no gzip', Buffer.from('plain')],
    ['no JSON', gzipSync('{')],
    ['no frames', gzipSync('{}')],
    ['null', gzipSync('null')],
    ['too many frames', gzipSync(JSON.stringify({ frames: Array(257).fill(SAMPLE) }))],
    ['a frame of no kind', gzipSync(JSON.stringify({ frames: [{ ...SAMPLE, kind: 'x' }] }))],
    ['a column too short', gzipSync(JSON.stringify({ frames: [{ ...SAMPLE, columns: { power_w: [1] } }] }))],
    ['positions not ascending', gzipSync(JSON.stringify({ frames: [{ ...SAMPLE, positions: [1, 1, 2] }] }))],
    ['an unknown status', gzipSync(JSON.stringify({ frames: [{ ...SAMPLE, status: [1, 2, 99] }] }))],
    ['a foreign id', gzipSync(JSON.stringify({ frames: [{ ...SAMPLE, project: "X'; drop table" }] }))],
  ])('with %s is malformed', (_name, bytes) => {
    expect(codeOf(() => decodeBody({ kind: 'frames', schema: 1 }, bytes))).toBe('malformed');
  });
});
