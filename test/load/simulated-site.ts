import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSiteFile } from '../../agent/src/config/load.ts';
import type { Site } from '../../agent/src/config/site.ts';
import { loadProfiles, type Profiles } from '../../agent/src/drivers/modbus/profile.ts';
import { freePorts } from '../harness/ports.ts';
import { Program } from '../harness/process.ts';
import { until } from '../harness/until.ts';

export interface SiteProcessOptions {
  /** Site file and log go here. */
  folder: string;
  containers: number;
  /** Real refusals and swallowed SYNs; needs a network namespace of the caller's own. */
  firewall?: boolean;
}

/** A simulated site without noise, in a process of its own. */
export class SiteProcess {
  readonly siteFile: string;
  readonly #program: Program;
  readonly #control: string;

  private constructor(options: SiteProcessOptions, controlPort: number) {
    const { folder, containers, firewall = false } = options;
    this.siteFile = join(folder, 'agent.yaml');
    this.#control = `http://127.0.0.1:${controlPort}`;
    const ports = ['--miner-port', '0', '--modbus-port', '0', '--control-port', String(controlPort)];
    this.#program = new Program({
      name: 'sim',
      command: [
        ...['node', 'test/sim/main.ts', '--containers', String(containers), '--no-noise', ...ports],
        ...['--write-site-file', this.siteFile, ...(firewall ? ['--firewall'] : [])],
      ],
      logFile: join(folder, 'sim.log'),
    });
  }

  static async start(options: SiteProcessOptions): Promise<SiteProcess> {
    const [controlPort = 0] = await freePorts(1);
    const site = new SiteProcess(options, controlPort);
    site.#program.start();
    await until(() => existsSync(site.siteFile) && readFileSync(site.siteFile, 'utf8').includes('\nlocal:'), {
      withinMs: 30_000,
      what: () => `the simulated site\n${site.#program.tail()}`,
    });
    return site;
  }

  /** Causes a fault (see test/sim/faults.ts). */
  async fault(fault: Record<string, unknown>): Promise<void> {
    await this.#call('/faults', { method: 'POST', body: JSON.stringify(fault) });
  }

  async clearFaults(): Promise<void> {
    await this.#call('/faults', { method: 'DELETE' });
  }

  /** How many miners answer now. */
  async answering(): Promise<number> {
    return ((await this.#call('/state')) as { miners_answering: number }).miners_answering;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  async #call(path: string, init?: RequestInit): Promise<unknown> {
    const response = await fetch(`${this.#control}${path}`, init ?? {});
    if (!response.ok) throw new Error(`simulated site: ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

/** What the agent would read from a site file. */
export function readSite(siteFile: string): { site: Site; profiles: Profiles } {
  const profiles = loadProfiles();
  return { site: loadSiteFile(siteFile, profiles.ids()).site, profiles };
}
