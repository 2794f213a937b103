/** Exit codes of `hearst-hub`, the same as those of `hearst-agent`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  degraded: 3,
  unavailable: 69,
  configuration: 78,
  interrupted: 130,
} as const;

/** Something a person has to put right: the message says what, where, why and what to do, and ends the program. */
export class HubError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HubError';
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** The environment is wrong. Holds every fault found, one sentence each. */
export class ConfigError extends HubError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`The hub's configuration is invalid: ${count}.`, ...faults.map((fault) => `  - ${fault}`)].join('\n'), {
      exitCode: EXIT.configuration,
    });
    this.name = 'ConfigError';
    this.faults = faults;
  }
}
