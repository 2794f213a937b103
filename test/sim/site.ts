import type { Values } from '@hearst/protocol';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import { type MinerHost, MinerServer, type Reply } from './cgminer.ts';
import { type SimClock, simClock } from './clock.ts';
import { answer, type Command, parseCommand } from './commands.ts';
import { ControlServer } from './control.ts';
import { type Fault, type FaultRequest, Faults } from './faults.ts';
import { type CoolingKind, immersionValues, KINDS } from './immersion.ts';
import { Layout, type LayoutOptions } from './layout.ts';
import { malform } from './malform.ts';
import { encodeByProfile, ModbusSimulator, type RegisterBank } from './modbus.ts';
import { cutAt } from './noise.ts';
import { OracleLog, oracleValue } from './oracle-log.ts';
import { emptySample, Physics } from './physics.ts';
import { hash } from './random.ts';
import type { Firewall } from './swallow.ts';

export interface SimulatedSiteOptions extends LayoutOptions {
  seed: number;
  /** The ordinary noise of a site; on unless told. Without it every miner answers, and values only drift. */
  noise?: boolean;
  /** How its miners are cooled; hydro unless told. */
  cooling?: CoolingKind;
  /** Simulated time; the system's clock by default. */
  clock?: SimClock;
  /** 0, the default: any free one. */
  minerPort?: number;
  modbusPort?: number;
  controlPort?: number;
  /** Numbers every stats reply and notes it in this new file, see oracle-log.ts. */
  oracle?: string;
  /** Makes the faults `refuses` and `swallowed` real; only in a network namespace of the test's own. */
  firewall?: Firewall;
}

export interface SitePorts {
  minerPort: number;
  modbusPort: number;
  controlPort: number;
}

/** What the site as a whole is doing, in simulated time. */
export interface SiteState extends SitePorts {
  project: string;
  seed: number;
  noise: boolean;
  now: string;
  containers: number;
  transformers: number;
  miners: number;
  miners_answering: number;
  hashrate_ehs: number;
  power_mw: number;
  miner_replies: number;
  modbus_requests: number;
  oracle_rows: number;
  faults: Fault[];
}

/** So often the controller of an immersion container measures, simulated ms. */
const TANK_STEP_MS = 5000;

/** Requests repeat: what was read once need not be parsed again. */
const MOST_COMMANDS_KEPT = 256;

/**
 * A mining site on loopback: its miners on one port, its cooling controllers and meters on another, and a control port
 * for faults. What the devices say comes from `physics`, which can also be asked directly, for any moment.
 */
export class SimulatedSite implements MinerHost {
  readonly layout: Layout;
  readonly clock: SimClock;
  readonly physics: Physics;
  readonly seed: number;
  readonly cooling: CoolingKind;
  readonly #options: SimulatedSiteOptions;
  readonly #faults: Faults;
  readonly #miners: MinerServer;
  readonly #modbus: ModbusSimulator;
  readonly #control: ControlServer;
  readonly #commands = new Map<string, Command>();
  readonly #sample = emptySample();
  readonly #banks = new Map<string, RegisterBank>();
  /** How many stats replies each miner has given: only with an oracle. */
  #numbers: Uint32Array | null = null;
  #oracle: OracleLog | null = null;
  #ports: SitePorts = { minerPort: 0, modbusPort: 0, controlPort: 0 };

