import { createInterface } from 'node:readline/promises';
import { CommandFailure, EXIT, type Surroundings } from '../command.ts';
import { TEXT_COLUMN } from './steps.ts';

/** What can be answered by a flag of the same name, or typed; the same words either way. */
export const ANSWERS = {
  networks: 'what to sweep: ranges and CIDRs, with commas',
  exclude: 'what to leave out of the sweep',
  'miner-port': 'where miners answer (default: 4028)',
  'modbus-port': 'where controllers and meters answer (default: 502)',
  'place-by': 'pattern, range, table or later (implied by the next three)',
  pattern: 'addresses by pattern: 10.20.{container}.{position}, or with {row} and {column}',
  range: "the first container's range: 10.20.2.1-10.20.3.52",
  table: 'a CSV: container, position, ip; serial and mac where known',
  step: 'with --range: how many addresses further the next container begins',
  containers: 'how many, or their numbers: 58, 1-20,25',
  places: 'places in each container',
  layout: 'how places lie: 22x14, 22x14,column or 22x14,snake',
  cooling: 'cooling controllers: 10.21.0.{container}, 10.21.0.1-10.21.0.58, or none',
  'cooling-profile': 'the profile that reads them, or none',
  meters: "transformers' meters: 10.21.1.{transformer}, a range, or none",
  'meter-profile': 'the profile that reads them, or none',
  'containers-per-transformer': 'how many stand on each, or none where it is not known',
  prefix: "what ids begin with (default: the project's own, QATAR of QATAR-001)",
  'time-zone': "the site's, such as Asia/Qatar (default: this server's)",
} as const;
export type AnswerName = keyof typeof ANSWERS;
export type Given = Partial<Record<AnswerName, string>>;

/** An answer that cannot be used, with why. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** Nobody answers any more: Ctrl-C, Ctrl-D, or a line `q`. */
export class Left extends Error {
  override readonly name = 'Left';
}

export interface Question<T> {
  name: AnswerName;
  /** What is asked, and a few lines about it; each fits beside the steps. */
  text: string;
  about?: readonly string[];
  /** What Enter means; null: it must be typed. */
  initial: string | null;
  /** What an answer means. Throws Unusable. */
  take(answer: string): T;
}

/** Reads a line from a person; null when nobody answers any more. */
export type ReadLine = (prompt: string) => Promise<string | null>;

/** A line from the process's own terminal. */
export const readTerminal: ReadLine = async (prompt) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const left = new AbortController();
  lines.once('SIGINT', () => left.abort()).once('close', () => left.abort());
  try {
    return await lines.question(prompt, { signal: left.signal });
  } catch (error) {
    if (left.signal.aborted) return null;
    throw error;
  } finally {
    lines.close();
  }
};

const MARGIN = ' '.repeat(TEXT_COLUMN);

/**
 * Answers, from where they come first: a flag, an earlier run, a person. Whatever was answered is kept at once, so that a
 * run that ends early is not asked again.
 */
export class Asking {
  readonly #around: Surroundings;
  readonly #given: Given;
  readonly #kept: Given;
  /** What Enter means in place of a question's own. */
  readonly #offered: Given = {};
  readonly #keep: () => void;
  /** Null: nobody is here. */
  readonly line: ReadLine | null;

  /** `kept` is added to; `keep` writes it down. */
  constructor(around: Surroundings, options: { given: Given; kept: Given; keep: () => void; line: ReadLine | null }) {
    this.#around = around;
    this.#given = { ...options.given };
    this.#kept = options.kept;
    this.#keep = options.keep;
    this.line = options.line;
  }

  /** What was said of this so far; undefined: nothing. */
  known(name: AnswerName): string | undefined {
    return this.#given[name] ?? this.#kept[name];
  }

