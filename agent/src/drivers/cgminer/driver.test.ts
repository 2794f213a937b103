import { afterEach, describe, expect, test } from 'vitest';
import { DeviceError } from '../driver.ts';
import { CgminerDriver } from './driver.ts';
import { type Answer, FakeMiner, INVALID_COMMAND } from './testing/fake-miner.ts';
import { readFixture } from './testing/fixtures.ts';

const NEWER = readFixture('antminer-s21-xp-hyd', 'stats.json');
const CLASSIC = readFixture('antminer', 'stats.json');
const ACCESS_DENIED = readFixture('antminer', 'stats-access-denied.json');
const STATS_NEWER = '{"command":"stats","new_api":true}';
const STATS_CLASSIC = '{"command":"stats"}';
const ONLY_STATS = { summary: false, pools: false, version: false };
const EVERYTHING = { summary: true, pools: true, version: true };

let miner: FakeMiner | null = null;
afterEach(async () => {
  await miner?.stop();
  miner = null;
});

const newDriver = (): CgminerDriver => new CgminerDriver({ deadlineMs: 3000, connectTimeoutMs: 2000 });

/** Two polls by one driver; what the miner was asked. */
async function asked(answer: (request: { command: string; newer: boolean }) => Answer): Promise<(string | null)[]> {
  miner = await FakeMiner.start(answer);
  const driver = newDriver();
  await driver.read(miner.address, ONLY_STATS);
  await driver.read(miner.address, ONLY_STATS);
  return miner.requests;
}

describe('the style that works is remembered per address', () => {
  test('newer', async () => {
    expect(await asked(() => NEWER)).toEqual([STATS_NEWER, STATS_NEWER]);
  });

  test('classic, by firmware that overlooks the flag', async () => {
    expect(await asked(() => CLASSIC)).toEqual([STATS_NEWER, STATS_CLASSIC]);
  });

  test.each<[string, Answer]>([
    ['refuses the flag', INVALID_COMMAND],
    ['denies it', ACCESS_DENIED],
    ['cannot read it', readFixture('antminer', 'stats-invalid-json.json')],
    ['garbles it', '{"STATUS":[{"STATUS":"S"'],
    ['hangs up on it', (socket) => socket.destroy()],
  ])('classic, by firmware that %s', async (_name, refusal) => {
    expect(await asked(({ newer }) => (newer ? refusal : CLASSIC))).toEqual([
      STATS_NEWER,
      STATS_CLASSIC,
      STATS_CLASSIC,
    ]);
  });

  test.each<[string, Answer, string]>([
    ['cut', NEWER.slice(0, 500), 'malformed'],
    ['missing', (socket) => socket.destroy(), 'closed'],
  ])('a single reply that is %s does not change it', async (_name, broken, code) => {
    let count = 0;
    miner = await FakeMiner.start(() => (++count === 2 ? broken : NEWER));
    const driver = newDriver();
    await driver.read(miner.address, ONLY_STATS);
    await expect(driver.read(miner.address, ONLY_STATS)).rejects.toMatchObject({ code });
    await driver.read(miner.address, ONLY_STATS);
    expect(miner.requests).toEqual([STATS_NEWER, STATS_NEWER, STATS_NEWER]);
  });

  test('asking the version, as after a restart, starts anew: another firmware may answer', async () => {
    miner = await FakeMiner.start(({ command }) => (command === 'stats' ? CLASSIC : INVALID_COMMAND));
    const driver = newDriver();
    await driver.read(miner.address, ONLY_STATS);
    await driver.read(miner.address, { ...ONLY_STATS, version: true });
    expect(miner.requests).toEqual([STATS_NEWER, STATS_NEWER, '{"command":"version"}']);
  });

  test('a silent miner is not asked a second time in the same read', async () => {
    miner = await FakeMiner.start(() => () => {});
    const driver = new CgminerDriver({ deadlineMs: 150, connectTimeoutMs: 150 });
    await expect(driver.read(miner.address, EVERYTHING)).rejects.toMatchObject({ code: 'timeout' });
    expect(miner.requests).toEqual([STATS_NEWER]);
  });
});