  constructor(options: SimulatedSiteOptions) {
    this.#options = options;
    this.layout = new Layout(options);
    this.clock = options.clock ?? simClock();
    this.seed = options.seed;
    this.cooling = options.cooling ?? 'hydro';
    this.#faults = new Faults(this.layout, options.seed);
    this.physics = new Physics({
      layout: this.layout,
      seed: options.seed,
      faults: this.#faults,
      noise: options.noise ?? true,
      cooling: this.cooling,
    });
    this.#miners = new MinerServer(this);
    const profiles = loadProfiles();
    const profileOf = (id: string) => {
      const profile = profiles.get(id);
      if (!profile) throw new Error(profiles.explain(id));
      return profile;
    };
    const cooling = profileOf(KINDS[this.cooling].profile);
    const meter = profileOf('schneider-pm5xxx');
    this.#modbus = new ModbusSimulator({
      lookup: (address, unit) => {
        const container = this.layout.coolingAt(address);
        const transformer = container ? 0 : this.layout.meterAt(address);
        if (unit !== 1 || (!container && !transformer)) return null;
        const values = () => (container ? this.#loopValues(container) : this.physics.meter(transformer, this.now()));
        if (values() === null) return 'silent';
        let bank = this.#banks.get(address);
        if (!bank) {
          bank = encodeByProfile(container ? cooling : meter, () => values() ?? {});
          this.#banks.set(address, bank);
        }
        return bank;
      },
    });
    this.#control = new ControlServer(this);
  }

  /** Listens on all three ports. A port in use is an error that names it. */
  async start(): Promise<SitePorts> {
    const { oracle, minerPort = 0, modbusPort = 0, controlPort = 0 } = this.#options;
    try {
      if (oracle !== undefined) {
        const { projectId: project, prefix, containers, minersPerContainer } = this.layout;
        this.#oracle = new OracleLog(oracle, { oracle: 1, project, prefix, containers, minersPerContainer });
        this.#numbers = new Uint32Array(this.layout.miners);
      }
      this.#ports = {
        minerPort: await this.#miners.start(minerPort),
        modbusPort: (await this.#modbus.start(modbusPort)).port,
        controlPort: await this.#control.start(controlPort),
      };
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this.#ports;
  }

  async stop(): Promise<void> {
    await this.#control.stop();
    await this.#miners.stop();
    await this.#modbus.stop();
    this.#oracle?.close();
    this.#oracle = null;
  }

  /** Simulated time, ms since 1970. */
  now(): number {
    return this.clock.now();
  }

  /** Causes a fault from now on. Throws FaultError when the target does not exist. */
  async addFault(request: FaultRequest): Promise<Fault> {
    const fault = this.#faults.add(request, this.now());
    await this.#faultsChanged();
    return fault;
  }

  /** Ends a fault; false when none of that id is active. */
  async removeFault(id: number): Promise<boolean> {
    const removed = this.#faults.remove(id, this.now());
    await this.#faultsChanged();
    return removed;
  }

  /** Ends all faults and says how many there were. */
  async clearFaults(): Promise<number> {
    const count = this.#faults.clear(this.now());
    await this.#faultsChanged();
    return count;
  }

  faults(): Fault[] {
    return this.#faults.active(this.now());
  }

  /** Makes sure that everything sent so far stands in the oracle's file. */
  flushOracle(): void {
    this.#oracle?.flush();
  }

  /** Looks at every miner: some 30 ms for 17,864. */
  state(): SiteState {
    const { layout, physics } = this;
    const now = this.now();
    let answering = 0;
    let ths = 0;
    for (let index = 0; index < layout.miners; index++) {
      const miner = physics.miner(index, now, this.#sample);
      if (miner.reach === 'answers') answering++;
      ths += miner.hashrateThs;
    }
    let kw = 0;
    for (let t = 1; t <= layout.transformers; t++) kw += physics.transformerKw(t, now);
    return {
      ...this.#ports,
      project: layout.projectId,
      seed: this.seed,
      noise: this.#options.noise ?? true,
      now: new Date(now).toISOString(),
      containers: layout.containers,
      transformers: layout.transformers,
      miners: layout.miners,
      miners_answering: answering,
      hashrate_ehs: ths / 1e6,
      power_mw: kw / 1000,
      miner_replies: this.#miners.replies,
      modbus_requests: this.#modbus.requests,
      oracle_rows: this.#oracle?.rows ?? 0,
      faults: this.faults(),
    };
  }

  #loopValues(container: number): Values | null {
    if (this.cooling === 'hydro') return this.physics.cooling(container, this.now());
    // A controller of tanks is read in several blocks, which belong to one moment.
    return immersionValues(this.physics.cooling(container, Math.floor(this.now() / TANK_STEP_MS) * TANK_STEP_MS));
  }

  minerAt(address: string): number {
    return this.layout.minerAt(address);
  }

  reach(index: number): 'answers' | 'refuses' | 'silent' {
    const { reach } = this.physics.condition(index, this.now(), this.#sample);
    return reach === 'swallowed' ? 'silent' : reach;
  }

  reply(index: number, request: string): Reply {
    const now = this.now();
    const miner = this.physics.miner(index, now, this.#sample);
    const command = this.#commandOf(request);
    const numbers = this.#numbers;
    const value = numbers ? this.#number(numbers, index, command.names.includes('stats')) : 0;
    if (numbers) miner.hwErrors = value;
    const text = answer(command, miner, Math.floor(now / 1000));
    const { delayMs, dribbleMs, malformation } = miner;
    let data: string | Buffer = `${text}\0`;
    if (malformation) data = malform(malformation, text, hash(this.seed, index, now));
    const cut = this.#options.noise === false ? null : cutAt(this.seed, index, now, text.length);
    if (cut !== null) return { data: text.slice(0, cut), delayMs, dribbleMs, written: null };
    const oracle = command.names.includes('stats') && command.refusal === null ? this.#oracle : null;
    const written = oracle && (() => oracle.append({ index, value, at: now, malformed: malformation !== null }));
    return { data, delayMs, dribbleMs, written };
  }

  /** The number a reply carries: a new one in `stats`, the last one in anything else. */
  #number(numbers: Uint32Array, index: number, isStats: boolean): number {
    const n = (numbers[index] ?? 0) + (isStats ? 1 : 0);
    numbers[index] = n;
    return n === 0 ? 0 : oracleValue(index, n);
  }

  #commandOf(request: string): Command {
    const known = this.#commands.get(request);
    if (known) return known;
    const command = parseCommand(request);
    if (this.#commands.size < MOST_COMMANDS_KEPT) this.#commands.set(request, command);
    return command;
  }

  async #faultsChanged(): Promise<void> {
    this.physics.faultsChanged();
    const { firewall } = this.#options;
    if (!firewall) return;
    const { refuses, swallowed } = this.#faults.unreachable(this.now());
    const addresses = (indices: number[]) => indices.map((index) => this.layout.minerAddress(index));
    await firewall.apply(this.#ports.minerPort, { refused: addresses(refuses), swallowed: addresses(swallowed) });
  }
}