  /** Everything that was said so far. */
  all(): Given {
    return { ...this.#kept, ...this.#given };
  }

  /** As a flag of this very run. */
  given(name: AnswerName): string | undefined {
    return this.#given[name];
  }

  /** Says that these are to be answered anew; what was said is offered again. */
  again(names: readonly AnswerName[]): void {
    for (const name of names) {
      const before = this.known(name);
      if (before !== undefined) this.#offered[name] = before;
    }
    this.forget(names);
  }

  /** Whether what was said of this before is offered again. */
  offers(name: AnswerName): boolean {
    return this.#offered[name] !== undefined;
  }

  /** Offers nothing of these any more. */
  withdraw(names: readonly AnswerName[]): void {
    for (const name of names) delete this.#offered[name];
  }

  /** Says that these were not answered. */
  forget(names: readonly AnswerName[]): void {
    for (const name of names) {
      delete this.#given[name];
      delete this.#kept[name];
    }
    this.#keep();
  }

  /** Throws CommandFailure for a flag that cannot be used or is missing, Left when nobody answers any more. */
  async of<T>(question: Question<T>): Promise<T> {
    const { name } = question;
    const initial = this.#offered[name] ?? question.initial;
    delete this.#offered[name];
    const known = this.known(name);
    if (known !== undefined) {
      const taken = this.#tried(question, known);
      if (taken) return taken.value;
    }
    if (!this.line) {
      const taken = initial === null ? null : this.#tried(question, initial);
      if (!taken) throw missing(name, question.text);
      return taken.value;
    }
    this.say(question.text, question.about ?? []);
    for (;;) {
      const answer = (await this.read(initial === null ? '> ' : `[${initial}] > `)).trim() || (initial ?? '');
      if (answer === '') continue;
      const taken = this.#tried(question, answer);
      if (taken) return taken.value;
    }
  }

  /** Null when a person can be asked instead, who is told why. */
  #tried<T>(question: Question<T>, answer: string): { value: T } | null {
    const { name } = question;
    try {
      const value = question.take(answer);
      this.#kept[name] = answer;
      this.#keep();
      return { value };
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      if (!this.line) throw unusable(name, answer, error.message);
      this.forget([name]);
      this.#tell(`${MARGIN}! ${error.message}`);
      return null;
    }
  }

  /** One of several keys; Enter is the empty one. */
  async key(prompt: string, keys: readonly string[]): Promise<string> {
    for (;;) {
      const answer = (await this.read(prompt)).trim().toLowerCase();
      if (keys.includes(answer)) return answer;
    }
  }

  /** A question and what is to be known for its answer. */
  say(text: string, about: readonly string[] = []): void {
    this.#tell(`${MARGIN}${text}`);
    for (const line of about) this.#tell(`${MARGIN}  ${line}`);
  }

  /** Ends it, as Ctrl-C does. */
  leave(): never {
    throw new Left();
  }

  async read(prompt: string): Promise<string> {
    const answer = await this.line?.(`${MARGIN}${prompt}`);
    if (answer === null || answer === undefined) throw new Left();
    return answer;
  }

  #tell(line: string): void {
    for (const part of foldedAt(line, 80)) this.#around.terminal.err(`${part}\n`);
  }
}

/** A line in pieces of at most `width`, broken at spaces, each beginning where the first one does. */
function foldedAt(line: string, width: number): string[] {
  const margin = /^ */.exec(line)?.[0] ?? '';
  const pieces: string[] = [];
  let piece = margin;
  for (const word of line.trim().split(/(?<=\S)\s(?=\S)/)) {
    if (piece.trim() !== '' && piece.length + 1 + word.length > width) {
      pieces.push(piece);
      piece = `${margin}  ${word}`;
    } else piece = piece.trim() === '' ? margin + word : `${piece} ${word}`;
  }
  return [...pieces, piece];
}

const NOBODY = 'there is no terminal, or --yes, --json or --no-input';

/** Nobody is here to be asked, and this flag would have told. */
function missing(name: AnswerName, question: string): CommandFailure {
  return new CommandFailure(EXIT.usage, {
    code: 'E2409',
    what: `nobody is here to be asked: ${question}`,
    where: '',
    cause: NOBODY,
    next: `Add --${name}: ${ANSWERS[name]}`,
  });
}

/** There is no site file, nobody is here, and these flags (each a choice) would have told what goes into one. */
export function noSiteFile(flags: readonly string[], target: string): CommandFailure {
  return new CommandFailure(EXIT.usage, {
    code: 'E2408',
    what: 'there is no site file yet, and nobody is here to be asked what goes into one',
    where: target,
    cause: NOBODY,
    next: `Add --site-file FILE, prepared at headquarters; or ${flags.join(' ')}   (see: hearst-agent setup --help)`,
  });
}

function unusable(name: AnswerName, answer: string, why: string): CommandFailure {
  const problem = { code: 'E2410', what: `--${name} ${answer}: ${why}`, where: '', cause: null };
  return new CommandFailure(EXIT.usage, { ...problem, next: `Correct --${name}: ${ANSWERS[name]}` });
}
