import { accessSync, constants, readFileSync } from 'node:fs';
import { readAgentFile } from '../status/agent-file.ts';
import type { StatusReport } from '../status/report.ts';
import { tokenPath } from '../status/token.ts';
import { CommandFailure, EXIT } from './command.ts';

/** Answers of the doctor may wait for the network. */
const DEADLINE_MS = 20_000;

/** The agent that runs on a data folder, as its local page answers. */
export class RunningAgent {
  readonly #folder: string;
  readonly #url: string;
  readonly report: StatusReport;

  private constructor(folder: string, url: string, report: StatusReport) {
    this.#folder = folder;
    this.#url = url;
    this.report = report;
  }

  /** Throws CommandFailure: E1401 (exit 69) where none runs, E1701 (exit 77) where this user may not know. */
  static async find(folder: string): Promise<RunningAgent> {
    assertReadable(folder);
    const file = readAgentFile(folder);
    if (!file) throw notRunning(folder, 'no agent left word there', folder);
    let report: StatusReport;
    try {
      const response = await fetch(`${file.url}/status.json`, { signal: AbortSignal.timeout(5000) });
      report = (await response.json()) as StatusReport;
    } catch (error) {
      throw notRunning(folder, `process ${file.pid} does not answer at ${file.url}: ${reasonOf(error)}`, file.url);
    }
    if (report.pid !== file.pid) throw notRunning(folder, `another program answers at ${file.url}`, file.url);
    return new RunningAgent(folder, file.url, report);
  }

  /** The same, null where none runs. Throws where this user may not know. */
  static async look(folder: string): Promise<RunningAgent | null> {
    try {
      return await RunningAgent.find(folder);
    } catch (error) {
      if (error instanceof CommandFailure && error.outcome.code === EXIT.unavailable) return null;
      throw error;
    }
  }

  /** What it answers at a path, as it stands. */
  async text(path: string): Promise<string> {
    const response = await fetch(this.#url + path, { signal: AbortSignal.timeout(DEADLINE_MS) });
    return response.text();
  }

  /** What it answers at a path. It is this program's own answer, so its shape is believed. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) throw new Error(`the agent at ${this.#url}${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  /** Asks it to change something of its own. Throws CommandFailure (E1701, exit 77) without the right to. */
  async post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw new CommandFailure(response.status === 422 ? EXIT.usage : EXIT.failed, {
      code: 'E1702',
      what: `the agent did not do it: ${text.trim()}`,
      where: this.#url + path,
      cause: null,
      next: 'Correct what it names, then try again',
    });
  }

  #token(): string {
    const path = tokenPath(this.#folder);
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      throw new CommandFailure(EXIT.refused, {
        code: 'E1701',
        what: 'this user may not change anything of the running agent',
        where: path,
        cause: `its token cannot be read (${(error as NodeJS.ErrnoException).code})`,
        next: "Run it as the agent's user: sudo -u hearst-agent hearst-agent ...",
      });
    }
  }
}

function assertReadable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return; // not there: then no agent is either
    throw new CommandFailure(EXIT.refused, {
      code: 'E1701',
      what: "the data folder is not this user's to read",
      where: folder,
      cause: "it belongs to the agent's user",
      next: 'Run it as that user: sudo -u hearst-agent hearst-agent ...',
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.cause as Error | undefined)?.message ?? error.message;
}

function notRunning(folder: string, cause: string, where: string): CommandFailure {
  return new CommandFailure(EXIT.unavailable, {
    code: 'E1401',
    what: `no agent is running on the data folder ${folder}`,
    where,
    cause,
    next: 'Start it: hearst-agent run   (or name its data folder with --data DIR)',
  });
}
