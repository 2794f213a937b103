// @vitest-environment happy-dom
import i18next from 'i18next';
import { expect, it } from 'vitest';
import { chooseLanguage, startLanguages } from './index.ts';

it('a count is written in the manner of the language, a number that is a name is not', async () => {
  await startLanguages('en');
  expect(i18next.t('overview.miners', { count: 17_864 })).toBe('17,864 miners');
  expect(i18next.t('alerts.repeats', { id: 17_864 })).toContain('17864');
  await chooseLanguage('fr');
  expect(i18next.t('overview.miners', { count: 17_864 })).toBe('17\u202f864 mineurs');
});
