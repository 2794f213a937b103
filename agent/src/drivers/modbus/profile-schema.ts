import { metricNames } from '@hearst/protocol';
import { z } from 'zod';
import { CODINGS, REGISTER_TYPES } from './register.ts';

/** A profile as it is written in YAML; every object is closed, so that a slip of the pen is a fault. */

const text = (max: number) => z.string('expected a text').min(1, 'expected a text').max(max);
const whole = (from: number, to: number) => {
  const words = `expected a whole number from ${from} to ${to}`;
  return z.int(words).min(from, words).max(to, words);
};
const number = z.number('expected a number');

const ReadFunction = z.literal([3, 4]);
const WordOrder = z.enum(['high_word_first', 'low_word_first']);
const Address = whole(0, 65_535);
const UnitId = whole(0, 255);

/** A pattern of bits: 0xFFFF, -32768, or in quotes where it has more than 13 hexadecimal digits. */
const Pattern = z
  .custom<number | string>(
    (value) => Number.isSafeInteger(value) || (typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value)),
    'expected a pattern such as 0xFFFF; one of more than 13 digits stands in quotes: "0x8000000000000000"',
  )
  .transform((value) => BigInt(value));
const Patterns = z.array(Pattern, 'expected a list of patterns such as [0xFFFF]');

export const HeadEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected an id such as schneider-pm5xxx'),
  make: text(128),
  model: text(256),
  of: z.enum(['meter', 'cooling']),
  provisional: z.boolean('expected true or false').default(false),
  source: text(4096),
  note: text(8192).optional(),
  defaults: z.unknown().optional(),
  not_available: z.partialRecord(z.enum(REGISTER_TYPES), Patterns).default({}),
  max_registers: whole(4, 125).default(125),
  max_gap: whole(0, 121).default(16),
  holes: z
    .array(
      z
        .tuple([Address, Address], 'expected a pair of addresses such as [3111, 3130]')
        .refine(([first, last]) => first <= last, 'expected the lower address first'),
      'expected a list of pairs such as [[3111, 3130]]',
    )
    .default([]),
  registers: z.array(z.unknown(), 'expected a list of registers').min(1, 'expected at least one register'),
});

export const DefaultsEntry = z.strictObject({
  function: ReadFunction.default(3),
  type: z.enum(REGISTER_TYPES).optional(),
  word_order: WordOrder.default('high_word_first'),
  scale: number.default(1),
  base: Address.optional(),
  mark: z.literal([1, 2]).optional(),
});

/** A number from 0 to 9999 for `low` to `high`; a site file may set both by the name. */
const ScaledEntry = z
  .strictObject({ name: text(32), low: number, high: number }, 'expected { name: U, low: 0, high: 828 }')
  .refine(({ low, high }) => low < high, 'expected low below high');

export const RegisterEntry = z.strictObject({
  name: text(128),
  metric: z.enum([...metricNames('meter'), ...metricNames('cooling')]).optional(),
  largest: z.boolean('expected true or false').default(false),
  optional: z.boolean('expected true or false').default(false),
  unit_id: UnitId.optional(),
  function: ReadFunction.optional(),
  address: Address.optional(),
  number: whole(0, 499_999).optional(),
  base: whole(0, 400_001).optional(),
  type: z.enum(REGISTER_TYPES).optional(),
  bit: whole(0, 15).optional(),
  word_order: WordOrder.optional(),
  scale: number.optional(),
  offset: number.default(0),
  unit: text(16).optional(),
  invert: z.boolean('expected true or false').default(false),
  coding: z.enum(CODINGS).optional(),
  scaled: ScaledEntry.optional(),
  not_available: Patterns.optional(),
  range: z
    .tuple([number, number], 'expected a range such as [0, 100]')
    .refine(([min, max]) => min < max, 'expected the lower bound first')
    .optional(),
  mark: z.literal([1, 2]).optional(),
  note: text(512).optional(),
});

export type HeadEntry = z.infer<typeof HeadEntry>;
export type DefaultsEntry = z.infer<typeof DefaultsEntry>;
export type RegisterEntry = z.infer<typeof RegisterEntry>;
