import { readdirSync } from 'node:fs';
import { isPlausible, METRICS, type MetricName, metricOf } from '@hearst/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { DeviceError, type MinerReading } from '../driver.ts';
import { antminer, type MinerDefinition, type Sensor } from './definition.ts';
import { CgminerDriver } from './driver.ts';
import { SENSOR_LISTS } from './observation.ts';
import { MINERS_FOLDER, MinerRegistry } from './registry.ts';
import { FakeMiner, INVALID_COMMAND } from './testing/fake-miner.ts';
import { manifests, readFixture, replyFiles } from './testing/fixtures.ts';

const registry = MinerRegistry.load();
const driver = new CgminerDriver({ deadlineMs: 5000, connectTimeoutMs: 2000, registry });
let miner: FakeMiner | null = null;
afterEach(async () => {
  await miner?.stop();
  miner = null;
});

const known = (values: MinerReading['values']): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/** Whether a value may stand in a frame under this metric. */
const believable = (metric: MetricName, value: number): boolean => isPlausible(METRICS[metric], value);

describe.each(registry.all)('$id', (definition) => {
  test('can be held against a datasheet: its parts are known, its figures can be true', () => {
    const { id, title, level, recognise, rated, boards, firstChain = 0, sensors, untold = [] } = definition;
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(title).not.toBe('');
    expect(Object.keys(recognise).length > 0).toBe(level !== 'any');
    if (rated !== null) {
      expect(believable('hashrate_expected_ths', rated.ths) && believable('power_w', rated.watts)).toBe(true);
      // No machine ever sold, from the first ASIC to the best of today, is outside of these; a factor of 1000 is.
      expect(rated.watts / rated.ths).toBeGreaterThan(8);
      expect(rated.watts / rated.ths).toBeLessThan(2000);
    }
    if (boards !== null) expect(believable('boards_active', firstChain + boards)).toBe(true);
    for (const sensor of Object.values(sensors).flat() as Sensor[]) {
      expect(SENSOR_LISTS).toContain(sensor.list);
      expect(sensor.at ?? 0).toBeGreaterThanOrEqual(0);
      expect(sensor.unit ?? 1).toBeGreaterThan(0);
    }
    for (const metric of untold) expect(metricOf(metric)?.of).toMatch(/^(?:miner|board)$/);
  });

  test('asks nothing that could change a device', () => {
    const { poll = ['stats'], extras = [], boards = [], idle = [], errors = [], start = [] } = definition.asks ?? {};
    for (const command of [...poll, ...extras, ...boards, ...idle, ...errors, ...start])
      expect(READ_ONLY).toContain(command);
  });
});

/** Every command that any definition may ask. A new one is added here by somebody who has read what it does. */
const READ_ONLY = [
  ...['stats', 'summary', 'pools', 'version', 'devs', 'devdetails', 'config', 'warning'],
  ...['temps', 'fans', 'power', 'temperature', 'fan', 'psu', 'frequency', 'mode'],
  ...['status', 'get_version', 'get_miner_info', 'get_error_code'],
];

describe.each(manifests(registry.all.map(({ id }) => id)))('$definition', ({ definition, cases }) => {
  test('every reply file is used by a case', () => {
    const used = new Set(cases.flatMap(({ replies }) => Object.values(replies)));
    expect(cases.length).toBeGreaterThan(0);
    expect(replyFiles(definition).filter((name) => !used.has(name))).toEqual([]);
  });

  test.each(cases)('$name', async ({ replies, expected }) => {
    miner = await FakeMiner.start(({ command, newer }) => {
      const file = (newer ? replies[`${command}+`] : undefined) ?? replies[command];
      return file === undefined ? INVALID_COMMAND : readFixture(definition, file);
    });
    const read = driver.read(miner.address, { summary: true, pools: true, version: true, boards: true });
    if ('error' in expected) {
      const error = await read.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(DeviceError);
      expect((error as DeviceError).code).toBe(expected.error);
      return;
    }
    const reading = await read;
    const { status, identity, pool, repaired, errors, boards = {} } = reading;
    expect({
      status,
      values: known(reading.values),
      ...(expected.boards !== undefined && { boards }),
      identity,
      pool,
      ...(errors !== undefined && { errors }),
      repaired,
    }).toEqual(expected);
    expect(reading.definition).toBe(definition);
    // Every metric of a miner is told, null where unknown.
    const names = Object.entries(METRICS).flatMap(([name, metric]) => (metric.of === 'miner' ? [name] : []));
    expect(Object.keys(reading.values).sort()).toEqual(names.sort());
  });
});

