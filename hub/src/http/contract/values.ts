import fc from 'fast-check';
import type { Json } from '../openapi/examples.ts';
import { type Components, resolve, type Schema } from '../openapi/types.ts';
import { HOSTILE_VALUES } from './hostile.ts';

type Resolved = ReturnType<typeof resolve>;
/** Values that a field of this name should get, where its name says more than its schema; null where it does not. */
export type Named = (name: string) => fc.Arbitrary<Json> | null;

const BY_FORMAT: Readonly<Record<string, () => fc.Arbitrary<Json>>> = {
  'date-time': () =>
    fc
      .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString()),
  date: () => fc.constantFrom('2026-11-23', '2026-01-01', '2024-02-29'),
  email: () => fc.emailAddress({ size: 'small' }),
  uuid: () => fc.uuid(),
  uri: () => fc.webUrl(),
};

/** Values that a JSON Schema accepts, so far as it says so: what a schema cannot express is refused by the route. */
export function acceptedBy(schema: Schema, components: Components, named: Named, name = ''): fc.Arbitrary<Json> {
  const known = named(name);
  if (known !== null) return known;
  const found = resolve(schema, components);
  if (found.const !== undefined) return fc.constant(found.const);
  if (found.enum !== undefined) return fc.constantFrom(...found.enum);
  const options = found.anyOf ?? found.oneOf;
  // Free JSON refers to itself: a few plain values of it will do.
  if (options !== undefined && found.description === 'Any JSON value')
    return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  const within = (inner: Schema, key = name) => acceptedBy(inner, components, named, key);
  if (options !== undefined) return fc.oneof(...options.map((option) => within(option)));
  if (found.allOf !== undefined)
    return fc.tuple(...found.allOf.map((part) => within(part))).map((parts) => Object.assign({}, ...parts));
  const types = [found.type ?? 'object'].flat();
  return fc.oneof(...types.map((type) => ofType(type, found, within)));
}

function ofType(
  type: string,
  schema: Resolved,
  within: (inner: Schema, name?: string) => fc.Arbitrary<Json>,
): fc.Arbitrary<Json> {
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: lowest(schema), max: highest(schema) });
    case 'number':
      return fc.double({ min: lowest(schema), max: highest(schema), noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const { items = { type: 'string' }, minItems = 0, maxItems = 5 } = schema;
      return fc.array(within(items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 5)) });
    }
    case 'object':
      return objectOf(schema, within);
    default:
      return fc.constant(null);
  }
}

function objectOf(schema: Resolved, within: (inner: Schema, name?: string) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.entries(properties).map(([key, inner]) => [key, within(inner, key)] as const);
  const named = fc.record(Object.fromEntries(fields), { requiredKeys: required }) as fc.Arbitrary<Record<string, Json>>;
  if (typeof additionalProperties !== 'object') return named;
  const more = fc.dictionary(fc.string({ maxLength: 12 }), within(additionalProperties, ''), { maxKeys: 3 });
  return fc.tuple(named, more).map(([left, right]) => ({ ...right, ...left }));
}

function textOf(schema: Resolved): fc.Arbitrary<Json> {
  const { format, pattern, minLength = 0, maxLength = 40, example, description = '' } = schema;
  if (example !== undefined) return fc.constant(example);
  const words = /with commas: ([\w, ]+)$/.exec(description)?.[1]?.split(', ');
  if (words !== undefined) return fc.subarray(words, { minLength: 1 }).map((some) => some.join(','));
  // Nothing is said but that it is text in an address: a switch.
  if (Object.keys(schema).length === 1) return fc.constantFrom('true', 'false');
  const byFormat = BY_FORMAT[format ?? ''];
  if (byFormat !== undefined) return byFormat();
  const some = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)), unit: 'grapheme' });
  if (pattern === undefined) return some;
  // All of Unicode takes seconds to lay out; what such patterns leave out is rare.
  if (/\\p\{/i.test(pattern)) return some.filter((text) => new RegExp(pattern, 'u').test(text));
  const matching = MATCHING.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'));
  MATCHING.set(pattern, matching);
  return matching;
}

/** By pattern: making one takes far longer than using it. */
const MATCHING = new Map<string, fc.Arbitrary<string>>();

function lowest({ minimum, exclusiveMinimum }: Resolved): number {
  return Math.max(minimum ?? -1e6, exclusiveMinimum === undefined ? -1e6 : Number(exclusiveMinimum) + 1);
}

function highest(schema: Resolved): number {
  const { maximum, exclusiveMaximum } = schema;
  const below = exclusiveMaximum === undefined ? Number.POSITIVE_INFINITY : Number(exclusiveMaximum) - 1;
  return Math.max(lowest(schema), Math.min(maximum ?? lowest(schema) + 1e6, below));
}

/** Values with something wrong with them: a part replaced by something hostile, left out, or one too many. */
export function spoilt(values: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const hostile = fc.constantFrom(...HOSTILE_VALUES);
  const how = fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add') as fc.Arbitrary<
    'replace' | 'remove' | 'add'
  >;
  const key = fc.constantFrom('extra', '__proto__', 'project_id', 'role', 'id', "'; --", '');
  return fc.tuple(values, fc.nat(1_000), how, hostile, key).map(([value, place, act, evil, more]) => {
    if (typeof value !== 'object' || value === null) return evil;
    const copy = structuredClone(value);
    const holders = holdersIn(copy);
    const holder = holders[place % holders.length]!;
    const keys = Object.keys(holder);
    const at = keys[place % Math.max(1, keys.length)];
    if (act === 'add' || at === undefined) Object.defineProperty(holder, more, { value: evil, enumerable: true });
    else if (act === 'remove') delete (holder as Record<string, Json>)[at];
    else (holder as Record<string, Json>)[at] = evil;
    return copy;
  });
}

/** Every array and object within a value, itself first. */
function holdersIn(value: Json): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(holdersIn)];
}
