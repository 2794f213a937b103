import { type ContainerFrame, type MinerStatus, statusCode, type Values } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';
import { containerFrame } from '../../../../test/harness/raw-agent.ts';
import { summarize } from '../../ingest/summarize.ts';
import type { Findings } from '../conditions.ts';
import type { RuleBook } from '../rule.ts';
import { ruleBook } from '../rule-book.ts';
import { judgeContainer } from './container.ts';
import { EarlierCounters } from './earlier-counters.ts';

const RULES = ruleBook([]);
const SIZE = 308;
/** 308 miners at 8 L/min, 1,750 kW and 10.2 K: what the water carries agrees with the boxes. */
const COOLING: Values = {
  temp_supply_c: 34.5,
  temp_return_c: 44.7,
  flow_m3h: 147.8,
  pressure_supply_bar: 2.9,
  pressure_return_bar: 1.3,
  power_box1_kw: 880,
  power_box2_kw: 870,
  pump_circulating: 1,
  fault_pump_circulating: 0,
  fault_leak: 0,
  fault_level_low: 0,
  fault_fan: 0,
};

/** A healthy container's frame with what `change` does to it. */
function frame(change: (frame: ContainerFrame) => void = () => {}, size = SIZE): ContainerFrame {
  const made = containerFrame('QATAR-001', 'QATAR-C01', 1_000_000, size, { cooling: { ...COOLING } });
  made.columns.hashrate_ths = made.positions.map(() => 471);
  change(made);
  return made;
}
const judge = (made: ContainerFrame, rules: RuleBook = RULES): Findings => judgeContainer(made, summarize(made), rules);
const statuses = (status: MinerStatus, count: number, size = SIZE): number[] =>
  Array.from({ length: size }, (_, i) => statusCode(i < count ? status : 'hashing'));
/** Zones by rule. */
const zones = ({ own }: Findings): Record<string, string> =>
  Object.fromEntries(Object.entries(own).map(([id, { zone }]) => [id, zone]));

/** Rules of the container that the frame says nothing about. */
const unknownOf = ({ unknown }: Findings): string[] => unknown.filter((id) => RULES.get(id)?.target === 'container');

it('a healthy container: nothing holds, and all of the container is known', () => {
  const found = judge(frame());
  expect(found).toEqual({ at: 1_000_000, own: {}, miners: {}, unknown: ['miner_reject_rate'], silent: [] });
});