test('what goes along and fails costs nothing of the reading, and is told', async () => {
  miner = await FakeMiner.start(({ command }) => {
    if (command === 'stats') return NEWER;
    return command === 'pools' ? (socket) => socket.destroy() : INVALID_COMMAND;
  });
  const reading = await newDriver().read(miner.address, EVERYTHING);
  expect(reading.values.hashrate_ths).toBe(471.85);
  expect(reading.pool).toBeNull();
  expect(reading.missed).toEqual([
    { command: 'summary', code: 'unsupported' },
    { command: 'pools', code: 'closed' },
    { command: 'version', code: 'unsupported' },
  ]);
});

describe('boards one by one', () => {
  const BOARDS = { ...ONLY_STATS, boards: true };

  test('only when they are wanted, and without another request', async () => {
    miner = await FakeMiner.start(() => NEWER);
    expect(await newDriver().read(miner.address, ONLY_STATS)).not.toHaveProperty('boards');
    const { boards } = await newDriver().read(miner.address, BOARDS);
    expect(miner.requests).toEqual([STATS_NEWER, STATS_NEWER]);
    expect(boards).toEqual({
      hashrate_ths: [157.32, 157.21, 157.32],
      temp_chip_c: [58, 59, 57],
      temp_board_c: [47, 48, 47],
      temp_inlet_c: [35, 35, 36],
      temp_outlet_c: [45, 46, 45],
      hw_errors: [3, 5, 2],
      frequency_mhz: [450, 450, 450],
      chips_active: [160, 160, 160],
    });
  });

  test.each(['stats-board-missing.json', 'stats-classic.json'])(
    'of %s: a missing board hashes nothing',
    async (file) => {
      const text = readFixture('antminer-s21-xp-hyd', file);
      const classic = text.includes('chain_acn3');
      const dead = classic
        ? text.replace(/"chain_acn3":\s*\d+/, '"chain_acn3":0').replace(/"chain_rate3":\s*"[^"]*"/, '"chain_rate3":""')
        : text;
      miner = await FakeMiner.start(({ newer }) => (newer && classic ? INVALID_COMMAND : dead));
      const { boards = {} } = await newDriver().read(miner.address, BOARDS);
      expect(boards.hashrate_ths).toEqual([expect.any(Number), expect.any(Number), 0]);
      expect(boards.hashrate_ths?.[0]).toBeGreaterThan(150);
      expect(boards.temp_chip_c?.[2]).toBeNull();
    },
  );

  test('of a miner whose firmware tells of none are absent', async () => {
    miner = await FakeMiner.start(() => readFixture('antminer-s21-xp-hyd', 'stats-empty.json'));
    expect(await newDriver().read(miner.address, BOARDS)).not.toHaveProperty('boards');
  });
});

test('a device that speaks JSON but is no miner is refused, never read as a miner at rate 0', async () => {
  miner = await FakeMiner.start(() => '{"hello":"world"}');
  await expect(newDriver().read(miner.address, ONLY_STATS)).rejects.toMatchObject({ code: 'malformed' });
});

test('a miner that gives no rate anywhere is refused, never read as a miner at rate 0', async () => {
  miner = await FakeMiner.start(
    () => '{"STATUS":[{"STATUS":"S","Code":70,"Msg":"stats"}],"STATS":[{"Elapsed":5}],"id":1}',
  );
  const error = await newDriver()
    .read(miner.address, ONLY_STATS)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DeviceError);
  expect((error as DeviceError).code).toBe('unsupported');
  expect((error as DeviceError).message).toMatch(/hash rate/);
});

test('hostile texts of a device are harmless data', async () => {
  const hostile = CLASSIC.replace('"Antminer S99"', '"Antminer \\u202eS99\\u0000\\ud800<script>"');
  miner = await FakeMiner.start(() => hostile);
  const { identity } = await newDriver().read(miner.address, ONLY_STATS);
  expect(identity.model).toBe('Antminer  S99 �<script>');
});
