/** One family of a page in Prometheus' text format. */
export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: Sample[];
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/y;
const VALUE = /^(?:NaN|[+-]?Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];

/**
 * Reads a page as strictly as the format says: each family once, help and type before its samples, none twice, every
 * label escaped, a line's end at the end. Throws an Error that names the line.
 */
export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the page does not end with a line');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: { name: string; help: string; family: Family | null } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, kind, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(of)) fail('a family stands twice');
      if (rest.trim() === '') fail('no help');
      current = { name: of, help: rest, family: null };
    } else if (kind === 'TYPE') {
      if (current?.name !== of || current.family !== null) return fail('a type without its help before it');
      if (!TYPES.includes(rest)) fail('no such type');
      current.family = { help: current.help, type: rest, samples: [] };
      families.set(of, current.family);
    } else {
      const sample = readSample(line);
      if (sample === null) return fail('not a sample');
      const family = current?.family;
      if (!family || !belongs(sample.name, current!.name, family.type)) return fail('a sample of another family');
      const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(key)) fail('a sample stands twice');
      seen.add(key);
      family.samples.push(sample);
    }
  }
  return families;
}

/** The value of the sample with exactly these labels; undefined where there is none. */
export function sampleValue(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return family?.samples.find(
    (sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted,
  )?.value;
}

/** Names of ours that break a convention of Prometheus: counters end in _total and nothing else does, units are base units. */
export function unconventional(families: ReadonlyMap<string, Family>): string[] {
  return [...families]
    .filter(
      ([name, { type }]) =>
        name.startsWith('hearst_') &&
        ((type === 'counter') !== name.endsWith('_total') ||
          /_(ms|milliseconds|minutes|hours|kb|mb|percent|pct|kw)(_|$)/.test(name)),
    )
    .map(([name]) => name);
}

function belongs(sample: string, family: string, type: string): boolean {
  if (type === 'histogram' || type === 'summary')
    return [family, `${family}_bucket`, `${family}_sum`, `${family}_count`].includes(sample);
  return sample === family;
}

function readSample(line: string): Sample | null {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return null;
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === '{') {
    do {
      LABEL.lastIndex = at + 1;
      const [whole, label, value] = LABEL.exec(line) ?? [];
      if (whole === undefined || label === undefined || label in labels) return null;
      labels[label] = (value ?? '').replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
      at += 1 + whole.length;
    } while (line[at] === ',');
    if (line[at] !== '}') return null;
    at++;
  }
  const text = line.slice(at + 1);
  if (line[at] !== ' ' || !VALUE.test(text)) return null;
  return { name, labels, value: Number(text.replace('Inf', 'Infinity')) };
}
