import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOARD_METRICS, type BoardMetric, MAX_BOARDS, plausibleOnBoard } from './boards.ts';
import { MAX_REPORTED, parseFrame, readingsIn } from './frame.ts';
import { METRICS } from './metrics.ts';
import { accountOf, MAX_POOLS } from './pools.ts';
import { safeText } from './text.ts';

const FRAME = {
  kind: 'container',
  project: 'qatar-001',
  container: 'QATAR-C01',
  at: 1,
  interval_s: 60,
  positions: [1, 2],
  status: [1, 5],
  columns: {},
  cooling: null,
  cooling_expected: false,
};

describe('parseFrame', () => {
  it('strikes out what cannot be true and says so, and leaves the rest', () => {
    const parsed = parseFrame({
      ...FRAME,
      columns: { temp_chip_c: [61.5, -83], hashrate_ths: ['473', 1e9], power_w: [0, null] },
      cooling: { temp_supply_c: 999, flow_m3h: 70 },
    });
    const frame = parsed.frame as Extract<typeof parsed.frame, { kind: 'container' }>;
    expect(frame.columns).toEqual({ temp_chip_c: [61.5, null], hashrate_ths: [null, null], power_w: [0, null] });
    expect(frame.cooling).toEqual({ temp_supply_c: null, flow_m3h: 70 });
    expect(parsed.bad).toEqual([
      { metric: 'temp_chip_c', position: 2, value: -83, reason: 'out_of_range' },
      { metric: 'hashrate_ths', position: 1, value: '473', reason: 'not_a_number' },
      { metric: 'hashrate_ths', position: 2, value: 1e9, reason: 'out_of_range' },
      { metric: 'temp_supply_c', position: null, value: 999, reason: 'out_of_range' },
    ]);
  });

  it('counts every bad value but reports a bounded number', () => {
    const size = 300;
    const parsed = parseFrame({
      ...FRAME,
      positions: Array.from({ length: size }, (_, i) => i + 1),
      status: Array(size).fill(1),
      columns: { power_w: Array(size).fill('x') },
    });
    expect(parsed.badCount).toBe(size);
    expect(parsed.bad).toHaveLength(MAX_REPORTED);
  });

  it('keeps metrics of a newer agent aside and answers ids in capitals', () => {
    const parsed = parseFrame({ ...FRAME, columns: { noise_db: [1, 2] } });
    expect(parsed.unknown).toEqual(['noise_db']);
    expect(parsed.frame.project).toBe('QATAR-001');
  });

  it('counts a silent miner as a reading of its own', () => {
    expect(readingsIn(parseFrame(FRAME).frame)).toBe(2);
    expect(readingsIn(parseFrame({ ...FRAME, cooling: {} }).frame)).toBe(3);
  });
});

describe('boards', () => {
  const COLUMN = [[157.3, 157.1, 0], null];

  it('travel by position and board, and are absent where none were sent', () => {
    const parsed = parseFrame({ ...FRAME, boards: { hashrate_ths: COLUMN, chips_active: [[160, 160, null], null] } });
    expect(parsed).toMatchObject({ badCount: 0, unknown: [] });
    expect(parsed.frame).toHaveProperty('boards', {
      hashrate_ths: COLUMN,
      chips_active: [[160, 160, null], null],
    });
    expect(parseFrame(FRAME).frame).not.toHaveProperty('boards');
  });

  it('that cannot be true are struck out one by one, and reported', () => {
    const parsed = parseFrame({
      ...FRAME,
      boards: {
        temp_chip_c: [
          [58, -83, 59],
          ['58', 60],
        ],
        hashrate_ths: [157, Array(17).fill(1)],
      },
    });
    expect(parsed.frame).toHaveProperty('boards', {
      temp_chip_c: [
        [58, null, 59],
        [null, 60],
      ],
      hashrate_ths: [null, null],
    });
    expect(parsed.bad).toEqual([
      { metric: 'boards.temp_chip_c', position: 1, value: -83, reason: 'out_of_range' },
      { metric: 'boards.temp_chip_c', position: 2, value: '58', reason: 'not_a_number' },
      { metric: 'boards.hashrate_ths', position: 1, value: 157, reason: 'not_a_list' },
      { metric: 'boards.hashrate_ths', position: 2, value: 17, reason: 'too_many_boards' },
    ]);
  });

  it.each([
    ['a column of another length', { hashrate_ths: [[1]] }],
    ['a column that is no list', { hashrate_ths: 5 }],
    ['no record', [1, 2]],
    ['null', null],
  ])('as %s make the frame malformed', (_what, boards) => {
    expect(() => parseFrame({ ...FRAME, boards })).toThrow(/frame: /);
  });

  it('of a newer agent are kept aside, and so is what is no metric of a board', () => {
    const parsed = parseFrame({ ...FRAME, boards: { voltage_v: COLUMN, power_w: COLUMN } });
    expect(parsed.unknown).toEqual(['boards.voltage_v', 'boards.power_w']);
    expect(parsed.frame).toHaveProperty('boards', {});
  });

  it('as any agent might send them: parsed again they are as they were, and nothing hostile gets through', () => {
    const value = fc.oneof(fc.double(), fc.constant(null), fc.string(), fc.constant([1]));
    const place = fc.oneof(fc.array(value, { maxLength: 30 }), fc.constant(null), fc.integer());
    const boards = fc.dictionary(fc.constantFrom(...BOARD_METRICS, 'power_w', '__proto__'), fc.tuple(place, place));
    fc.assert(
      fc.property(boards, (sent) => {
        const { frame } = parseFrame({ ...FRAME, boards: structuredClone(sent) });
        if (frame.kind !== 'container') throw new Error('no container');
        for (const [name, column] of Object.entries(frame.boards ?? {}))
          for (const values of column) {
            expect(values === null || values.length <= MAX_BOARDS).toBe(true);
            for (const one of values ?? [])
              expect(one === null || one === plausibleOnBoard(name as BoardMetric, one)).toBe(true);
          }
        const again = parseFrame(structuredClone(frame));
        expect(again).toMatchObject({ frame, badCount: 0, unknown: [] });
      }),
    );
  });
});

