import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Fault, Place } from './fault.ts';

export type Path = readonly (string | number)[];

/** A YAML text taken apart in such a way that every value still knows its line. */
export class YamlSource {
  readonly text: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  constructor(text: string) {
    this.text = text;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: true });
  }

  /** The faults of the notation itself: indentation, quotes, keys given twice. */
  faults(): Fault[] {
    return this.#document.errors.map((error) => ({
      code: 'E1102',
      path: '',
      place: this.#place(error.pos[0], error.pos[1]),
      what: `not valid YAML: ${error.message.split('\n')[0]}`,
      cause: null,
      next: 'Check indentation (two spaces, no tabs), quotes and colons around this place',
    }));
  }

  /** The plain value of the whole text. */
  value(): unknown {
    return this.#document.toJS({ maxAliasCount: 100 });
  }

  /** Where a value stands. For a path that is not in the file: the nearest thing above it. */
  placeOf(path: Path): Place | null {
    const { node, pair } = this.#find(path);
    const found = node ?? keyOf(pair);
    return found?.range ? this.#place(found.range[0], found.range[1]) : null;
  }

  /** Where the key of a value stands. */
  placeOfKey(path: Path): Place | null {
    const key = keyOf(this.#find(path).pair);
    return key?.range ? this.#place(key.range[0], key.range[1]) : this.placeOf(path);
  }

  #find(path: Path): { node: Node | null; pair: Pair | null } {
    let node: Node | null = this.#document.contents;
    let pair: Pair | null = null;
    for (const step of path) {
      if (isMap(node)) {
        const next = node.items.find((item) => isScalar(item.key) && item.key.value === step);
        if (!next) break;
        pair = next;
        node = next.value as Node | null;
      } else if (isSeq(node)) {
        const next = node.items[Number(step)] as Node | Pair | undefined;
        if (next === undefined) break;
        pair = isPair(next) ? next : null;
        node = isPair(next) ? (next.value as Node | null) : next;
      } else break;
    }
    return { node, pair };
  }

  #place(from: number, to: number): Place {
    const start = this.#lines.linePos(from);
    const newline = this.text.indexOf('\n', from);
    const end = newline < 0 ? to : Math.min(to, newline);
    return { line: Math.max(1, start.line), column: Math.max(1, start.col), length: Math.max(1, end - from) };
  }
}

function keyOf(pair: Pair | null): Node | null {
  return pair && isScalar(pair.key) ? pair.key : null;
}

/** A path as people read it: `containers[3].range`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
