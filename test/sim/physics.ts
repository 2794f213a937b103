import type { Values } from '@hearst/protocol';
import { type Fault, type Faults, isActive, type Malformation, progress } from './faults.ts';
import { type CoolingKind, KINDS, type Kind } from './immersion.ts';
import type { Layout } from './layout.ts';
import { type LoopState, loopState, waterRiseK } from './loop.ts';
import { jitter, type Presence, Presences } from './noise.ts';
import { bell, even, hash, unit } from './random.ts';
import { ambientC } from './weather.ts';

/**
 * What every device of the site would read at any moment: a function of seed, time and the faults, nothing else.
 *
 * - Full load: 8.42 EH/s and 101.5 MW at the meters for 58 containers of 308, each miner with its own place around
 *   471.3 TH/s and 12 J/TH, drifting by less than a percent over hours.
 * - A container's power is the sum of its miners' watts and its pumps'; all of it is heat in the water:
 *   return = supply + heat / (flow * 4.18).
 * - A transformer's load is the sum of its containers, at a power factor of 0.98.
 * - Energy counters are the integral of that power.
 */

/** Antminer S21 XP Hyd.: what it is sold as. */
export const RATED_THS = KINDS.hydro.ths;
export const CHAINS = 3;
export const CHIPS_PER_CHAIN = 160;
/** MHz. */
export const FREQUENCY = 450;
/** L/min per miner. */
const FLOW_PER_MINER = 8;
export const TRANSFORMER_KVA = 3750;

/** 8.42 EH/s over 17,864 miners. */
const MEAN_THS = 8.42e6 / 17_864;
/** Pumps and controls of one container, W. */
const AUXILIARY_W = 12_500;
/** 101.5 MW over 58 containers of 308, less the pumps. */
const MEAN_W = (101.5e6 / 58 - AUXILIARY_W) / 308;
const MEAN_J_PER_TH = MEAN_W / MEAN_THS;
const STANDBY_W = 60;
const RAMP_MS = 120_000;
const HOUR_MS = 3_600_000;
const TURN = 2 * Math.PI;
/** Energy counters begin at 0 here. */
const ENERGY_SINCE = Date.UTC(2025, 3, 1);
/** Step of the energy integral while faults change the power, ms. */
const ENERGY_STEP_MS = 60_000;
/** Power of a container is worked out once per second: its sum takes 308 miners. */
const POWER_STEP_MS = 1000;

/** Salts, so that no two quantities share their randomness. */
const S = { spread: 1, place: 2, phase: 3, slow: 4, efficiency: 5, fast: 6, chip: 7, chain: 8, errors: 9, trip: 20 };

export interface MinerSample {
  index: number;
  /** What it is. */
  kind: Kind;
  /** `off`: no current. `asleep`, `tripped`: answers but hashes nothing. */
  state: 'hashing' | 'asleep' | 'tripped' | 'off';
  /** How a connection fares. */
  reach: 'answers' | 'refuses' | 'silent' | 'swallowed';
  delayMs: number;
  /** Milliseconds between two bytes of the reply; 0: all at once. */
  dribbleMs: number;
  malformation: Malformation | 'random' | null;
  /** Whose serial numbers and whose MAC it shows. */
  identity: number;
  mac: number;
  /** Whether it runs the newer firmware. */
  updated: boolean;
  /** Whether it works for another pool than the site's. */
  elsewhere: boolean;
  /** Whether it works for another account than the site's, at the site's pool. */
  strangeWorker: boolean;
  uptimeS: number;
  /** TH/s over the last 5 s, and on average. */
  hashrateThs: number;
  averageThs: number;
  watts: number;
  /** GH/s of each board; sums to the hashrate. */
  chainGhs: number[];
  boards: number;
  /** As the sensors show them, whole degC. Outlet - inlet = watts / (flow * 4.18). */
  inletC: number;
  outletC: number;
  boardC: number;
  chipC: number;
  /** Since the start of the mining process. */
  hwErrors: number;
  sharesAccepted: number;
}

/**
 * How much cooler a board's chips are than the miner's hottest, degC: one board is the hottest, the others one to three
 * degrees behind it.
 */
export function coolerBy(m: Pick<MinerSample, 'index' | 'boards'>, chain: number): number {
  const behind = (chain + m.index) % m.boards;
  return behind === 0 ? 0 : 1 + ((m.index >> behind) % 3);
}

