/**
 * Reads replies that are almost JSON. Each malformation known from the field is mended by name; whatever else
 * is wrong, and every cut text, is refused: a value is read whole or not at all. One pass over the text, depth
 * bounded, so that a hostile reply costs no more than an honest one.
 *
 * Nothing is lost silently: when an object names a key several times with different values (Hammer D10 gives
 * `temp1` four times), the key holds the list of them all, in order; equal repeats hold the value once.
 */

/** Every known malformation, by the name it is reported under. */
export const REPAIRS = {
  missing_comma_between_objects: 'no comma between two objects of a list: `}{`',
  missing_comma_after_string: 'no comma after a text value: `""temp0":1`',
  leading_comma: 'a comma before the first element: `[,{` or at the start of the reply',
  trailing_comma: 'a comma after the last element: `,}` or `,]`',
  bare_nan: '`nan`, `-nan` or `inf` where a number belongs; read as null',
  nan_string: '`"nan"` or `"inf"` where a number belongs; read as null',
  line_feed: 'a raw line feed or other control character inside a text',
  stray_quote: 'a lone `"` behind the end of the reply',
  reply_twice: 'the whole reply again after its NUL, with an extra `,"id":1}`',
  duplicate_keys: 'a key several times in one object; all its values are kept as a list',
} as const;
export type RepairName = keyof typeof REPAIRS;

/** The text is no reply that any known repair makes readable. */
export class UnreadableReply extends Error {
  /** Whether the text ends before the reply does: a cut, not a garbled one. */
  readonly cut: boolean;

  constructor(message: string, cut: boolean) {
    super(message);
    this.name = 'UnreadableReply';
    this.cut = cut;
  }
}

const MAX_DEPTH = 64;
const NOT_FINITE = /[+-]?(?:nan(?:\([^)]{0,32}\))?|inf(?:inity)?)/iy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const CONTROLS = /[\u0000-\u001f]/g;
const REPEAT_TAIL = /^(?:,\s*"id"\s*:\s*\d+\s*\})?$/;

/** Reads a text with the known repairs. Throws `UnreadableReply`. */
export function repairReply(text: string): { value: unknown; repaired: RepairName[] } {
  return new LenientReader(text).read();
}

class LenientReader {
  readonly #text: string;
  readonly #repaired = new Set<RepairName>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): { value: unknown; repaired: RepairName[] } {
    this.#space();
    if (this.#text[this.#at] === ',') {
      this.#mend('leading_comma');
      this.#at++;
    }
    const start = this.#at;
    const value = this.#value(0);
    this.#rest(start);
    return { value, repaired: [...this.#repaired] };
  }

  #mend(name: RepairName): void {
    this.#repaired.add(name);
  }

  #fail(expected: string): never {
    const cut = this.#at >= this.#text.length;
    const found = cut ? 'the text ends' : `found ${JSON.stringify(this.#text.slice(this.#at, this.#at + 16))}`;
    throw new UnreadableReply(`expected ${expected} at ${this.#at}, ${found}`, cut);
  }

  #space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** What follows the reply: NULs, white space, a stray quote, or the reply once more. */
  #rest(start: number): void {
    const end = this.#at;
    let last = this.#text.length;
    while (this.#at < last && isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
    while (last > this.#at && isBlank(this.#text.charCodeAt(last - 1))) last--;
    const rest = this.#text.slice(this.#at, last);
    if (rest === '') return;
    const once = this.#text.slice(start, end);
    if (rest === '"') this.#mend('stray_quote');
    else if (once.startsWith(rest)) this.#mend('reply_twice');
    else if (rest.startsWith(once) && REPEAT_TAIL.test(rest.slice(once.length))) this.#mend('reply_twice');
    else this.#fail('the end of the reply');
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new UnreadableReply(`deeper than ${MAX_DEPTH} levels`, false);
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  /** `{,` and `[,`: a comma before the first member. */
  #leadingComma(): void {
    if (this.#text[this.#at] !== ',') return;
    this.#mend('leading_comma');
    this.#at++;
    this.#space();
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = Object.create(null);
    const several = new Set<string>();
    this.#at++;
    for (let first = true; ; first = false) {
      this.#space();
      if (first) this.#leadingComma();
      if (this.#text[this.#at] === '}') {
        this.#at++;
        return object;
      }
      if (this.#text[this.#at] !== '"') this.#fail('a key or "}"');
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ':') this.#fail('":"');
      this.#at++;
      const value = this.#value(depth + 1);
      if (key in object) this.#addValue(object, key, value, several);
      else object[key] = value;
      this.#space();
      const next = this.#text[this.#at];
      if (next === ',') {
        this.#at++;
        this.#space();
        if (this.#text[this.#at] === '}') this.#mend('trailing_comma');
      } else if (next === '"' && typeof value === 'string') this.#mend('missing_comma_after_string');
      else if (next !== '}') this.#fail('"," or "}"');
    }
  }

  #addValue(object: Record<string, unknown>, key: string, value: unknown, several: Set<string>): void {
    this.#mend('duplicate_keys');
    const before = object[key];
    if (several.has(key)) (before as unknown[]).push(value);
    else if (!isSameScalar(before, value)) {
      several.add(key);
      object[key] = [before, value];
    }
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#at++;
    for (let first = true; ; first = false) {
      this.#space();
      if (first) this.#leadingComma();
      if (this.#text[this.#at] === ']') {
        this.#at++;
        return list;
      }
      const value = this.#value(depth + 1);
      list.push(value);
      this.#space();
      const next = this.#text[this.#at];
      if (next === ',') {
        this.#at++;
        this.#space();
        if (this.#text[this.#at] === ']') this.#mend('trailing_comma');
      } else if (next === '{' && typeof value === 'object') this.#mend('missing_comma_between_objects');
      else if (next === '"' && typeof value === 'string') this.#mend('missing_comma_after_string');
      else if (next !== ']') this.#fail('"," or "]"');
    }
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    for (; ; end++) {
      const code = this.#text.charCodeAt(end);
      if (Number.isNaN(code)) {
        this.#at = this.#text.length;
        this.#fail('the end of a text');
      }
      if (code === 0x22) break;
      if (code === 0x5c) end++;
    }
    this.#at = end + 1;
    const raw = this.#text.slice(start, this.#at);
    const quoted = raw.replace(CONTROLS, ' ');
    if (quoted !== raw) this.#mend('line_feed');
    try {
      return JSON.parse(quoted) as string;
    } catch {
      this.#at = start;
      return this.#fail('a text');
    }
  }

  #scalar(): unknown {
    // Not a finite number first: `-inf` begins like a number, `nan` like `null`.
    if (this.#match(NOT_FINITE) !== null) {
      this.#mend('bare_nan');
      return null;
    }
    const number = this.#match(NUMBER);
    if (number !== null) return Number(number);
    const literal = this.#match(LITERAL);
    if (literal === null) this.#fail('a value');
    return literal === 'null' ? null : literal === 'true';
  }

  /** The match at this place if a value ends there, else null: `0x1`, `nancy` or a cut `12` are no values. */
  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    const after = this.#at + found.length;
    if (after < this.#text.length && !isValueEnd(this.#text.charCodeAt(after))) return null;
    this.#at = after;
    return found;
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** White space, or one of the NULs between and behind replies. */
function isBlank(code: number): boolean {
  return code === 0 || isSpace(code);
}

function isValueEnd(code: number): boolean {
  return code === 0x2c || code === 0x7d || code === 0x5d || isBlank(code);
}

function isSameScalar(a: unknown, b: unknown): boolean {
  return a === b && (typeof a !== 'object' || a === null);
}
