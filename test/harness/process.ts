import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Where Node finds a program of ours: the shipped one where the run has made it (`bundled-programs.ts`), else its source.
 *
 * @param source `hub/src/main.ts` or `agent/src/main.ts`
 */
export function programPath(source: string): string {
  const programs = process.env.HEARST_TEST_PROGRAMS;
  return programs === undefined ? source : join(programs, source.replace(/\.ts$/, '.js'));
}

const LEAVE_WITH_PARENT = new URL('leave-with-parent.ts', import.meta.url).href;

/** How a program of ours (or another's) is started again and again under one name. */
export interface ProgramOptions {
  name: string;
  /** Executable and arguments; `node` stands for this very Node. */
  command: string[];
  env?: Record<string, string>;
  /** Everything it prints goes here, over all its lives. */
  logFile: string;
}

/**
 * A real process that tests start, kill and start again. Its output goes to a file; nothing of it outlives
 * `stop()` or `kill()`.
 */
export class Program {
  readonly name: string;
  readonly logFile: string;
  starts = 0;
  #options: ProgramOptions;
  #child: ChildProcess | null = null;
  #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }> | null = null;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.logFile = options.logFile;
    this.#options = options;
  }

  /** What it runs from its next start on: another version of it. */
  become(command: string[]): void {
    this.#options = { ...this.#options, command };
  }

  get pid(): number | undefined {
    return this.running ? this.#child?.pid : undefined;
  }

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it; `env` is added for this life only. */
  start(env: Record<string, string> = {}): void {
    if (this.running) throw new Error(`${this.name} runs already`);
    this.starts++;
    const [program = '', ...args] = this.#options.command;
    const ours = program === 'node';
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const child = spawn(ours ? process.execPath : program, ours ? ['--import', LEAVE_WITH_PARENT, ...args] : args, {
      cwd: root,
      env: { ...process.env, HEARST_FAILPOINT: '', ...this.#options.env, ...env },
      stdio: ours ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => appendFileSync(this.logFile, `cannot start: ${error.message}\n`));
      child.on('close', (code, signal) => {
        log.end();
        resolve({ code, signal });
      });
    });
  }

  /** `kill -9`, and waits for its end. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Asks it to stop (SIGTERM) and waits; kills it after `withinMs` and says so by throwing. */
  async stop(withinMs = 20_000): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (!this.#ended) return { code: null, signal: null };
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), withinMs);
    if (this.running) this.#child?.kill('SIGTERM');
    const end = await this.#ended;
    clearTimeout(timer);
    if (end.signal === 'SIGKILL') throw new Error(`${this.name} did not stop within ${withinMs} ms\n${this.tail()}`);
    return end;
  }

  /** Waits for its end by itself. */
  async end(withinMs: number): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    await until(() => !this.running, { withinMs, what: () => `${this.name} to end\n${this.tail()}` });
    return (await this.#ended) ?? { code: null, signal: null };
  }

  /** All it has printed. */
  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  /** The last lines it printed, for messages of failing tests. */
  tail(lines = 15): string {
    return this.log().trimEnd().split('\n').slice(-lines).join('\n');
  }
}