/** Hardware errors of one chain: they sum to the miner's. */
export function chainErrors(total: number, chain: number): number {
  const part = Math.floor(total / CHAINS);
  return chain < CHAINS - 1 ? part : total - part * (CHAINS - 1);
}

/** A container's water at one moment. */
interface Loop extends LoopState {
  /** As it leaves the cooler, degC. */
  supplyC: number;
  /** Part of the nominal flow: what faults leave of it, give or take what this loop has by nature. */
  flowOfNominal: number;
}

export interface PhysicsOptions {
  layout: Layout;
  seed: number;
  faults: Faults;
  /** Whether the ordinary noise of a site goes along (reboots, absences, jitter). */
  noise: boolean;
  /** How the miners are cooled; hydro unless told. */
  cooling?: CoolingKind;
}

export class Physics {
  readonly #layout: Layout;
  readonly #seed: number;
  readonly #faults: Faults;
  readonly #noise: boolean;
  readonly #kind: Kind;
  /** Last power of each container: time and watts. */
  readonly #power = new Map<number, { at: number; watts: number }>();
  /** What each miner drew at the last whole step it was asked for: a container's power need not work it out again. */
  readonly #drawn: { readonly at: Float64Array; readonly watts: Float64Array };
  /** The loop asked for last: all miners of a container ask for the same one. */
  #loopOf: { container: number; t: number; state: Loop } | null = null;
  /** Integral of what a transformer did not deliver, by transformer. */
  readonly #deficits = new Map<number, { from: number; until: number; kwh: number }>();
  /** Energy at the moment of each meter reset, by the fault's id and transformer. */
  readonly #resets = new Map<string, number>();
  readonly #scratch: MinerSample = emptySample();
  readonly #presences: Presences;
  readonly #presence: Presence = { bootedAt: 0, gone: null };

  constructor(options: PhysicsOptions) {
    this.#layout = options.layout;
    this.#seed = options.seed;
    this.#faults = options.faults;
    this.#noise = options.noise;
    this.#kind = KINDS[options.cooling ?? 'hydro'];
    this.#presences = new Presences(options.seed, options.layout.miners, options.noise);
    const { miners } = options.layout;
    this.#drawn = { at: new Float64Array(miners).fill(Number.NaN), watts: new Float64Array(miners) };
  }

  /** One miner at `t`. Writes into `into` when given; the sample belongs to the caller until the next call with it. */
  miner(index: number, t: number, into: MinerSample = emptySample()): MinerSample {
    const container = this.#layout.containerOf(index);
    const faults = this.#faults.ofMiner(index);
    this.#condition(index, container, t, faults, into);
    this.#work(index, container, t, faults, into);
    this.#readSensors(index, container, t, faults, into);
    if (t % POWER_STEP_MS === 0) this.#note(index, t, into.watts);
    return into;
  }

  /** How a connection to a miner fares at `t`: all that a listener has to know. Fills only that part of `into`. */
  condition(index: number, t: number, into: MinerSample): MinerSample {
    this.#condition(index, this.#layout.containerOf(index), t, this.#faults.ofMiner(index), into);
    return into;
  }

