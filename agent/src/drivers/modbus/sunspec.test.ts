import { expect, it } from 'vitest';
import { DeviceError } from '../driver.ts';
import type { Ask } from './register.ts';
import { SUNSPEC_METER } from './sunspec.ts';
import { Dump } from './testing/dumps.ts';

const locate = (ask: Ask) => SUNSPEC_METER.locate!(ask, 'meter');
const SUNS = '5375 6e53';
const refuse = (address: number): never => {
  throw new DeviceError('unsupported', 'meter', `no register ${address}`);
};
/** A device that refuses every address outside of `from..to`, as real ones do. */
const only =
  (dump: string, from: number, to: number): Ask =>
  (readFunction, address, count) =>
    address < from || address + count > to
      ? Promise.reject(new DeviceError('unsupported', 'meter', `no register ${address}`))
      : new Dump(dump).asker(1)(readFunction, address, count);

it('goes on to the next place where a device refuses the first', async () => {
  const map = `1 3 0 ${SUNS} 0001 0042\n1 3 70 00d5 007c`;
  const registers = await locate(only(map, 0, 400));
  expect(registers.find(({ name }) => name === 'W')).toMatchObject({ address: 70 + 28, type: 'f32' });
});

it('scales by the factors that the device tells, and leaves out what it has none for', async () => {
  const map = `1 3 40000 ${SUNS} 00cb 0069\n1 3 40008 ffff\n1 3 40024 0003\n1 3 40017 8000`;
  const registers = await locate(only(map, 40_000, 40_200));
  const scaleOf = (name: string) => registers.find((register) => register.name === name)?.scale;
  expect(scaleOf('AphA')).toBe(0.1);
  expect(scaleOf('W')).toBe(1000);
  expect(scaleOf('PhVphA')).toBeUndefined();
});

it.each([
  ['no device of this kind', only('', 0, 65_536), 'meter: has no SunSpec map at 40000, 0, 50000'],
  [
    'nothing anywhere',
    (_f: number, address: number) => Promise.resolve().then(() => refuse(address)),
    'has no SunSpec map',
  ],
  [
    'an inverter',
    only(`1 3 40000 ${SUNS} 0067 0032\n1 3 40054 ffff 0000`, 40_000, 40_200),
    'neither model 203 nor 213',
  ],
  [
    'a chain without end',
    only(`1 3 40000 ${SUNS} ${'0001 0000 '.repeat(60)}`, 40_000, 40_200),
    'neither model 203 nor 213',
  ],
] as [string, Ask, string][])('says what is missing: %s', async (_, ask, words) => {
  await expect(locate(ask)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining(words) });
});

it('tells a device that does not answer from one without a map', async () => {
  const silent = () => Promise.reject(new DeviceError('timeout', 'meter', 'silent'));
  await expect(locate(silent)).rejects.toMatchObject({ code: 'timeout' });
});
