// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import {
  dataSize,
  difference,
  duration,
  efficiency,
  energy,
  hashrate,
  hashrateHours,
  number,
  percent,
  power,
  significant,
  temperature,
  text,
} from './format.ts';
import { chooseLanguage, startLanguages } from './i18n/index.ts';

beforeEach(async () => {
  await startLanguages('en');
});

describe('numbers', () => {
  it('of what is not known are a dash and never a zero', () => {
    for (const shown of [hashrate(null), power(undefined), efficiency(null), temperature(Number.NaN), percent(null)])
      expect(text(shown)).toBe('–');
    expect([number(null), significant(Number.POSITIVE_INFINITY), difference(null)]).toEqual(['–', '–', '–']);
    expect(text(hashrate(0))).toBe('0\u202fTH/s');
  });

  it('of energy, lost hashrate and data have their prefix too', () => {
    expect([14.844, 183_563.1, 72_105_000].map((kwh) => text(energy(kwh)))).toEqual([
      '14.84\u202fkWh',
      '183.6\u202fMWh',
      '72,105\u202fMWh',
    ]);
    expect(text(energy(14.8, 183_563))).toBe('0.01480\u202fMWh');
    expect([900, 72_846, 9_334_756].map((thh) => text(hashrateHours(thh)))).toEqual([
      '900\u202fTH·h',
      '72.8\u202fPH·h',
      '9.33\u202fEH·h',
    ]);
    expect([512, 10_240, 1.2e9].map((bytes) => text(dataSize(bytes)))).toEqual([
      '512\u202fB',
      '10.2\u202fkB',
      '1,200\u202fMB',
    ]);
    expect([energy(null), hashrateHours(null), dataSize(null)].map(text)).toEqual(['–', '–', '–']);
  });

  it('have their prefix by size, and another number’s where two stand together', () => {
    expect([473, 146_000, 8_450_000].map((ths) => text(hashrate(ths)))).toEqual([
      '473\u202fTH/s',
      '146\u202fPH/s',
      '8.45\u202fEH/s',
    ]);
    expect(text(hashrate(146_000, 8_450_000))).toBe('0.146\u202fEH/s');
    expect([999, 102_370].map((kw) => text(power(kw)))).toEqual(['999\u202fkW', '102.4\u202fMW']);
  });

  it('keep a minus that is one, and lose it where they round to nothing', () => {
    expect([number(-3.2, 1), number(-0.04, 1), difference(-0.004, 2), difference(2.5, 1)]).toEqual([
      '\u22123.2',
      '0.0',
      '±0.00',
      '+2.5',
    ]);
  });

  it('are French in French', async () => {
    await chooseLanguage('fr');
    expect([text(hashrate(8_450_000)), number(17_864)]).toEqual(['8,45\u202fEH/s', '17\u202f864']);
  });
});

it('a length of time is told in its largest unit, rounded down', () => {
  expect([4.9, 59.9, 60, 3599, 7200, 172_799, 172_800, -5].map(duration)).toEqual([
    '4 sec',
    '59 sec',
    '1 min',
    '59 min',
    '2 hr',
    '47 hr',
    '2 days',
    '0 sec',
  ]);
});
