import { basename, resolve } from 'node:path';
import type { Layout } from '@hearst/protocol';
import { AddressError, boundsOf } from '../../config/addresses.ts';
import { parsePositions } from '../../config/positions.ts';
import {
  formatNumbers,
  lastPosition,
  numbersOfRange,
  type PlacedContainer,
  parseNumbers,
  placedByPattern,
  placedByRange,
  placedByTable,
  reachOf,
} from '../../draft/placing.ts';
import { type AnswerName, type Asking, Unusable } from './asking.ts';
import { attempt, checkedPattern, layoutOf, matching, placesOf, shortened, textOf } from './place-answers.ts';

/** Which place each address has, as somebody said it. */
export interface Places {
  containers: PlacedContainer[];
  /** How it was told: `pattern 10.20.{container}.{position}`. */
  words: string;
  layout: Layout | null;
  /** The table it comes from; null for none. */
  table: string | null;
}

const WAYS = ['pattern', 'range', 'table', 'later'] as const;
type Way = (typeof WAYS)[number];

/** Everything these questions may have asked. */
export const PLACE_ANSWERS: readonly AnswerName[] = [
  ...(['place-by', 'pattern', 'range', 'table', 'step', 'containers', 'places', 'layout'] as const),
];

/** How places were said to be told; null: nobody said. Of two flags that say it the first counts. */
function wayOf(asking: Asking): Way | null {
  const given = (['pattern', 'range', 'table'] as const).find((name) => asking.given(name) !== undefined);
  const said = WAYS.find((way) => way === asking.known('place-by'));
  const kept = (['pattern', 'range', 'table'] as const).find((name) => asking.known(name) !== undefined);
  return given ?? said ?? kept ?? null;
}

/** The flags that are missing where nobody can be asked. */
export function missingPlaces(asking: Asking): string[] {
  const lacks = (...names: AnswerName[]): string[] =>
    names.filter((name) => asking.known(name) === undefined).map((name) => `--${name}`);
  switch (wayOf(asking)) {
    case null:
      return ['(--pattern or --range or --table)'];
    case 'later':
      return [];
    case 'table':
      return lacks('table');
    case 'pattern':
      return [
        ...lacks('pattern', 'containers', 'places'),
        ...(/\{(row|column)\}/.test(asking.known('pattern') ?? '') ? lacks('layout') : []),
      ];
    case 'range':
      return [
        ...lacks('range', 'containers'),
        ...(asking.known('range')?.includes('/') ? lacks('places') : []),
        ...(isSingle(asking) ? [] : lacks('step')),
      ];
  }
}

/** Whether one container alone was named. */
function isSingle(asking: Asking): boolean {
  const known = asking.known('containers');
  if (known === undefined) return false;
  try {
    return parseNumbers(known).length === 1;
  } catch (error) {
    if (error instanceof AddressError) return false; // told when it is taken
    throw error;
  }
}

/** Asks where the miners at these addresses stand. `later`: nobody knows yet. */
export async function askPlaces(asking: Asking, miners: readonly string[], prefix: string): Promise<Places | 'later'> {
  const before = WAYS.find((one) => one !== 'later' && asking.offers(one)) ?? null;
  asking.withdraw(['place-by']);
  const way =
    wayOf(asking) ??
    (await asking.of({
      name: 'place-by',
      text: 'How does an address tell where a miner stands?',
      about: [
        'pattern  10.20.{container}.{position}, or {row} and {column}',
        'range    one for each container, one after the other',
        'table    a CSV: container, position, ip',
        'later    not known yet: what was found goes into a table',
      ],
      initial: before,
      take: (text) => {
        const found = WAYS.find((one) => one === text.toLowerCase());
        if (!found) throw new Unusable(`${text}: expected pattern, range, table or later`);
        return found;
      },
    }));
  // What was answered for another way says nothing about this one.
  if (way !== before) asking.withdraw(PLACE_ANSWERS);
  if (way === 'later') return 'later';
  return { pattern: byPattern, range: byRange, table: byTable }[way](asking, miners, prefix);
}

