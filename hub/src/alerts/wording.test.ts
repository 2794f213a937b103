import { expect, test } from 'vitest';
import type { Language } from '../http/language/bilingual.ts';
import { ruleBook } from './rule-book.ts';
import { alertMessage, type Occurrence } from './wording.ts';

const book = ruleBook([]);
const NOTHING: Omit<Occurrence, 'targetId'> = {
  ...{ value: null, threshold: null, minersAffected: null, hashrateLostThs: null, shareOfProject: null },
};
const said = (id: string, targetId: string, over: Partial<Occurrence>, language: Language): string =>
  alertMessage(book.get(id)!, { targetId, ...NOTHING, ...over }, language).replaceAll(/\s/g, ' ');

test.each<[string, string, Partial<Occurrence>, string, string]>([
  [
    'pump_stopped',
    'QATAR-C14',
    { minersAffected: 308, hashrateLostThs: 145_700, shareOfProject: 0.0173 },
    'QATAR-C14: pump stopped, 308 miners, 146 PH/s, 1.7 % of the project',
    'QATAR-C14 : pompe arrêtée, 308 mineurs, 146 PH/s, 1,7 % du projet',
  ],
  [
    'pump_stopped',
    'QATAR-C14',
    { minersAffected: 1 },
    'QATAR-C14: pump stopped, 1 miner',
    'QATAR-C14 : pompe arrêtée, 1 mineur',
  ],
  [
    'supply_hot',
    'QATAR-C01',
    { value: 38.44, threshold: 38 },
    'QATAR-C01: supply water hot: 38.4 °C (limit 38 °C)',
    'QATAR-C01 : eau de départ chaude : 38,4 °C (limite 38 °C)',
  ],
  [
    'supply_hot',
    'QATAR-C01',
    { threshold: 38 },
    'QATAR-C01: supply water hot (limit 38 °C)',
    'QATAR-C01 : eau de départ chaude (limite 38 °C)',
  ],
  [
    'pressure_out_of_band',
    'QATAR-C02',
    { value: 0.25 },
    'QATAR-C02: supply pressure 0.25 bar outside of 2 to 4 bar',
    'QATAR-C02 : pression de départ 0,25 bar hors de la plage de 2 à 4 bar',
  ],
  [
    'transformer_dead',
    'QATAR-T01',
    { minersAffected: 17_864, hashrateLostThs: 8_420_000, shareOfProject: 1 },
    'QATAR-T01: no voltage, 17,864 miners, 8.42 EH/s, 100 % of the project',
    'QATAR-T01 : hors tension, 17 864 mineurs, 8,42 EH/s, 100 % du projet',
  ],
  [
    'hub_certificate_expiring',
    '',
    { value: 9.999 },
    'certificate of the hub expires in 10 days',
    'le certificat du centre expire dans 10 jours',
  ],
])('%s of %s', (id, target, over, english, french) => {
  expect(said(id, target, over, 'en')).toBe(english);
  expect(said(id, target, over, 'fr')).toBe(french);
});

test('no rule leaves a bracket or a placeholder standing, whatever is known', () => {
  for (const rule of book.values()) {
    for (const known of [{}, { value: 1.5 }, { threshold: 2 }, { value: 1.5, threshold: 2 }]) {
      for (const language of ['en', 'fr'] as const) {
        const message = said(rule.id, 'QATAR-C01', known, language);
        expect(message, rule.id).not.toMatch(/[[\]{}]|null|undefined| {2}/);
      }
    }
  }
});