describe('the cooling loop', () => {
  it.each<[string, Values, Record<string, string>]>([
    ['the pump stands', { pump_circulating: 0 }, { pump_stopped: 'raise' }],
    ['the pump reports a fault', { fault_pump_circulating: 1 }, { pump_stopped: 'raise' }],
    ['a leak', { fault_leak: 1 }, { leak: 'raise' }],
    ['supply at 38', { temp_supply_c: 38, temp_return_c: 48 }, { supply_hot: 'keep' }],
    ['supply above 38', { temp_supply_c: 38.1, temp_return_c: 48 }, { supply_hot: 'raise' }],
    ['supply at 37', { temp_supply_c: 37, temp_return_c: 47 }, {}],
    ['supply at 39.5', { temp_supply_c: 39.5, temp_return_c: 47.9 }, { supply_hot: 'raise', supply_too_hot: 'keep' }],
    ['supply below 21', { temp_supply_c: 20.9, temp_return_c: 31 }, { supply_cold: 'raise' }],
    ['supply at 21.5', { temp_supply_c: 21.5, temp_return_c: 31 }, { supply_cold: 'keep' }],
    [
      'return above 50',
      { temp_supply_c: 37, temp_return_c: 50.5 },
      { return_hot: 'raise', delta_t_abnormal: 'keep', thermal_balance_implausible: 'raise' },
    ],
    [
      '15 K',
      { temp_return_c: 49.6, flow_m3h: 100, power_box1_kw: 870 },
      { return_hot: 'keep', delta_t_abnormal: 'raise', flow_low: 'raise' },
    ],
    ['4 bar and a half', { pressure_supply_bar: 4.5 }, { pressure_out_of_band: 'raise' }],
    ['1.9 bar', { pressure_supply_bar: 1.9 }, { pressure_out_of_band: 'raise' }],
    ['2.2 bar', { pressure_supply_bar: 2.2 }, { pressure_out_of_band: 'keep' }],
    ['return at 0.4 bar', { pressure_return_bar: 0.4 }, { return_pressure_low: 'raise' }],
    ['level low', { fault_level_low: 1 }, { level_low: 'raise' }],
    ['a fan', { fault_fan: 1 }, { cooling_fault: 'raise' }],
    ['an alarm that a number refutes', { alarm_flow_low: 1 }, {}],
    ['half the heat is gone', { temp_return_c: 39.6 }, { thermal_balance_implausible: 'raise' }],
    ['a quarter of it', { temp_return_c: 42.1 }, { thermal_balance_implausible: 'keep' }],
    ['the agent tells that half of it is gone', { heat_kw: 860 }, { thermal_balance_implausible: 'raise' }],
    ['the agent tells that all of it is there', { heat_kw: 1740, temp_return_c: 39.6 }, {}],
    ['the same at a tenth of the power', { temp_return_c: 39.6, power_box1_kw: 90, power_box2_kw: 90 }, {}],
  ])('%s', (_, cooling, expected) => {
    expect(zones(judge(frame((made) => Object.assign(made.cooling!, cooling))))).toEqual(expected);
  });

  it('tells what was measured, in the unit of the rule', () => {
    const { own } = judge(frame((made) => Object.assign(made.cooling!, { flow_m3h: 92.4, pressure_supply_bar: 1.5 })));
    expect(own.flow_low?.value).toBeCloseTo(5, 6);
    expect(own.pressure_out_of_band).toEqual({ zone: 'raise', value: 0.5 });
    expect(judge(frame((made) => (made.cooling!.fault_leak = 1))).own.leak).toEqual({ zone: 'raise', value: null });
  });

  it.each<[keyof Values, string[]]>([
    [
      'temp_supply_c',
      ['supply_cold', 'supply_hot', 'supply_too_hot', 'delta_t_abnormal', 'thermal_balance_implausible'],
    ],
    ['temp_return_c', ['return_hot', 'delta_t_abnormal', 'thermal_balance_implausible']],
    ['flow_m3h', ['flow_low', 'thermal_balance_implausible']],
    ['pressure_supply_bar', ['pressure_out_of_band']],
    ['pressure_return_bar', ['return_pressure_low']],
    ['pump_circulating', ['pump_stopped']],
    ['fault_leak', ['leak']],
    ['fault_level_low', ['level_low']],
    ['fault_fan', ['cooling_fault']],
  ])('without %s what needs it is unknown', (name, expected) => {
    const absent = judge(frame((made) => delete made.cooling![name]));
    const silent = judge(frame((made) => (made.cooling![name] = null)));
    for (const found of [absent, silent]) {
      expect(unknownOf(found).sort()).toEqual([...expected].sort());
      expect(found.own).toEqual({});
    }
  });

  it('an alarm without the number behind it is a fault', () => {
    const found = judge(frame((made) => Object.assign(made.cooling!, { alarm_flow_low: 1, flow_m3h: null })));
    expect(found.own.cooling_fault).toEqual({ zone: 'raise', value: 1 });
  });

  it('a silent controller leaves the loop unknown and says so; where there is none, none is missed', () => {
    const silent = judge(frame((made) => (made.cooling = null)));
    expect(zones(silent)).toEqual({ cooling_silent: 'raise' });
    expect(silent.unknown).toEqual(expect.arrayContaining(['leak', 'pump_stopped', 'flow_low', 'cooling_fault']));
    const none = judge(frame((made) => Object.assign(made, { cooling: null, cooling_expected: false })));
    expect(zones(none)).toEqual({});
    expect(none.unknown).not.toContain('cooling_silent');
  });
});

