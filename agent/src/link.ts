import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentStatus, Credential } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { loadCredential } from './credential.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { HubReport } from './status/report.ts';
import { Uplink } from './uplink/uplink.ts';
import { PROGRAM } from './version.ts';

/** How often the credential is looked at, ms. */
const LOOK_MS = 3000;

export interface LinkOptions {
  dataFolder: string;
  project: string;
  /** Certificates in PEM that stand above those of the credential; null: the credential's. */
  caFile: string | null;
  outbox: Outbox;
  clock: Clock;
  boot: string;
  log: Logger;
  status: () => Partial<AgentStatus>;
  /** A batch younger than this is live, ms. */
  liveWithinMs: number;
  /** The uplink got no further for a long time although it should: a restart may help. */
  onStuck: () => void;
}

/** The credential's file in a data folder. */
export const credentialPath = (dataFolder: string): string => join(dataFolder, 'credential.json');

/**
 * The uplink, as soon as there is a credential for it. An agent that is not enrolled yet, or whose credential
 * cannot be used, keeps its readings and looks again every few seconds: enrolling needs no restart. Nor does a change of
 * secrets: another credential in the file begins another uplink. One that is lost does not end the uplink that stands.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #stop = new AbortController();
  #uplink: Uplink | null = null;
  /** The credential it was made with. */
  #usedNow: string | null = null;
  #trouble: HubReport | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
    await this.#uplink?.stop();
  }

  report(): HubReport {
    if (!this.#uplink) return this.#trouble ?? { phase: 'starting', advice: null, uplink: null };
    const state = this.#uplink.state();
    return { phase: state.phase, advice: state.refused ?? null, uplink: state };
  }

  async #look(): Promise<void> {
    const { clock, outbox, boot, log, status, liveWithinMs, onStuck } = this.#options;
    while (!this.#stop.signal.aborted) {
      const credential = this.#usable();
      if (credential && JSON.stringify(credential) !== this.#usedNow) {
        await this.#uplink?.stop();
        this.#usedNow = JSON.stringify(credential);
        this.#trouble = null;
        log.info(
          { agent: credential.agent, project: credential.project, mqtt: credential.mqtt },
          'enrolled; readings go to the hub',
        );
        this.#uplink = new Uplink({
          credential,
          outbox,
          clock,
          boot,
          program: PROGRAM,
          log,
          status,
          timings: { liveWithinMs },
          onStuck,
        });
        this.#uplink.start();
      }
      await clock.sleep(LOOK_MS, this.#stop.signal).catch(() => undefined); // ends early when stopped
    }
  }

  /** The credential, or null with the reason noted, and logged when it is another than before. */
  #usable(): Credential | null {
    const { dataFolder, project } = this.#options;
    const path = credentialPath(dataFolder);
    if (!existsSync(path)) return this.#complain('not_enrolled', 'run: hearst-agent enrol --hub URL --token TOKEN');
    try {
      const credential = loadCredential(path);
      if (credential.project === project) return this.#pinned(credential);
      return this.#complain(
        'wrong_project',
        `this agent is enrolled for ${credential.project}, but the site file says ${project}: correct site.project, or enrol again`,
      );
    } catch (error) {
      return this.#complain('bad_credential', `${error instanceof Error ? error.message : error}; enrol again`);
    }
  }

  /** With the authority that the site file names, which stands above the credential's. */
  #pinned(credential: Credential): Credential | null {
    const { caFile } = this.#options;
    if (caFile === null) return credential;
    try {
      return { ...credential, ca: readFileSync(caFile, 'utf8') };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      return this.#complain('bad_authority', `hub.ca names ${caFile}, which cannot be read (${code}): correct it`);
    }
  }

  /** Told once per reason; while an uplink stands, `report` speaks of that. */
  #complain(phase: string, advice: string): null {
    if (this.#trouble?.advice !== advice)
      this.#options.log.warn(
        { phase, advice },
        this.#uplink
          ? 'the credential cannot be used any more: the agent goes on with what it has'
          : 'readings are kept here: there is no way to the hub yet',
      );
    this.#trouble = { phase, advice, uplink: null };
    return null;
  }
}