  /** Everything that decides whether it answers and whether it hashes. */
  #condition(index: number, container: number, t: number, faults: readonly Fault[], into: MinerSample): void {
    const seed = this.#seed;
    const here = this.#presences.at(index, t, this.#presence);
    let bootedAt = here.bootedAt;
    into.index = index;
    into.kind = this.#kind;
    into.identity = index;
    into.mac = index;
    into.updated = false;
    into.state = 'hashing';
    into.reach = 'answers';
    into.delayMs = 0;
    into.dribbleMs = 0;
    into.malformation = null;
    into.boards = CHAINS;
    into.elsewhere = false;
    into.strangeWorker = false;
    if (here.gone) {
      into.state = 'off';
      into.reach = here.gone === 'away' && hash(seed, index, 15) & 1 ? 'silent' : 'refuses';
    }
    for (const fault of faults) {
      const way = this.#faults.wayOf(fault, index);
      if (!isActive(fault, t)) {
        if (way && fault.until <= t) bootedAt = Math.max(bootedAt, fault.until);
        continue;
      }
      if (way) {
        into.reach = way;
        into.state = 'off';
      } else if (fault.kind === 'asleep') into.state = into.state === 'off' ? 'off' : 'asleep';
      else if (fault.kind === 'board-lost') into.boards = CHAINS - 1;
      else if (fault.kind === 'slow') into.delayMs = fault.delay_ms;
      else if (fault.kind === 'dribbling') into.dribbleMs = 1000;
      else if (fault.kind === 'garbled') into.malformation = fault.malformation;
      else if (fault.kind === 'updated') into.updated = true;
      else this.#changeIdentity(fault, index, into);
      if (fault.kind === 'wrong-pool') into.elsewhere = true;
      if (fault.kind === 'wrong-worker') into.strangeWorker = true;
    }
    for (const fault of this.#faults.ofTransformer(this.#layout.transformerOf(container))) {
      if (fault.kind !== 'trip') continue;
      if (isActive(fault, t)) {
        into.state = 'off';
        into.reach = 'swallowed';
      } else if (fault.until <= t) bootedAt = Math.max(bootedAt, fault.until);
    }
    if (into.state === 'hashing' && this.#trips(index, container, t)) into.state = 'tripped';
    into.uptimeS = Math.max(0, Math.floor((t - bootedAt) / 1000));
    into.sharesAccepted = Math.floor(into.uptimeS * 0.19);
    into.hwErrors = Math.floor((into.uptimeS / 3600) * (0.5 + 3 * unit(seed, index, S.errors)));
  }