test('a definition is named after its file, and no two are of one name', () => {
  const files = readdirSync(MINERS_FOLDER).map((name) => name.replace(/\.ts$/, ''));
  expect(registry.all.map(({ id }) => id).sort()).toEqual(files.sort());
  const [first] = registry.all;
  expect(() => new MinerRegistry([...registry.all, first!])).toThrow(/two miner definitions/);
});

test('no type text is of two models, and none of a model nobody has described yet', () => {
  const models = registry.all.filter(({ level }) => level === 'model');
  for (const { title } of models) {
    const matching = (text: string) => models.filter(({ recognise }) => recognise.type?.test(text)).map(({ id }) => id);
    expect(matching(title).length, `${title}: ${matching(title)}`).toBeLessThanOrEqual(1);
    if (title.startsWith('Antminer S')) expect(matching(`${title.replace('.', '')} Next`)).toEqual([]);
  }
});

describe('recognition', () => {
  test.each([
    ['Antminer S21 XP Hyd.', null, null, 'antminer-s21-xp-hyd'],
    ['Antminer S99 Pro', null, null, 'antminer'],
    ['Antminer S99+ Hyd.', null, null, 'antminer-liquid'],
    ['Antminer S19 (Vnish 1.2.0)', 'cgminer 4.11.1', null, 'vnish'],
    ['Antminer S19 Pro', 'LUXminer 2025.4.8', null, 'luxos'],
    [null, 'BOSminer+ 0.2.0-36c56a9363', null, 'braiins'],
    [null, 'cgminer 4.9.2', 'Whatsminer', 'whatsminer'],
    [null, 'cgminer 4.11.1', null, 'cgminer'],
    [null, null, null, 'cgminer'],
  ])('%s, %s, %s: %s', (type, program, make, id) => {
    expect(registry.recognise(type, program, make).id).toBe(id);
  });

  test('other firmware keeps the boards, the fans and the counting of the model it runs on', () => {
    const on = (type: string, program: string | null = null): MinerDefinition => registry.recognise(type, program);
    expect(on('Antminer S9 (vnish 3.8.6)')).toMatchObject({
      id: 'vnish',
      boards: 3,
      firstChain: 5,
      fans: true,
      rated: null,
    });
    expect(on('Antminer S21 XP Hyd.', 'LUXminer 2025.4.8')).toMatchObject({ id: 'luxos', boards: 3, fans: false });
    expect(on('Antminer S9', 'BOSminer+ 0.2.0')).toMatchObject({ id: 'braiins', boards: 3, firstChain: 0 });
    expect(on('Antminer L3+ (vnish 3.8.6)')).toMatchObject({ id: 'vnish', boards: 4, rateCorrection: 1e-3 });
    expect(on('Antminer S99 (vnish 3.8.6)')).toMatchObject({ id: 'vnish', boards: null });
  });

  test('a model’s text is its own, with or without the name of other firmware', () => {
    expect(antminer('S19').test('Antminer S19')).toBe(true);
    expect(antminer('S19').test('Antminer S19 (vnish 1.2.0)')).toBe(true);
    expect(antminer('S19').test('Antminer S19 Pro')).toBe(false);
  });
});
