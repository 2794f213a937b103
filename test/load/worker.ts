import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * A child process of a benchmark's own, which does what it is asked and answers, so that each side of a comparison has
 * its own heap, its own compiled code and its own CPU time. The child's script calls `serve`.
 */
export class Worker {
  readonly #child: ChildProcess;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];

  /** Starts `workers/<script>.ts`; `wrap` may put the command into a network namespace. */
  static async start(
    script: string,
    options: object,
    wrap: (command: string[]) => string[] = (command) => command,
  ): Promise<Worker> {
    const worker = new Worker(script, wrap);
    await worker.ask('start', options);
    return worker;
  }

  private constructor(script: string, wrap: (command: string[]) => string[]) {
    const path = fileURLToPath(new URL(`workers/${script}.ts`, import.meta.url));
    const [program = '', ...args] = wrap([process.execPath, path]);
    this.#child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (answer: Answer) => {
      const waiting = this.#waiting.shift();
      if (answer.error === undefined) waiting?.resolve(answer.value);
      else waiting?.reject(new Error(`${script}: ${answer.error}`));
    });
    this.#child.on('exit', (code, signal) => {
      for (const waiting of this.#waiting.splice(0))
        waiting.reject(new Error(`${script} ended with ${code ?? signal}`));
    });
  }

  /** Has the child do one thing and returns what it answers; one after another. */
  ask<T>(task: string, argument?: unknown): Promise<T> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.push(waiting);
    this.#child.send({ task, argument });
    return waiting.promise as Promise<T>;
  }

  /** Lets the child put away what it holds, and waits for its end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await ended;
  }
}

interface Answer {
  value?: unknown;
  error?: string;
}

/** What a worker can do. Tasks come one at a time. */
export interface Tasks {
  [task: string]: (argument: never) => Promise<unknown>;
}

/** The child's side: `open` is given the options and returns the tasks, and how to put everything away. */
export function serve<Options>(
  open: (options: Options) => Promise<{ tasks: Tasks; close: () => Promise<void> }>,
): void {
  let opened: Awaited<ReturnType<typeof open>> | undefined;
  const run = async (task: string, argument: unknown): Promise<unknown> => {
    if (task === 'start') {
      opened = await open(argument as Options);
      return null;
    }
    const known = opened?.tasks[task];
    if (!known) throw new Error(`no task ${task}`);
    return known(argument as never);
  };
  process.on('message', ({ task, argument }: { task: string; argument: unknown }) => {
    run(task, argument).then(
      (value) => process.send?.({ value }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once('disconnect', () => {
    void Promise.resolve(opened?.close()).finally(() => process.exit());
  });
}
