import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Faults } from './faults.ts';
import { Layout } from './layout.ts';
import { Physics } from './physics.ts';
import { ambientC } from './weather.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const MIDDAY = Date.UTC(2026, 6, 14, 9);

function site(options: { containers?: number; seed?: number; noise?: boolean } = {}) {
  const layout = new Layout({ containers: options.containers ?? 58 });
  const seed = options.seed ?? 1;
  const faults = new Faults(layout, seed);
  return { layout, faults, physics: new Physics({ layout, seed, faults, noise: options.noise ?? true }) };
}

const Seed = fc.integer({ min: 0, max: 0x7fffffff });
const Moment = fc.integer({ min: Date.UTC(2026, 5, 1), max: Date.UTC(2026, 8, 30) });

describe('a healthy site at full load', () => {
  test('stands at 8.42 EH/s and 101.5 MW, with every transformer at 94 to 97 % of 3750 kVA', () => {
    fc.assert(
      fc.property(Seed, Moment, (seed, t) => {
        const { layout, physics } = site({ seed });
        let ths = 0;
        for (let index = 0; index < layout.miners; index++) ths += physics.miner(index, t).hashrateThs;
        let kw = 0;
        for (let transformer = 1; transformer <= layout.transformers; transformer++) {
          const meter = physics.meter(transformer, t)!;
          kw += meter.active_power_kw!;
          const load = meter.apparent_power_kva! / 3750;
          expect(load).toBeGreaterThan(0.94);
          expect(load).toBeLessThan(0.97);
        }
        expect(Math.abs(ths / 8.42e6 - 1)).toBeLessThan(0.005);
        expect(Math.abs(kw / 101_500 - 1)).toBeLessThan(0.005);
      }),
      { numRuns: 6 },
    );
  });

  test('supplies water at 33 to 36 degC at any hour, and heats it by what it draws', () => {
    fc.assert(
      fc.property(Seed, Moment, fc.integer({ min: 1, max: 58 }), (seed, t, container) => {
        const { physics } = site({ seed });
        const loop = physics.cooling(container, t)!;
        expect(loop.temp_supply_c).toBeGreaterThanOrEqual(33);
        expect(loop.temp_supply_c).toBeLessThanOrEqual(36);
        const heatKw = loop.power_box1_kw! + loop.power_box2_kw!;
        const rise = heatKw / ((loop.flow_m3h! / 3.6) * 4.18);
        expect(loop.temp_return_c! - loop.temp_supply_c!).toBeCloseTo(rise, 0);
        expect(rise).toBeGreaterThan(9.5);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps the rules of a miner: boards sum to the rate, outlet - inlet = P / (flow * 4.18)', () => {
    fc.assert(
      fc.property(Seed, Moment, fc.integer({ min: 0, max: 17_863 }), (seed, t, index) => {
        const { physics } = site({ seed });
        const miner = physics.miner(index, t);
        fc.pre(miner.reach === 'answers');
        const sum = miner.chainGhs.reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(miner.hashrateThs * 1000, 6);
        const rise = miner.watts / 1000 / ((8 / 60) * 4.18);
        // Whole degrees, and a flow that differs by up to a percent from one container to the other.
        expect(Math.abs(miner.outletC - miner.inletC - rise)).toBeLessThanOrEqual(0.5 + 0.011 * rise);
        expect(miner.chipC).toBeGreaterThan(miner.outletC);
      }),
      { numRuns: 200 },
    );
  });

  test('spreads around 12 J/TH and drifts slowly', () => {
    const { physics } = site({ noise: false });
    const efficiencies = Array.from({ length: 308 }, (_, index) => {
      const miner = physics.miner(index, MIDDAY);
      return miner.watts / miner.averageThs;
    });
    const mean = efficiencies.reduce((a, b) => a + b, 0) / efficiencies.length;
    expect(mean).toBeCloseTo(11.97, 1);
    expect(Math.max(...efficiencies) - Math.min(...efficiencies)).toBeGreaterThan(0.1);
    const before = physics.miner(7, MIDDAY).averageThs;
    expect(Math.abs(physics.miner(7, MIDDAY + MINUTE).averageThs / before - 1)).toBeLessThan(0.001);
    expect(physics.miner(7, MIDDAY + 3 * HOUR).averageThs).not.toBe(before);
  });

  test('gives the same values for the same seed and time, in whatever order they are asked', () => {
    fc.assert(
      fc.property(Seed, Moment, Moment, fc.integer({ min: 0, max: 17_863 }), (seed, t, other, index) => {
        const asked = site({ seed }).physics;
        asked.miner(index, other);
        asked.meter(3, other);
        const first = [asked.miner(index, t), asked.cooling(2, t), asked.meter(3, t)];
        const fresh = site({ seed }).physics;
        expect([fresh.miner(index, t), fresh.cooling(2, t), fresh.meter(3, t)]).toEqual(first);
      }),
      { numRuns: 40 },
    );
    expect(site({ seed: 2 }).physics.miner(5, MIDDAY)).not.toEqual(site({ seed: 1 }).physics.miner(5, MIDDAY));
  });

  test('has the ambient of a Gulf summer day: coolest before sunrise, hottest in the afternoon', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ambientC(1, Date.UTC(2026, 6, 14, hour)));
    expect(Math.min(...hours)).toBeGreaterThan(28);
    expect(Math.max(...hours)).toBeLessThan(47);
    const hottest = hours.indexOf(Math.max(...hours)) + 3;
    expect(hottest).toBeGreaterThanOrEqual(14);
    expect(hottest).toBeLessThanOrEqual(16);
  });

  test('meters the energy that its power amounts to', () => {
    const { physics } = site({ containers: 2 });
    let kwh = 0;
    for (let t = MIDDAY; t < MIDDAY + 12 * HOUR; t += 5 * MINUTE) kwh += physics.transformerKw(1, t) / 12;
    const metered =
      physics.meter(1, MIDDAY + 12 * HOUR)!.energy_import_kwh! - physics.meter(1, MIDDAY)!.energy_import_kwh!;
    expect(Math.abs(metered / kwh - 1)).toBeLessThan(0.005);
  });
});

describe('ordinary noise over a day', () => {
  const { layout, physics } = site();
  const DAY_START = Date.UTC(2026, 6, 14);

  test('about 2 % of the miners reboot and 1 % stay away for 5 to 60 minutes', () => {
    let reboots = 0;
    let absences = 0;
    for (let index = 0; index < 2000; index++) {
      let gone = 0;
      for (let t = DAY_START; t <= DAY_START + 24 * HOUR; t += MINUTE) {
        const away = physics.condition(index, t, scratch).reach !== 'answers';
        if (away) gone++;
        if (gone > 0 && !away) {
          if (gone >= 4) absences++;
          else reboots++;
          expect(gone).toBeLessThanOrEqual(61);
          gone = 0;
        }
      }
    }
    expect(reboots / 2000).toBeGreaterThan(0.01);
    expect(reboots / 2000).toBeLessThan(0.031);
    expect(absences / 2000).toBeGreaterThan(0.004);
    expect(absences / 2000).toBeLessThan(0.018);
  });

  test('a reboot starts the uptime anew and the errors with it', () => {
    const index = Array.from({ length: layout.miners }, (_, i) => i).find(
      (i) => physics.miner(i, DAY_START + 12 * HOUR).uptimeS < 3600,
    )!;
    const after = physics.miner(index, DAY_START + 12 * HOUR);
    const before = physics.miner(index, DAY_START + 12 * HOUR - (after.uptimeS + 7200) * 1000);
    expect(before.uptimeS).toBeGreaterThan(after.uptimeS);
    expect(before.hwErrors).toBeGreaterThan(after.hwErrors);
  });

  test('can be switched off', () => {
    const quiet = site({ noise: false }).physics;
    for (let index = 0; index < layout.miners; index++) expect(quiet.miner(index, MIDDAY).reach).toBe('answers');
  });
});

const scratch = site({ containers: 1 }).physics.miner(0, MIDDAY);

describe('faults', () => {
  test('a stopped pump: no flow at once, miners trip within minutes, the supply passes 40 degC in time', () => {
    const { faults, physics, layout } = site({ containers: 2, noise: false });
    faults.add({ target: 'QATAR-C01', kind: 'pump-stop' }, MIDDAY);
    const at = (s: number) => physics.cooling(1, MIDDAY + s * 1000)!;
    expect(at(60)).toMatchObject({ pump_circulating: 0, fault_pump_circulating: 1, alarm_flow_low: 1 });
    expect(at(60).flow_m3h).toBeLessThan(20);
    expect(at(30).temp_supply_c).toBeLessThan(37);
    expect(at(900).temp_supply_c).toBeGreaterThan(40);
    expect(physics.miner(0, MIDDAY + 30_000).state).toBe('hashing');
    const tripped = (s: number) =>
      Array.from({ length: layout.minersPerContainer }, (_, i) => physics.miner(i, MIDDAY + s * 1000).state).filter(
        (state) => state === 'tripped',
      ).length;
    expect(tripped(90)).toBeGreaterThan(0);
    expect(tripped(90)).toBeLessThan(308);
    expect(tripped(300)).toBe(308);
    expect(physics.transformerKw(1, MIDDAY + 300_000)).toBeLessThan(1850);
    expect(physics.cooling(2, MIDDAY + 300_000)!.flow_m3h).toBeGreaterThan(140);
    faults.clear(MIDDAY + 600_000);
    physics.faultsChanged();
    expect(physics.miner(0, MIDDAY + 2 * HOUR).state).toBe('hashing');
    expect(at(7200).temp_supply_c).toBeLessThan(36);
  });

  test('a leak empties the loop over minutes', () => {
    const { faults, physics } = site({ containers: 2, noise: false });
    faults.add({ target: 'QATAR-C02', kind: 'leak' }, MIDDAY);
    expect(physics.cooling(2, MIDDAY + 1000)).toMatchObject({ fault_leak: 1, fault_level_low: 0 });
    const later = physics.cooling(2, MIDDAY + HOUR)!;
    expect(later).toMatchObject({ fault_leak: 1, fault_level_low: 1, alarm_pressure_return_low: 1, pump_infusion: 1 });
    expect(later.pressure_supply_bar).toBeLessThan(1.5);
  });

  test('a stopped cooler warms the supply to above 40 degC', () => {
    const { faults, physics } = site({ containers: 2, noise: false });
    faults.add({ target: 'site', kind: 'cooler-stop' }, MIDDAY);
    expect(physics.cooling(1, MIDDAY + HOUR)).toMatchObject({ tower_fan_1: 0, alarm_temp_supply_too_high: 1 });
  });

  test('a tripped transformer: two dark containers, a meter at 0 kW whose counter stands still', () => {
    const { faults, physics, layout } = site({ containers: 4 });
    const before = physics.meter(1, MIDDAY)!.energy_import_kwh!;
    const fault = faults.add({ target: 'QATAR-T01', kind: 'trip' }, MIDDAY);
    physics.faultsChanged();
    const t = MIDDAY + 10 * MINUTE;
    for (let index = 0; index < layout.indexOf(3, 1); index++) {
      expect(physics.miner(index, t)).toMatchObject({ reach: 'swallowed', state: 'off', watts: 0 });
    }
    expect(physics.cooling(1, t)).toBeNull();
    expect(physics.cooling(2, t)).toBeNull();
    expect(physics.meter(1, t)).toMatchObject({ active_power_kw: 0, frequency_hz: null, voltage_l1_v: 0 });
    expect(physics.meter(1, t)!.energy_import_kwh).toBeCloseTo(before, 3);
    expect(physics.cooling(3, t)).not.toBeNull();
    expect(physics.meter(2, t)!.active_power_kw).toBeGreaterThan(3400);
    faults.remove(fault.id, t);
    physics.faultsChanged();
    expect(physics.miner(0, t + MINUTE)).toMatchObject({ reach: 'answers', uptimeS: 60 });
    expect(physics.meter(1, t + HOUR)!.energy_import_kwh).toBeGreaterThan(before + 3000);
  });

  test('a meter that was reset counts from 0, a silent one says nothing', () => {
    const { faults, physics } = site({ containers: 4 });
    faults.add({ target: 'QATAR-E01', kind: 'meter-reset' }, MIDDAY);
    faults.add({ target: 'QATAR-E02', kind: 'meter-silent' }, MIDDAY);
    const metered = physics.meter(1, MIDDAY + HOUR)!.energy_import_kwh!;
    expect(metered).toBeGreaterThan(3400);
    expect(metered).toBeLessThan(3600);
    expect(physics.meter(2, MIDDAY + HOUR)).toBeNull();
  });

  test('what befalls miners', () => {
    const { faults, physics } = site({ containers: 1, noise: false });
    const id = (n: number) => `QATAR-C01-M00${n}`;
    const whole = physics.miner(0, MIDDAY + HOUR);
    faults.add({ target: id(1), kind: 'overheating' }, MIDDAY);
    faults.add({ target: id(2), kind: 'hashrate-drop', factor: 0.5 }, MIDDAY);
    faults.add({ target: id(3), kind: 'board-lost' }, MIDDAY);
    faults.add({ target: id(4), kind: 'asleep' }, MIDDAY);
    faults.add({ target: id(5), kind: 'wrong-identity' }, MIDDAY);
    faults.add({ target: id(6), kind: 'rebooting' }, MIDDAY);
    faults.add({ target: id(7), kind: 'wrong-pool' }, MIDDAY);
    const at = (n: number, t = MIDDAY + HOUR) => physics.miner(n - 1, t);
    expect(at(1).chipC).toBeGreaterThan(whole.chipC + 25);
    expect(at(1).hashrateThs / whole.hashrateThs).toBeCloseTo(0.9, 2);
    expect(at(2).hashrateThs).toBeLessThan(240);
    expect(at(3)).toMatchObject({ boards: 2 });
    expect(at(3).chainGhs[2]).toBe(0);
    expect(at(4)).toMatchObject({ state: 'asleep', hashrateThs: 0, reach: 'answers' });
    expect(at(5).identity).toBe(5);
    expect([at(6), at(7)].map(({ elsewhere }) => elsewhere)).toEqual([false, true]);
    expect(at(6, MIDDAY + MINUTE).reach).toBe('refuses');
    expect(at(6)).toMatchObject({ reach: 'answers', uptimeS: 3480 });
  });
});
