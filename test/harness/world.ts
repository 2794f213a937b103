import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OWNER } from '../../hub/src/db/embedded/cluster.ts';
import type { CoolingKind } from '../sim/immersion.ts';
import { mosquitto } from './mosquitto.ts';
import { freePorts } from './ports.ts';
import { Program, programPath, root } from './process.ts';
import { until } from './until.ts';

type Ports = Record<'http' | 'mqtt' | 'miner' | 'modbus' | 'control' | 'status', number>;

export interface WorldOptions {
  /** Everything the world writes goes here. */
  folder: string;
  containers: number;
  /** Whose site is simulated; QATAR-001 unless told. */
  project?: string;
  /** How its miners are cooled; hydro unless told. */
  cooling?: CoolingKind;
  /** Slots of each container; 308 unless told. */
  miners?: number;
  pollSeconds: number;
  /** The broker: the hub's own, or Debian's Mosquitto beside it. */
  broker?: 'embedded' | 'mosquitto';
  /** The noise of a real site: off unless wanted, so that every missing reading is one that was lost. */
  noise?: boolean;
  /** The file in which the devices number what they send. */
  oracleFile?: string;
  /** How often counters travel; the oracle's numbers are counters, so it needs 1. */
  countersEvery?: number;
  /** Deadline of one request to a device. */
  timeoutSeconds?: number;
  hubEnv?: Record<string, string>;
  agentEnv?: Record<string, string>;
  ports?: Partial<Ports>;
  /** The hub's database; its own when absent. */
  databaseUrl?: string;
  /** The main files to begin with; those under test when absent. */
  programs?: Partial<Record<'hub' | 'agent', string>>;
}

/** The main files of the programs under test. */
const NEWEST = () => ({ hub: programPath('hub/src/main.ts'), agent: programPath('agent/src/main.ts') });

/**
 * The whole system as real processes: simulated site, hub (with its own Postgres and broker), agent, and Mosquitto
 * where asked. Ports stay the same over restarts.
 */
export class World {
  readonly options: WorldOptions;
  readonly folder: string;
  readonly sim: Program;
  readonly hub: Program;
  readonly agent: Program;
  readonly broker: ReturnType<typeof mosquitto> | null;
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly controlUrl: string;
  readonly statusUrl: string;
  readonly agentData: string;
  readonly siteFile: string;
  apiKey = '';
  #hubEnv: Record<string, string>;
  readonly #mains: Record<'hub' | 'agent', string>;
  /** The hub's data folder. */
  #hubData: string;

  static async create(options: WorldOptions): Promise<World> {
    mkdirSync(options.folder, { recursive: true });
    const [http = 0, mqtt = 0, miner = 0, modbus = 0, control = 0, status = 0] = await freePorts(6);
    return new World(options, { http, mqtt, miner, modbus, control, status, ...options.ports });
  }