  #changeIdentity({ kind }: Fault, index: number, into: MinerSample): void {
    const { miners } = this.#layout;
    if (kind === 'wrong-identity') into.identity = into.mac = (index + 1) % miners;
    else if (kind === 'exchanged') into.identity = into.mac = Math.min(index ^ 1, miners - 1);
    else if (kind === 'replaced') into.identity = into.mac = miners + index;
    else if (kind === 'cloned') into.identity = (index + 1) % miners;
  }

  /** The heat of a loop that fails stops each miner at its own limit: one after the other, not all at once. */
  #trips(index: number, container: number, t: number): boolean {
    const faults = this.#faults.ofContainer(container);
    if (faults.length === 0) return false;
    const loop = loopState(faults, t);
    return loop.chipRiseK > 32 + 4 * even(this.#seed, index, S.trip);
  }

  /** Hashrate and watts: steady per miner, drifting over hours, the hashrate also jumping by a percent. */
  #work(index: number, container: number, t: number, faults: readonly Fault[], into: MinerSample): void {
    if (into.state !== 'hashing') {
      into.hashrateThs = 0;
      into.averageThs = 0;
      into.watts = into.state === 'off' ? 0 : STANDBY_W;
      into.chainGhs[0] = into.chainGhs[1] = into.chainGhs[2] = 0;
      return;
    }
    const seed = this.#seed;
    const place = even(seed, container, S.place) * 0.003 + bell(seed, index, S.spread) * 0.02;
    const drift =
      0.004 * Math.sin(TURN * (t / (7 * HOUR_MS) + unit(seed, index, S.phase))) +
      0.003 * Math.sin(TURN * (t / (31 * HOUR_MS) + unit(seed, index, S.slow)));
    let load = Math.min(1, (into.uptimeS * 1000) / RAMP_MS) * (into.boards / CHAINS);
    for (const fault of faults) {
      if (fault.kind === 'hashrate-drop' && isActive(fault, t)) load *= fault.factor;
      if (fault.kind === 'overheating') load *= 1 - 0.1 * progress(fault, t, HEAT_TAU_S);
    }
    const { ths, jPerTh } = this.#kind;
    const average = MEAN_THS * (ths / RATED_THS) * (1 + place) * (1 + drift) * load;
    const fast = this.#noise ? 0.008 * even(seed, index, Math.floor(t / 5000), S.fast) : 0;
    into.averageThs = average;
    into.hashrateThs = average * (1 + fast);
    into.watts = Math.max(STANDBY_W, average * MEAN_J_PER_TH * jPerTh * (1 + 0.012 * bell(seed, index, S.efficiency)));
    const a = 0.01 * even(seed, index, 0, S.chain);
    const b = 0.01 * even(seed, index, 1, S.chain);
    const share = (into.hashrateThs * 1000) / into.boards;
    into.chainGhs[0] = share * (1 + a);
    into.chainGhs[1] = share * (into.boards === CHAINS ? 1 + b : 1 - a);
    into.chainGhs[2] = into.boards === CHAINS ? share * (1 - a - b) : 0;
  }

  #readSensors(index: number, container: number, t: number, faults: readonly Fault[], into: MinerSample): void {
    const loop = this.#loop(container, t);
    const shift = this.#noise ? jitter(this.#seed, index, t) : 0;
    const rise = waterRiseK(into.watts / 1000, FLOW_PER_MINER * 0.06 * loop.flowOfNominal, loop);
    let chip = loop.supplyC + Math.min(rise, 12) + (into.state === 'hashing' ? 13.5 * (into.watts / MEAN_W) : 0.5);
    // What has tripped gets no hotter.
    chip += 2 * bell(this.#seed, index, S.chip) + Math.min(loop.chipRiseK, 36);
    for (const fault of faults) if (fault.kind === 'overheating') chip += 32 * progress(fault, t, HEAT_TAU_S);
    // One jitter for all sensors of a miner: their differences are what the water does, and stay exact to a degree.
    into.inletC = Math.round(loop.supplyC + shift);
    into.outletC = into.inletC + Math.round(rise);
    into.chipC = Math.round(Math.min(chip, 125) + shift);
    into.boardC = Math.round((into.outletC + into.chipC) / 2);
  }

  /** The loop of a container: what the faults do to it, its water. */
  #loop(container: number, t: number): Loop {
    if (this.#loopOf?.container === container && this.#loopOf.t === t) return this.#loopOf.state;
    const faulty = loopState(this.#faults.ofContainer(container), t);
    const weather = (ambientC(this.#seed, t) - 38) / 10;
    const place = 0.1 * even(this.#seed, container, 16);
    const own = 1 + 0.01 * even(this.#seed, container, 17);
    const supplyC = 34.5 + 0.33 * weather + place + faulty.supplyRiseK;
    const state = { ...faulty, supplyC, flowOfNominal: own * faulty.flowFactor };
    this.#loopOf = { container, t, state };
    return state;
  }

  #note(index: number, at: number, watts: number): void {
    this.#drawn.at[index] = at;
    this.#drawn.watts[index] = watts;
  }

  #isDark(transformer: number, t: number): boolean {
    return this.#faults.ofTransformer(transformer).some((fault) => fault.kind === 'trip' && isActive(fault, t));
  }

  /** Electrical power of a container, W: its miners and its pumps; 0 when its transformer is off. */
  containerWatts(container: number, t: number): number {
    if (this.#isDark(this.#layout.transformerOf(container), t)) return 0;
    const at = Math.floor(t / POWER_STEP_MS) * POWER_STEP_MS;
    const known = this.#power.get(container);
    if (known?.at === at) return known.watts;
    let watts = AUXILIARY_W;
    const first = this.#layout.indexOf(container, 1);
    const sample = this.#scratch;
    for (let index = first; index < first + this.#layout.minersPerContainer; index++) {
      if (this.#drawn.at[index] !== at) {
        const faults = this.#faults.ofMiner(index);
        this.#condition(index, container, at, faults, sample);
        this.#work(index, container, at, faults, sample);
        this.#note(index, at, sample.watts);
      }
      watts += this.#drawn.watts[index] ?? 0;
    }
    this.#power.set(container, { at, watts });
    return watts;
  }

  /** Forgets what was worked out so far: faults have changed. */
  faultsChanged(): void {
    this.#power.clear();
    this.#drawn.at.fill(Number.NaN);
    this.#loopOf = null;
  }

  /** What the cooling controller shows; null when it is silent (no current, or its own fault). */
  cooling(container: number, t: number): Values | null {
    const faults = this.#faults.ofContainer(container);
    if (this.#isDark(this.#layout.transformerOf(container), t)) return null;
    if (faults.some((fault) => fault.kind === 'controller-silent' && isActive(fault, t))) return null;
    const seed = this.#seed;
    const shift = this.#noise ? jitter(seed, -container, t) : 0;
    const small = (salt: number) => (this.#noise ? even(seed, container, Math.floor(t / 10_000), salt) : 0);
    const loop = this.#loop(container, t);
    const kw = this.containerWatts(container, t) / 1000;
    const slots = this.#layout.minersPerContainer;
    const flow = FLOW_PER_MINER * 0.06 * slots * loop.flowOfNominal * (1 + 0.003 * small(31));
    const supply = loop.supplyC + shift;
    const ambient = ambientC(seed, t);
    const pumping = !loop.pumpStopped;
    const pressure = (2.9 + 0.05 * small(32)) * loop.pressureFactor;
    const returnPressure = (1.3 + 0.03 * small(33)) * loop.pressureFactor;
    const onBox1 = 0.5 + 0.01 * even(seed, container, 18);
    const energy = this.#energyKwh(this.#layout.transformerOf(container), t) / this.#containersBeside(container);
    return {
      temp_supply_c: tenth(supply),
      temp_return_c: tenth(supply + waterRiseK(kw, flow, loop)),
      temp_supply_setpoint_c: 34.5,
      temp_tower_inlet_c: tenth(ambient + 1),
      temp_container_c: tenth(31 + 0.25 * (ambient - 38) + 0.5 * shift),
      humidity_container_pct: tenth(42 - 0.6 * (ambient - 38) + small(34)),
      pressure_supply_bar: hundredth(pumping ? pressure : 1.3 * loop.pressureFactor + 1.6 * loop.flowFactor),
      pressure_return_bar: hundredth(returnPressure),
      flow_m3h: tenth(flow * this.#misread(faults, t)),
      power_box1_kw: tenth(kw * onBox1),
      power_box2_kw: tenth(kw * (1 - onBox1)),
      energy_box1_kwh: Math.floor(energy * onBox1),
      energy_box2_kwh: Math.floor(energy * (1 - onBox1)),
      pump_circulating: flag(pumping),
      pump_infusion: flag(loop.leak > 0.2),
      pump_spray: flag(ambient > 36 && !loop.coolerStopped),
      fan_1: 1,
      fan_2: 1,
      tower_fan_1: flag(!loop.coolerStopped),
      tower_fan_2: flag(!loop.coolerStopped),
      tower_fan_3: flag(ambient > 36 && !loop.coolerStopped),
      fault_power: 0,
      fault_phase: 0,
      fault_level_low: flag(loop.leak > 0.3),
      fault_level_high: 0,
      fault_pump_circulating: flag(loop.pumpStopped),
      fault_pump_infusion: 0,
      fault_pump_spray: 0,
      fault_fan: 0,
      fault_leak: flag(loop.leaking),
      fault_tower_level_low: 0,
      fault_temp_supply: 0,
      fault_temp_return: 0,
      alarm_temp_supply_high: flag(supply > 37),
      alarm_temp_supply_too_high: flag(supply > 40),
      alarm_pressure_supply_high: 0,
      alarm_pressure_return_low: flag(returnPressure < 0.5),
      alarm_flow_low: flag(loop.flowFactor < 0.8),
      alarm_freezing: 0,
    };
  }

  /** What a transformer's meter shows; null when it is silent. Without voltage there is no frequency to measure. */
  meter(transformer: number, t: number): Values | null {
    const faults = this.#faults.ofTransformer(transformer);
    if (faults.some((fault) => fault.kind === 'meter-silent' && isActive(fault, t))) return null;
    const seed = this.#seed;
    const dark = this.#isDark(transformer, t);
    const kw = this.transformerKw(transformer, t);
    const small = (salt: number) => (this.#noise ? even(seed, transformer, Math.floor(t / 10_000), salt) : 0);
    const powerFactor = 0.98 + 0.001 * small(41);
    const kva = kw / powerFactor;
    const phaseVolts = dark ? 0 : (400 / Math.sqrt(3)) * (1 + 0.004 * small(42));
    const amps = dark ? 0 : (kva * 1000) / (3 * phaseVolts);
    const lineVolts = phaseVolts * Math.sqrt(3);
    return {
      active_power_kw: kw,
      reactive_power_kvar: kva * Math.sqrt(1 - powerFactor ** 2),
      apparent_power_kva: kva,
      power_factor: dark ? null : powerFactor,
      frequency_hz: dark ? null : 50 + 0.02 * small(43),
      current_l1_a: amps * 1.004,
      current_l2_a: amps * 0.998,
      current_l3_a: amps * 0.998,
      voltage_l1_v: phaseVolts,
      voltage_l2_v: phaseVolts * 1.001,
      voltage_l3_v: phaseVolts * 0.999,
      voltage_l12_v: lineVolts,
      voltage_l23_v: lineVolts * 1.001,
      voltage_l31_v: lineVolts * 0.999,
      energy_import_kwh: this.#meteredKwh(transformer, t),
      energy_export_kwh: 0,
      thd_current_pct: dark ? null : 3.2 + 0.2 * small(44),
      thd_voltage_pct: dark ? null : 1.6 + 0.1 * small(45),
    };
  }

  /** Power through a transformer, kW: the sum of its containers. */
  transformerKw(transformer: number, t: number): number {
    let watts = 0;
    for (const container of this.#layout.containersOn(transformer)) watts += this.containerWatts(container, t);
    return watts / 1000;
  }

  #meteredKwh(transformer: number, t: number): number {
    let base = 0;
    for (const fault of this.#faults.ofTransformer(transformer)) {
      if (fault.kind === 'meter-reset' && fault.since <= t) base = this.#energyAtReset(transformer, fault);
    }
    return this.#energyKwh(transformer, t) - base;
  }

  /** The past does not change: asked once, kept, so that the integral need not begin anew for every reading. */
  #energyAtReset(transformer: number, reset: Fault): number {
    const key = `${reset.id}/${transformer}`;
    const known = this.#resets.get(key);
    if (known !== undefined) return known;
    const kwh = this.#energyKwh(transformer, reset.since);
    this.#resets.set(key, kwh);
    return kwh;
  }

  /**
   * Energy delivered since the site began, kWh: nominal power times time, less what faults kept from flowing (summed
   * in steps of a minute from the first fault on). Never falls; differs from the summed power by less than 0.5 %.
   */
  #energyKwh(transformer: number, t: number): number {
    const nominal = this.#nominalKw(transformer);
    return nominal * Math.max(0, (t - ENERGY_SINCE) / HOUR_MS) - this.#deficitKwh(transformer, t, nominal);
  }

  #nominalKw(transformer: number): number {
    const { minersPerContainer } = this.#layout;
    return (this.#layout.containersOn(transformer).length * (minersPerContainer * MEAN_W + AUXILIARY_W)) / 1000;
  }

  #deficitKwh(transformer: number, t: number, nominal: number): number {
    const from = this.#faults.firstOn(transformer);
    if (t <= from) return 0;
    let done = this.#deficits.get(transformer);
    if (done?.from !== from || done.until > t) done = { from, until: from, kwh: 0 };
    const missing = (middle: number) => nominal - this.transformerKw(transformer, middle);
    while (done.until + ENERGY_STEP_MS <= t) {
      done.kwh += (missing(done.until + ENERGY_STEP_MS / 2) * ENERGY_STEP_MS) / HOUR_MS;
      done.until += ENERGY_STEP_MS;
    }
    this.#deficits.set(transformer, done);
    const rest = t - done.until;
    return done.kwh + (rest > 0 ? (missing(done.until + rest / 2) * rest) / HOUR_MS : 0);
  }

  /** What a flow meter shows of what flows. */
  #misread(faults: readonly Fault[], t: number): number {
    return faults.find((fault) => fault.kind === 'flow-misread' && isActive(fault, t))?.factor ?? 1;
  }

  #containersBeside(container: number): number {
    return this.#layout.containersOn(this.#layout.transformerOf(container)).length;
  }
}

/** Time constant of an overheating miner, simulated seconds. */
const HEAT_TAU_S = 180;

const flag = (on: boolean): number => (on ? 1 : 0);
const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** A sample to be filled. */
export function emptySample(): MinerSample {
  return {
    index: 0,
    kind: KINDS.hydro,
    state: 'off',
    reach: 'answers',
    delayMs: 0,
    dribbleMs: 0,
    malformation: null,
    identity: 0,
    mac: 0,
    updated: false,
    elsewhere: false,
    strangeWorker: false,
    uptimeS: 0,
    hashrateThs: 0,
    averageThs: 0,
    watts: 0,
    chainGhs: [0, 0, 0],
    boards: 0,
    inletC: 0,
    outletC: 0,
    boardC: 0,
    chipC: 0,
    hwErrors: 0,
    sharesAccepted: 0,
  };
}