describe('many miners', () => {
  it.each<[string, (made: ContainerFrame) => void, Record<string, string>, number?]>([
    ['15 of 308 silent', (made) => (made.status = statuses('offline', 15)), { miners_down_many: 'keep' }],
    ['16 of 308', (made) => (made.status = statuses('offline', 16)), { miners_down_many: 'raise' }],
    ['of unknown state', (made) => (made.status = statuses('unknown', 16)), { miners_down_many: 'raise' }],
    ['9 of 100: too few', (made) => (made.status = statuses('offline', 9, 100)), { miners_down_many: 'keep' }, 100],
    [
      '62 of 308',
      (made) => (made.status = statuses('offline', 62)),
      { miners_down_many: 'raise', miners_down_most: 'raise' },
    ],
    ['20 hot', (made) => made.columns.temp_chip_c!.fill(95, 0, 20), { miners_hot_many: 'raise' }],
    [
      '8 with hot chips, 8 others with hot boards',
      (made) => {
        made.columns.temp_chip_c!.fill(95, 0, 8);
        made.columns.temp_board_c!.fill(88, 8, 16);
      },
      { miners_hot_many: 'raise' },
    ],
    ['20 slow', (made) => made.columns.hashrate_ths!.fill(300, 0, 20), { miners_slow_many: 'raise' }],
    ['all a little slower', (made) => made.columns.hashrate_ths!.fill(397), { container_hashrate_low: 'raise' }],
    [
      '100 asleep: nothing is expected of them',
      (made) => {
        made.status = statuses('sleeping', 100);
        made.columns.hashrate_ths!.fill(0, 0, 100);
      },
      {},
    ],
  ])('%s', (_, change, expected, size) => {
    expect(zones(judge(frame(change, size)))).toEqual(expected);
  });

  it('silent ones are counted as down alone: hashrate and heat are of those that answer', () => {
    const found = judge(
      frame((made) => {
        made.status = statuses('offline', 100);
        for (const column of Object.values(made.columns)) column.fill(null, 0, 100);
      }),
    );
    expect(zones(found)).toEqual({ miners_down_many: 'raise', miners_down_most: 'raise' });
  });

  it('nobody answers: offline, and of the miners only their silence is known', () => {
    const found = judge(frame((made) => Object.assign(made, { status: statuses('offline', SIZE), cooling: null })));
    expect(zones(found)).toMatchObject({ container_offline: 'raise', miners_down_most: 'raise' });
    expect(Object.keys(found.miners)).toEqual(['miner_offline']);
    expect(found.silent).toHaveLength(SIZE);
    expect(found.unknown).toEqual(
      expect.arrayContaining(['miner_chip_hot', 'miners_hot_many', 'container_hashrate_low']),
    );
  });

  it('a share counts by the thresholds of a rule that is itself disabled', () => {
    const row = { project_id: 'QATAR-001', rule_id: 'miner_chip_hot', severity: 'info', enabled: false } as const;
    const rules = ruleBook([{ ...row, definition: { raise: 70, clear: 69 } }]);
    const found = judge(
      frame((made) => made.columns.temp_chip_c!.fill(75, 0, 40)),
      rules,
    );
    expect(zones(found)).toEqual({ miners_hot_many: 'raise' });
    expect(found.miners).toEqual({});
  });
});

describe('single miners', () => {
  it('each by its position', () => {
    const found = judge(
      frame((made) => {
        made.positions = made.positions.map((position) => position + 10);
        made.status[2] = statusCode('offline');
        made.columns.temp_chip_c!.splice(3, 2, 91, 84);
        made.columns.temp_board_c![5] = 86;
        made.columns.temp_inlet_c![6] = 51;
        made.columns.temp_outlet_c![7] = 60.5;
        made.columns.hashrate_ths!.splice(8, 2, 473 * 0.79, 473 * 0.82);
        made.columns.boards_active![11] = 2;
      }),
    );
    expect(found.miners).toEqual({
      miner_offline: [[13, 'raise', null]],
      miner_chip_hot: [
        [14, 'raise', 91],
        [15, 'keep', 84],
      ],
      miner_board_hot: [[16, 'raise', 86]],
      miner_inlet_hot: [[17, 'raise', 51]],
      miner_outlet_hot: [[18, 'raise', 60.5]],
      miner_hashrate_low: [
        [19, 'raise', expect.closeTo(79, 6)],
        [20, 'keep', expect.closeTo(82, 6)],
      ],
      miner_board_missing: [[22, 'raise', 1]],
    });
    expect(found.silent).toEqual([13]);
  });

  it('a silent one is judged by nothing else, whatever its columns hold', () => {
    const found = judge(
      frame((made) => {
        made.status[0] = statusCode('offline');
        made.status[1] = statusCode('unknown');
        for (const i of [0, 1]) made.columns.temp_chip_c![i] = 120;
      }),
    );
    expect(found.miners).toEqual({
      miner_offline: [
        [1, 'raise', null],
        [2, 'keep', null],
      ],
    });
    expect(found.silent).toEqual([1, 2]);
  });

  it('one that answers without a reading goes on as it was; a column that is not there is unknown', () => {
    const one = judge(frame((made) => (made.columns.temp_chip_c![4] = null)));
    expect(one.miners).toEqual({ miner_chip_hot: [[5, 'keep', null]] });
    expect(judge(frame((made) => delete made.columns.temp_chip_c)).unknown).toContain('miner_chip_hot');
    expect(judge(frame((made) => made.columns.temp_chip_c!.fill(null))).unknown).toContain('miner_chip_hot');
  });

  it('boards are counted against the most common number, of those that hash', () => {
    const found = judge(
      frame((made) => {
        made.columns.boards_active!.fill(4);
        made.columns.boards_active!.splice(0, 3, 3, 5, 0);
        made.status[2] = statusCode('idle');
      }),
    );
    expect(found.miners.miner_board_missing).toEqual([
      [1, 'raise', 1],
      [3, 'keep', null],
    ]);
  });

  it('a pool is judged once one is allowed, with the frames that tell it', () => {
    expect(judge(frame()).unknown).not.toContain('miner_pool_wrong');
    const row = { project_id: 'QATAR-001', rule_id: 'miner_pool_wrong', severity: 'critical', enabled: true } as const;
    const rules = ruleBook([{ ...row, definition: { options: { allowed: ['stratum+tcp://pool'] } } }]);
    expect(judge(frame(), rules).unknown).toContain('miner_pool_wrong');
    const list = [
      { url: 'stratum+tcp://pool', worker: 'a' },
      { url: 'stratum+tcp://thief', worker: 'a' },
    ];
    const told = frame();
    const pools = { list, of: told.positions.map((_, i) => (i === 1 ? 1 : 0)) };
    const { miners, own } = judge({ ...told, pools }, rules);
    expect(miners.miner_pool_wrong).toEqual([[told.positions[1], 'raise', null]]);
    expect(own.miners_elsewhere_many?.zone).toBe('keep'); // one alone is none of many
  });

  it('a disabled rule finds nothing and is not unknown either', () => {
    const row = { project_id: 'QATAR-001', rule_id: 'leak', severity: 'critical', enabled: false } as const;
    const rules = ruleBook([{ ...row, definition: {} }]);
    const found = judge(
      frame((made) => (made.cooling!.fault_leak = 1)),
      rules,
    );
    expect(found.own).toEqual({});
    expect(found.unknown).not.toContain('leak');
  });
});