describe('the metric catalogue', () => {
  it.each(Object.entries(METRICS))('%s has a unit in its name, a range and both labels', (name, metric) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(metric.min).toBeLessThan(metric.max);
    expect(metric.label.en).not.toBe('');
    expect(metric.label.fr).not.toBe('');
    const suffix: Record<string, string> = {
      '°C': '_c',
      W: '_w',
      kW: '_kw',
      kWh: '_kwh',
      bar: '_bar',
      'TH/s': '_ths',
      V: '_v',
      A: '_a',
      '%': '_pct',
    };
    const expected = suffix[metric.unit];
    if (expected) expect(name.endsWith(expected)).toBe(true);
  });
});

describe('safeText', () => {
  it.each([
    ['Antminer S21', 'Antminer S21'],
    ['a\u0000b', 'a b'],
    ['\ud800x', '\ufffdx'],
    ['abc\u202edef', 'abc def'],
    ['  \n ', null],
    ['é'.repeat(200), 'é'.repeat(128)],
    ['<script>', '<script>'],
    [null, null],
    [{}, null],
    [12, '12'],
  ])('%j becomes %j', (input, expected) => {
    expect(safeText(input)).toBe(expected);
  });
});

describe('pools', () => {
  const HOME = { url: 'stratum+tcp://pool.example:3333', worker: 'hearst' };
  const poolsIn = (pools: unknown) => {
    const { frame, bad } = parseFrame({ ...FRAME, pools });
    if (frame.kind !== 'container') throw new Error('no container');
    return { pools: frame.pools, bad };
  };

  it('travel as a list and an index for each position, and are absent where none were sent', () => {
    const pools = { list: [HOME, { url: null, worker: null }], of: [1, null] };
    expect(poolsIn(pools)).toEqual({ pools, bad: [] });
    expect(parseFrame(FRAME).frame).not.toHaveProperty('pools');
  });

  it('that are no such thing are left out and reported, and cost nothing else of the frame', () => {
    const none = (pools: unknown, bad: object) =>
      expect(poolsIn(pools)).toEqual({ pools: undefined, bad: [{ metric: 'pools', position: null, ...bad }] });
    for (const pools of [null, 5, 'x', [], {}, { list: [HOME] }, { list: 'x', of: [0, 0] }, { list: [HOME], of: [0] }])
      none(pools, { value: typeof pools, reason: 'not_a_list' });
    none({ list: Array(MAX_POOLS + 1).fill(HOME), of: [0, 0] }, { value: MAX_POOLS + 1, reason: 'too_many_pools' });
  });

  it('whose places or texts cannot be true are struck out one by one; a hostile text is data', () => {
    expect(poolsIn({ list: [{ url: 'a\u0000\u202eb', worker: 7 }, null], of: [2, 0] })).toEqual({
      pools: {
        list: [
          { url: 'a  b', worker: null },
          { url: null, worker: null },
        ],
        of: [null, 0],
      },
      bad: [
        { metric: 'pools', position: 1, value: 2, reason: 'out_of_range' },
        { metric: 'pools.worker', position: null, value: 7, reason: 'not_a_text' },
        { metric: 'pools.url', position: null, value: undefined, reason: 'not_a_text' },
        { metric: 'pools.worker', position: null, value: undefined, reason: 'not_a_text' },
      ],
    });
    const places = ['0', -1, 0.5, 'length', '__proto__', [0], Number.NaN];
    for (const place of places) expect(poolsIn({ list: [HOME], of: [place, 0] }).pools?.of).toEqual([null, 0]);
    expect(poolsIn({ list: [{ ...HOME, url: 'x'.repeat(5000) }], of: [0, 0] }).pools?.list[0]?.url).toHaveLength(128);
  });

  it('are told with the account that is paid, without the part that names the single miner', () => {
    const names = ['hearst.m17', 'hearst.site.m17', 'bc1qaddress', '.m17', 'hearst.'];
    expect(names.map(accountOf)).toEqual(['hearst', 'hearst.site', 'bc1qaddress', '.m17', 'hearst']);
  });
});
