import { METRICS } from '@hearst/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { DeviceError, type MinerReading } from '../driver.ts';
import { CgminerDriver } from './driver.ts';
import { MinerRegistry } from './registry.ts';
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

describe.each(manifests(registry.all.map(({ id }) => id)))('$definition', ({ definition, cases }) => {
  test('every reply file is used by a case', () => {
    const used = new Set(cases.flatMap(({ replies }) => Object.values(replies)));
    expect(replyFiles(definition).filter((name) => !used.has(name))).toEqual([]);
  });

  test.each(cases)('$name', async ({ replies, expected }) => {
    miner = await FakeMiner.start(({ command, newer }) => {
      const file = (newer ? replies[`${command}+`] : undefined) ?? replies[command];
      return file === undefined ? INVALID_COMMAND : readFixture(definition, file);
    });
    const asked = (command: string): boolean => command in replies || `${command}+` in replies;
    const read = driver.read(miner.address, {
      summary: asked('summary'),
      pools: asked('pools'),
      version: asked('version'),
    });
    if ('error' in expected) {
      const error = await read.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(DeviceError);
      expect((error as DeviceError).code).toBe(expected.error);
      return;
    }
    const reading = await read;
    const { status, identity, pool, repaired } = reading;
    expect({ status, values: known(reading.values), identity, pool, repaired }).toEqual(expected);
    expect(reading.definition).toBe(definition);
    // Every metric of a miner is told, null where unknown.
    const names = Object.entries(METRICS).flatMap(([name, metric]) => (metric.of === 'miner' ? [name] : []));
    expect(Object.keys(reading.values).sort()).toEqual(names.sort());
  });
});

test('definitions are named after their file, ask the narrow before the wide, and are refused twice', () => {
  expect(registry.all.at(-1)?.level).toBe('any');
  expect(registry.recognise('Antminer S21 XP Hyd.', null).id).toBe('antminer-s21-xp-hyd');
  expect(registry.recognise('Antminer S21', null).id).toBe('antminer');
  expect(registry.recognise(null, 'cgminer 4.11.1').id).toBe('cgminer');
  const [first] = registry.all;
  expect(() => new MinerRegistry([...registry.all, first!])).toThrow(/two miner definitions/);
});