describe('the rate of rejected shares', () => {
  const counted = (minute: number, accepted: (number | null)[], rejected: (number | null)[]): ContainerFrame =>
    frame((made) => {
      made.at = minute * 60_000;
      Object.assign(made.columns, { shares_accepted: accepted, shares_rejected: rejected });
    }, accepted.length);
  const judged = (counters: EarlierCounters, made: ContainerFrame, owner = 'agent'): Findings =>
    judgeContainer(made, summarize(made), RULES, counters.exchange(owner, made));

  it('is of the shares between two frames that tell the counters', () => {
    const counters = new EarlierCounters();
    expect(judged(counters, counted(0, [1000, 1000, 1000], [500, 10, 10])).unknown).toContain('miner_reject_rate');
    expect(
      judged(
        counters,
        frame((made) => (made.at = 60_000), 3),
      ).unknown,
    ).toContain('miner_reject_rate');
    const found = judged(counters, counted(5, [1100, 1097, 1198], [500, 13, 13]));
    expect(found.miners.miner_reject_rate).toEqual([
      [2, 'raise', 3],
      [3, 'keep', expect.closeTo(1.4925, 3)],
    ]);
  });

  it('is unknown of a miner whose counters fell or were not told, and of too few shares', () => {
    const counters = new EarlierCounters();
    judged(counters, counted(0, [1000, 1000, null, 1000, 1000], [10, 10, 10, 10, 10]));
    const found = judged(counters, counted(5, [20, 1010, 1100, 1100, null], [5, 20, 20, 30, 10]));
    expect(found.miners.miner_reject_rate).toEqual([
      [1, 'keep', null],
      [2, 'keep', null],
      [3, 'keep', null],
      [4, 'raise', expect.closeTo(16.67, 2)],
      [5, 'keep', null],
    ]);
    const next = judged(counters, counted(10, [120, 1110, 1200, 1200, 1200], [5, 20, 20, 30, 10]));
    expect(next.miners.miner_reject_rate).toEqual([[5, 'keep', null]]);
  });

  it('compares with no frame that came later, is too old, of other miners or of another agent', () => {
    const counters = new EarlierCounters();
    const unknown = (made: ContainerFrame, owner?: string): boolean =>
      judged(counters, made, owner).unknown.includes('miner_reject_rate');
    expect(unknown(counted(10, [1000], [0]))).toBe(true);
    expect(unknown(counted(5, [900], [0]))).toBe(true);
    expect(unknown(counted(10, [1000], [0]))).toBe(true); // the same again
    expect(unknown(counted(15, [1100], [0]), 'another')).toBe(true);
    expect(unknown(counted(15, [1100], [0]))).toBe(false);
    expect(unknown(counted(20, [1200, 100], [0, 0]))).toBe(true);
    expect(unknown(counted(90, [2200, 1100], [0, 0]))).toBe(true);
  });
});
