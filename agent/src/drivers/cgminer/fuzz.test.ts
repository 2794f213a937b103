import { isPlausible, MAX_BOARDS, METRICS, type MetricName } from '@hearst/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { DeviceError } from '../driver.ts';
import { Observation } from './observation.ts';
import { isReply, observe } from './observe.ts';
import { boardsOf, statusOfMiner, valuesOf } from './reading.ts';
import { MinerRegistry } from './registry.ts';
import { parseReply } from './reply.ts';
import { readFixture, replyFiles } from './testing/fixtures.ts';

const registry = MinerRegistry.load();
const FILES = registry.all.flatMap(({ id }) =>
  replyFiles(id).map((file) => ({ id, file, text: readFixture(id, file) })),
);

/** Reads a text to the end. Returns false where it was refused, the only other way out. */
function read(text: string): boolean {
  try {
    const { body } = parseReply(text, '10.0.0.1:4028');
    if (!isReply(body)) return false;
    const seen = new Observation();
    observe(body, seen, '10.0.0.1:4028', 'stats');
    const definition = registry.recognise(seen.type, seen.program, seen.make);
    for (const [name, value] of Object.entries(valuesOf(seen, definition))) {
      if (value !== null && !isPlausible(METRICS[name as MetricName], value as number)) {
        throw new Error(`${name} is ${JSON.stringify(value)}`);
      }
    }
    for (const [name, column] of Object.entries(boardsOf(seen, definition) ?? {})) {
      if (column.length > MAX_BOARDS) throw new Error(`${column.length} boards`);
      for (const value of column) {
        if (value !== null && !isPlausible(METRICS[name as MetricName], value))
          throw new Error(`${name} of a board is ${JSON.stringify(value)}`);
      }
    }
    statusOfMiner(seen, definition);
    for (const label of [
      seen.type,
      seen.firmware,
      seen.serial,
      seen.mac,
      seen.program,
      seen.pool?.url,
      seen.pool?.worker,
      ...(seen.errors ?? []),
    ]) {
      if (
        label !== null &&
        label !== undefined &&
        (typeof label !== 'string' || label.length > 256 || label.includes('\0'))
      ) {
        throw new Error(`a label is ${JSON.stringify(label)}`);
      }
    }
    return true;
  } catch (error) {
    if (error instanceof DeviceError) return false;
    throw error;
  }
}

// Each of some hundred thousand refusals is an error; where it was thrown is of no interest here, and half of their cost.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

describe.each(FILES)('$id/$file', ({ text, file }) => {
  test('cut anywhere, it is refused', () => {
    // The first of two replies is whole before the second begins; a stray quote is no part of the reply.
    const whole = file.includes('twice') ? text.indexOf('\0') : file.includes('stray') ? text.length - 1 : text.length;
    for (let length = 0; length < Math.min(whole, text.trimEnd().length); length++) {
      if (read(text.slice(0, length))) throw new Error(`read although cut at ${length} of ${text.length}`);
    }
  });

  test('with bytes changed, it is read or refused, and no value is of a wrong kind', () => {
    const change = fc.record({ at: fc.nat({ max: Math.max(0, text.length - 1) }), with: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        let mangled = text;
        for (const { at, with: put } of changes) mangled = mangled.slice(0, at) + put + mangled.slice(at + 1);
        read(mangled);
      }),
      { numRuns: 30 },
    );
  });

  test('with values of other kinds, it is read or refused, and no value is of a wrong kind', () => {
    const odd = fc.constantFrom(
      'null',
      'true',
      '{}',
      '[]',
      '[[]]',
      '""',
      '"x"',
      '-1',
      '1e308',
      '-5e-324',
      '[1,"2",null]',
      '"99999999999999999999"',
      '{"STATUS":"S"}',
    );
    const places = [...text.matchAll(/(?<=":)(?:"[^"]*"|[\d.-]+|\{|\[)/g)];
    if (places.length === 0) return;
    fc.assert(
      fc.property(fc.nat({ max: places.length - 1 }), odd, (index, value) => {
        const place = places[index]!;
        if (/^[[{]/.test(place[0])) return;
        read(text.slice(0, place.index) + value + text.slice(place.index + place[0].length));
      }),
      { numRuns: 50 },
    );
  });
});
