import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ServiceFacts } from '../doctor/view.ts';

const run = promisify(execFile);

export interface SupervisorOptions {
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  log: Logger;
}

/** How long the helper may take, ms. */
const HELPER_MS = 5000;
/** Beats within one period of the watchdog. */
const BEATS = 3;

/**
 * What the service manager hears: that the agent is ready, and that its event loop turns. Node cannot open the
 * manager's datagram socket, so the helper `systemd-notify` speaks (the unit allows it with NotifyAccess=all). The
 * beat is a timer of the agent's own loop: when that hangs, the beat stops and the manager restarts it. Without
 * NOTIFY_SOCKET it does nothing.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #stop = new AbortController();
  readonly #everyMs: number | null;
  #lastAt: number | null = null;
  #trouble: string | null = null;
  #beats: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = options.environment;
    const usec = Number(WATCHDOG_USEC);
    const ours = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
    this.#everyMs = NOTIFY_SOCKET && ours && usec > 0 ? usec / 1000 : null;
  }

  /** Whether a service manager waits for word. */
  get present(): boolean {
    return Boolean(this.#options.environment.NOTIFY_SOCKET);
  }

  /** Ready, or ready again under another line of status; from now on the watchdog hears the loop. */
  async ready(status: string): Promise<void> {
    await this.#notify('--ready', `--status=${status}`);
    if (this.#everyMs !== null && this.#lastAt === null) {
      this.#lastAt = this.#options.clock.mono();
      this.#beats = this.#beat(this.#everyMs / BEATS);
    }
  }

  /** Ends the beat: another takes over, or the process ends. */
  async rest(): Promise<void> {
    this.#stop.abort();
    await this.#beats;
  }

  /** Stopping on purpose. */
  async stop(): Promise<void> {
    await this.rest();
    await this.#notify('STOPPING=1');
  }

  facts(): Pick<ServiceFacts, 'managed' | 'watchdog'> {
    const { environment, clock } = this.#options;
    const managed = this.present || Boolean(environment.INVOCATION_ID);
    if (this.#everyMs === null) return { managed, watchdog: null };
    const lastMs = this.#lastAt === null ? null : clock.mono() - this.#lastAt;
    return { managed, watchdog: { everyMs: this.#everyMs, lastMs, trouble: this.#trouble } };
  }

  async #beat(everyMs: number): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (await this.#notify('WATCHDOG=1')) this.#lastAt = clock.mono();
      await clock.sleep(everyMs, signal).catch(() => undefined); // ends early when stopped
    }
  }

  async #notify(...words: string[]): Promise<boolean> {
    if (!this.present) return false;
    const { environment, log } = this.#options;
    try {
      await run('systemd-notify', words, { env: environment, timeout: HELPER_MS });
      this.#trouble = null;
      return true;
    } catch (error) {
      const trouble = `systemd-notify: ${(error as NodeJS.ErrnoException).code ?? 'failed'}`;
      if (trouble !== this.#trouble) log.warn({ err: error }, 'the service manager could not be told');
      this.#trouble = trouble;
      return false;
    }
  }
}
