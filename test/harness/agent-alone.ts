import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { Program, programPath, root } from './process.ts';
import { until } from './until.ts';

/** A site of one container whose four miners are not there: refused connections cost nothing. */
const SITE = (port: number): string => `version: 1
site: { project: QATAR-001, name: Hearst Qatar, time_zone: Asia/Qatar }
poll: { interval: 1s, timeout: 1s }
containers:
  - { id: QATAR-C09, miners: 4, range: 127.20.2.1-127.20.2.4, port: ${port} }
`;

export interface AgentAloneOptions {
  /** Everything goes here. */
  folder: string;
  env?: Record<string, string>;
  /** The local page's port; any free one unless told. */
  localPort?: number;
  /** What stands before the program: `setpriv ...`. */
  through?: string[];
}

/** An agent as a real process with a site file of its own and no hub: enough for what goes wrong before there is one. */
export class AgentAlone {
  readonly program: Program;
  readonly siteFile: string;
  readonly data: string;
  readonly pageUrl: string;

  static async create(options: AgentAloneOptions): Promise<AgentAlone> {
    const [miners = 0, page = 0] = await freePorts(2);
    return new AgentAlone(options, miners, options.localPort ?? page);
  }

  private constructor({ folder, env = {}, through = [] }: AgentAloneOptions, minerPort: number, pagePort: number) {
    this.siteFile = join(folder, 'agent.yaml');
    this.data = join(folder, 'agent');
    this.pageUrl = `http://127.0.0.1:${pagePort}`;
    mkdirSync(this.data, { recursive: true });
    writeFileSync(this.siteFile, SITE(minerPort));
    const node = through.length > 0 ? [...through, process.execPath] : ['node'];
    this.program = new Program({
      name: 'agent',
      command: [...node, programPath('agent/src/main.ts'), 'run', '--config', this.siteFile, '--data', this.data],
      env: { HEARST_LOCAL_PORT: String(pagePort), ...env },
      logFile: join(folder, 'agent.log'),
    });
  }

  /** Enrols it with a one-time token; `mqtt` is what it connects to instead of what the hub tells it. */
  enrol(hubUrl: string, token: string, mqtt?: string): void {
    const args = ['enrol', '--hub', hubUrl, '--token', token, '--config', this.siteFile, '--data', this.data];
    const { status, stderr } = spawnSync(process.execPath, [programPath('agent/src/main.ts'), ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`enrol: ended with ${status}\n${stderr}`);
    if (mqtt === undefined) return;
    const path = join(this.data, 'credential.json');
    const credential = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...credential, mqtt }), { mode: 0o600 });
  }

  /** Runs it to its end. */
  async ends(withinMs = 20_000): Promise<{ code: number | null; said: string }> {
    this.program.start();
    const { code } = await this.program.end(withinMs);
    return { code, said: this.program.log() };
  }

  /** Starts it and waits until it keeps readings. */
  async keeps(): Promise<void> {
    this.program.start();
    await until(async () => (await fetch(`${this.pageUrl}/readyz`)).ok, {
      withinMs: 20_000,
      everyMs: 100,
      what: () => `the agent to keep readings\n${this.program.tail()}`,
    });
  }

  /** What its local page says. */
  async page<T>(): Promise<T> {
    return (await (await fetch(`${this.pageUrl}/status.json`)).json()) as T;
  }

  /** Replaces text of the site file. */
  edit(from: string | RegExp, to: string): void {
    writeFileSync(this.siteFile, readFileSync(this.siteFile, 'utf8').replace(from, to));
  }
}