  private constructor(options: WorldOptions, ports: Ports) {
    const { folder } = options;
    this.options = options;
    this.#mains = { ...NEWEST(), ...options.programs };
    this.folder = folder;
    this.#hubData = folder;
    this.httpUrl = `http://127.0.0.1:${ports.http}`;
    this.mqttUrl = `mqtt://127.0.0.1:${ports.mqtt}`;
    this.controlUrl = `http://127.0.0.1:${ports.control}`;
    this.statusUrl = `http://127.0.0.1:${ports.status}`;
    this.agentData = join(folder, 'agent');
    this.siteFile = join(folder, 'agent.yaml');
    this.broker = options.broker === 'mosquitto' ? mosquitto(folder, ports.mqtt) : null;
    this.#hubEnv = {
      HEARST_DATA_DIR: folder,
      HEARST_HTTP_PORT: String(ports.http),
      HEARST_MQTT_PORT: String(ports.mqtt),
      HEARST_HOST: '127.0.0.1',
      // One key asks for everything here, as fast as it can.
      HEARST_REQUEST_LIMITS: '0',
      MQTT_URL: this.broker?.url ?? '',
      DATABASE_URL: options.databaseUrl ?? '',
      ...options.hubEnv,
    };
    this.sim = new Program({
      name: 'sim',
      command: [
        'node',
        'test/sim/main.ts',
        ...['--containers', String(options.containers), '--seed', '1'],
        ...[
          '--miner-port',
          String(ports.miner),
          '--modbus-port',
          String(ports.modbus),
          '--control-port',
          String(ports.control),
        ],
        ...(options.project === undefined ? [] : ['--project', options.project]),
        ...(options.cooling === undefined ? [] : ['--cooling', options.cooling]),
        ...(options.miners === undefined ? [] : ['--miners', String(options.miners)]),
        ...(options.noise ? [] : ['--no-noise']),
        ...(options.oracleFile ? ['--oracle', options.oracleFile] : []),
        ...['--write-site-file', this.siteFile, '--hub', this.httpUrl, '--poll', String(options.pollSeconds)],
      ],
      logFile: join(folder, 'sim.log'),
    });
    this.hub = new Program({
      name: 'hub',
      command: this.#commandOf('hub'),
      env: this.#hubEnv,
      logFile: join(folder, 'hub.log'),
    });
    this.agent = new Program({
      name: 'agent',
      command: this.#commandOf('agent'),
      env: { HEARST_LOCAL_PORT: String(ports.status), ...options.agentEnv },
      logFile: join(folder, 'agent.log'),
    });
  }

  /** Starts all of it, seeds the projects and enrols the agent; returns when the hub answers and the agent runs. */
  async start(): Promise<void> {
    this.broker?.program.start();
    await Promise.all([this.startHub(), this.startSite()]);
    this.hubCommand('seed');
    this.apiKey = this.createKey('world');
    this.enrol();
    this.agent.start();
  }

  /** Starts the hub and waits until it answers. */
  async startHub(): Promise<void> {
    this.hub.start();
    await this.hubReady();
  }

  /**
   * A further hub on the same database and broker, with a data folder of its own that holds the same `hub.key`. It does
   * not run yet; the first hub must have been started once.
   */
  async anotherHub(name: string): Promise<{ program: Program; url: string; ready(): Promise<void> }> {
    const [port = 0] = await freePorts(1);
    const data = join(this.folder, name);
    mkdirSync(data, { recursive: true });
    copyFileSync(join(this.folder, 'hub.key'), join(data, 'hub.key'));
    const program = new Program({
      name,
      command: ['node', programPath('hub/src/main.ts'), 'serve', '--no-broker'],
      env: { ...this.#hubEnv, HEARST_DATA_DIR: data, HEARST_HTTP_PORT: String(port) },
      logFile: join(this.folder, `${name}.log`),
    });
    const url = `http://127.0.0.1:${port}`;
    const ready = (): Promise<void> => becomesReady(program, url, 60_000);
    return { program, url, ready };
  }

  /** Starts the simulated site and waits for its site file. */
  async startSite(): Promise<void> {
    rmSync(this.siteFile, { force: true });
    this.sim.start();
    await this.#siteFileReady();
  }

  #commandOf(who: 'hub' | 'agent'): string[] {
    const site = ['--config', this.siteFile, '--data', this.agentData];
    return ['node', this.#mains[who], ...(who === 'hub' ? ['serve'] : ['run', ...site])];
  }

  /** From its next start on hub or agent is another version, by its main file; the one under test unless named. */
  become(who: 'hub' | 'agent', main = NEWEST()[who]): void {
    this.#mains[who] = main;
    this[who].become(this.#commandOf(who));
  }

  /** The hub has another data folder from now on: as on another machine. */
  moveHub(dataDir: string): void {
    this.#hubData = dataDir;
    this.#hubEnv.HEARST_DATA_DIR = dataDir;
  }

  /** The hub's environment from its next start on, and of the commands from now on. */
  tellHub(environment: Record<string, string>): void {
    Object.assign(this.#hubEnv, environment);
  }

  /** A super admin's API key. */
  createKey(name: string): string {
    return (this.hubCommand('key', 'create', '--name', name, '--role', 'super_admin') as { data: { key: string } }).data
      .key;
  }

  /** Waits until the hub answers that it is ready. */
  async hubReady(withinMs = 60_000): Promise<void> {
    await becomesReady(this.hub, this.httpUrl, withinMs);
  }

  /** Waits for the site file and puts the wanted deadline into it. */
  async #siteFileReady(): Promise<void> {
    await until(() => readFileSync(this.siteFile, 'utf8').includes('\nlocal:'), {
      withinMs: 20_000,
      what: () => `the site file\n${this.sim.tail()}`,
    });
    const { timeoutSeconds = 3, countersEvery = 5 } = this.options;
    const text = readFileSync(this.siteFile, 'utf8');
    writeFileSync(
      this.siteFile,
      text.replace(/timeout: [0-9a-z]+/, `timeout: ${timeoutSeconds}s, counters_every: ${countersEvery}`),
    );
  }

  /** Enrols the agent with a fresh token (and tells Mosquitto its password). */
  enrol(project = 'QATAR-001'): void {
    const token = (this.hubCommand('agent', 'add', project) as { data: { token: string } }).data.token;
    this.agentCommand('enrol', '--hub', this.httpUrl, '--token', token);
    if (!this.broker) return;
    const credential = JSON.parse(readFileSync(join(this.agentData, 'credential.json'), 'utf8')) as {
      agent: string;
      secret: string;
    };
    this.broker.addLogin(credential.agent, credential.secret);
    const { pid } = this.broker.program;
    if (pid) process.kill(pid, 'SIGHUP');
  }

  /** Tells an agent that is enrolled already where the broker is now (a demo started again on other ports). */
  moveAgent(): void {
    const file = join(this.agentData, 'credential.json');
    const credential = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    if (credential.mqtt === this.mqttUrl) return;
    writeFileSync(file, JSON.stringify({ ...credential, mqtt: this.mqttUrl, hub: this.httpUrl }), { mode: 0o600 });
  }

  /** Runs a `hearst-hub` command with `--json` and returns its document; throws with what it printed when it fails. */
  hubCommand(...args: string[]): unknown {
    return runJson(this.#mains.hub, args, this.#hubEnv);
  }

  /** The same for `hearst-agent`. */
  agentCommand(...args: string[]): unknown {
    return runJson(this.#mains.agent, [...args, '--config', this.siteFile, '--data', this.agentData], {});
  }

  /** What the hub's API answers as super admin. */
  async api<T>(path: string): Promise<T> {
    const response = await fetch(`${this.httpUrl}${path}`, { headers: { authorization: `Bearer ${this.apiKey}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** What the agent's local page says. */
  async agentStatus<T>(): Promise<T> {
    return (await (await fetch(`${this.statusUrl}/status.json`)).json()) as T;
  }

  /** Asks the simulated site for a fault. */
  async fault(fault: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${this.controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(`fault refused: ${await response.text()}`);
  }

  /** The hub's database as superuser. */
  databaseUrl(): string {
    if (this.options.databaseUrl) return this.options.databaseUrl;
    const port = readFileSync(this.#postmasterFile(), 'utf8').split('\n')[3];
    const password = readFileSync(join(this.#hubData, 'postgres', 'password'), 'utf8').trim();
    return `postgres://${OWNER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${OWNER}`;
  }

  /** The postmaster of the hub's own Postgres; undefined while none runs. */
  postgresPid(): number | undefined {
    const pidFile = this.#postmasterFile();
    if (!existsSync(pidFile)) return undefined;
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && existsSync(`/proc/${pid}`) ? pid : undefined;
  }

  #postmasterFile(): string {
    const home = join(this.#hubData, 'postgres');
    const pointer = join(home, 'cluster-folder');
    const cluster = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(home, 'cluster');
    return join(cluster, 'postmaster.pid');
  }

  /**
   * The devices fall silent, and the agent stops when it has handed over all they said. An agent that stops drops the poll
   * that is under way, so each container is asked once more before. What it had in memory it still accepts, after `drained`
   * saw an empty outbox: then it starts once more, and what its second end leaves behind are polls of silent devices.
   */
  async comeToRest(drained: () => Promise<unknown>): Promise<void> {
    await this.sim.stop();
    await this.#askedAnew();
    await drained();
    await this.agent.stop();
    if (this.#waitingBatches() === 0) return;
    this.agent.start();
    await drained();
    await this.agent.stop();
  }

  /** Waits until a poll of each container that began from now on has ended, and so every earlier one. */
  async #askedAnew(): Promise<void> {
    const asked = (): Promise<{ now: string; poller: { containers: { at: number | null }[] } }> => this.agentStatus();
    const waiting = { withinMs: 120_000, what: () => `each container to be asked\n${this.agent.tail()}` };
    const from = Date.parse((await until(asked, waiting)).now);
    await until(async () => (await asked()).poller.containers.every(({ at }) => at !== null && at >= from), waiting);
  }

  /** How many batches of the agent, which has stopped, the hub did not confirm. */
  #waitingBatches(): number {
    const file = new Database(join(this.agentData, 'outbox', 'outbox.db'), { readonly: true });
    try {
      return file.prepare<[], number>('select count(*) from batches where confirmed is null').pluck().get() ?? 0;
    } finally {
      file.close();
    }
  }

  /** Stops everything, in the reading's order, so that each can hand on what it has. */
  async stop(): Promise<void> {
    const errors: unknown[] = [];
    for (const program of [this.agent, this.sim, this.hub, ...(this.broker ? [this.broker.program] : [])]) {
      await program.stop().catch((error) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything stopped by itself');
  }

  /** Writes text over a file of the world, for tests of bad input. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }
}

async function becomesReady(hub: Program, url: string, withinMs: number): Promise<void> {
  await until(async () => hub.running && (await fetch(`${url}/readyz`)).ok, {
    withinMs,
    everyMs: 100,
    what: () => `${hub.name} to be ready\n${hub.tail()}`,
  });
}

function runJson(script: string, args: string[], env: Record<string, string>): unknown {
  const result = spawnSync(process.execPath, [script, ...args, '--json'], {
    cwd: root,
    env: { ...process.env, HEARST_FAILPOINT: '', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (result.status !== 0) {
    throw new Error(
      `${script} ${args[0]}: ended with ${result.status ?? result.signal}\n${result.stdout}${result.stderr}`,
    );
  }
  return JSON.parse(result.stdout);
}