async function byPattern(asking: Asking, miners: readonly string[], prefix: string): Promise<Places> {
  const pattern = await asking.of({
    name: 'pattern',
    text: 'What is the pattern of their addresses?',
    about: ['{container} is the number in its id, {position} the place;', `they answer at ${shortened(miners)}`],
    initial: null,
    take: (text) => checkedPattern(text, miners),
  });
  const reach = reachOf(pattern, miners);
  const byCell = /\{(row|column)\}/.test(pattern);
  const layout =
    byCell || asking.known('layout') !== undefined
      ? await asking.of({
          name: 'layout',
          text: 'How do the places of a container lie?',
          about: ['ROWSxCOLUMNS, counted along a row; or ,column or ,snake behind it'],
          initial: reach.rows > 0 && reach.columns > 0 ? `${reach.rows}x${reach.columns}` : null,
          take: layoutOf,
        })
      : null;
  const numbers = await asking.of({
    name: 'containers',
    text: 'Which containers are there? How many, or their numbers',
    about: ['what does not answer now counts too'],
    initial: reach.numbers.length > 0 ? formatNumbers(reach.numbers) : null,
    take: (text) => {
      const list = attempt(() => parseNumbers(text));
      if (list.length > 1 && !pattern.includes('{container}'))
        throw new Unusable(`without {container} in the pattern, ${list.length} containers would share addresses`);
      return list;
    },
  });
  const highest = reach.position ?? (layout ? lastPosition(miners, pattern, layout) : 0);
  const containers = await asking.of({
    name: 'places',
    text: 'How many places has each container?',
    about: [`the highest that answers is ${highest}; empty ones count too`],
    initial: highest > 0 ? String(highest) : null,
    take: (text) => {
      const places = placesOf(text);
      if (layout && places > layout.rows * layout.columns)
        throw new Unusable(`${places} places do not fit into ${layout.rows} x ${layout.columns}`);
      return attempt(() => placedByPattern(pattern, { numbers, places, layout, prefix }));
    },
  });
  return { containers, words: `pattern ${pattern}`, layout, table: null };
}

async function byRange(asking: Asking, miners: readonly string[], prefix: string): Promise<Places> {
  const range = await asking.of({
    name: 'range',
    text: "What is the first container's range?",
    about: ['such as 10.20.2.1-10.20.3.52, position 1 first;', `they answer at ${shortened(miners)}`],
    initial: null,
    take: (text) => {
      const [first, last, exact] = attempt(() => boundsOf(text));
      if (exact) placesOf(String(last - first + 1));
      return text;
    },
  });
  const [first, last, exact] = boundsOf(range);
  const size = last - first + 1;
  const places = exact
    ? size
    : await asking.of({
        name: 'places',
        text: 'How many places has each container?',
        about: [`the range holds ${size} addresses`],
        initial: null,
        take: (text) => {
          const count = placesOf(text);
          if (count > size) throw new Unusable(`${count} places do not fit into ${size} addresses`);
          return count;
        },
      });
  const step = isSingle(asking)
    ? places
    : await asking.of({
        name: 'step',
        text: 'How many addresses further does the next container begin?',
        initial: String(exact ? 256 * Math.ceil(size / 256) : size + 2),
        take: (text) => {
          const count = Number(text);
          if (!/^\d+$/.test(text) || count < places)
            throw new Unusable(`${text}: expected a whole number of at least ${places}, the places of one`);
          return count;
        },
      });
  const numbers = numbersOfRange(range, places, step, miners);
  const containers = await asking.of({
    name: 'containers',
    text: 'Which containers are there? How many, or their numbers',
    about: ['what does not answer now counts too'],
    initial: numbers.length > 0 ? formatNumbers(numbers) : null,
    take: (text) =>
      attempt(() => matching(placedByRange(range, { numbers: parseNumbers(text), places, step, prefix }), miners)),
  });
  const words = containers.length > 1 ? `ranges, ${step} addresses from one to the next` : 'range';
  const layout = asking.known('layout') === undefined ? null : await layoutAnswer(asking);
  return { containers, words, layout, table: null };
}

async function byTable(asking: Asking, miners: readonly string[]): Promise<Places> {
  const { containers, file } = await asking.of({
    name: 'table',
    text: 'Which file says where each miner stands?',
    about: ['a CSV with the columns container, position, ip (serial, mac)'],
    initial: null,
    take: (text) => {
      const path = resolve(text);
      const { rows, faults } = parsePositions(textOf(path));
      const told = faults.slice(0, 3).map(({ line, what }) => `line ${line}: ${what}`);
      if (faults.length > 3) told.push(`and ${faults.length - 3} more`);
      if (told.length > 0) throw new Unusable(told.join('; '));
      if (rows.length === 0) throw new Unusable(`${text} gives no place to any address`);
      return { containers: attempt(() => matching(placedByTable(rows, basename(path)), miners)), file: path };
    },
  });
  const layout = asking.known('layout') === undefined ? null : await layoutAnswer(asking);
  return { containers, words: `the table ${basename(file)}`, layout, table: file };
}

const layoutAnswer = (asking: Asking): Promise<Layout> =>
  asking.of({ name: 'layout', text: 'How do the places of a container lie?', initial: null, take: layoutOf });
