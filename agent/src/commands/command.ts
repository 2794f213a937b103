import type { Command } from 'commander';

/** Exit codes, as the service file and scripts rely on them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** Done, but some devices did not answer. */
  degraded: 3,
  /** Hub, broker or agent not there. */
  unavailable: 69,
  /** Try again later. */
  later: 75,
  /** Not permitted: token refused, credential revoked. */
  refused: 77,
  /** Configuration invalid. */
  config: 78,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that is wrong, in four parts and with a stable code. */
export interface Problem {
  /** `E1204`: E prevents, W is worth a look. */
  code: string;
  what: string;
  /** File, line and column, address or URL. */
  where: string;
  /** The likely cause; null where `what` says it all. */
  cause: string | null;
  /** What to do next, as something to type where possible. */
  next: string;
}

/** What a command came to. `text` is for people, `data` for programs. */
export interface Outcome {
  code: ExitCode;
  data: unknown;
  problems: Problem[];
  /** The result for standard output; empty for none. */
  text: string;
  /** The problems in a fuller form than their four parts (a site file with its lines), for people. */
  diagnosis?: string;
  /** Everything was said already (a watch, line by line): nothing more goes to standard output. */
  told?: boolean;
}

/** Ends a command with problems. */
export class CommandFailure extends Error {
  readonly outcome: Outcome;

  /** `data`: what `--json` gives besides the problems. */
  constructor(code: ExitCode, problem: Problem | Problem[], diagnosis?: string, data: unknown = null) {
    const problems = [problem].flat();
    super(problems[0]?.what ?? '');
    this.name = 'CommandFailure';
    this.outcome = { code, data, problems, text: '', ...(diagnosis === undefined ? {} : { diagnosis }) };
  }
}

/** What every command is given: the global options, and the world outside. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  /** `--config`, when given. */
  config: string | undefined;
  /** `--data`, when given. */
  data: string | undefined;
  quiet: boolean;
  verbose: boolean;
  json: boolean;
  /** `--yes`: nothing is asked, the answer is yes. */
  yes: boolean;
  /** Whether somebody can be asked: a terminal, and no `--no-input`. */
  interactive: boolean;
  terminal: Terminal;
}

/** Runs a command in its surroundings and tells what came of it, once. */
export type Perform = (
  command: Command,
  work: (surroundings: Surroundings) => Outcome | Promise<Outcome>,
) => Promise<void>;

/** Adds a command to the program: its words, its options, and what it does. */
export type Declare = (program: Command, perform: Perform) => void;

/** Where words go: results to standard output, everything else to standard error. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Marks a word in a colour, where colours are wanted. */
  paint(colour: 'red' | 'yellow' | 'green' | 'grey', text: string): string;
  /** Whether more than ASCII can be shown. */
  unicode: boolean;
  /** Whether standard output is a screen that can be drawn anew. */
  screen: boolean;
  /** Whether standard error is a terminal, on which a line may be written anew. */
  live: boolean;
  /** Its width in characters, 80 where it is none. */
  columns: number;
}
