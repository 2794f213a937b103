import { say } from '../../http/language/bilingual.ts';
import type { AlertRule } from '../rule.ts';
import { CONTAINER_RULES } from './container.ts';
import { rule } from './define.ts';
import { MINER_EFFECTS } from './miner.ts';

/**
 * Rules of a transformer, judged by its meter's readings. Two HD5 at full load take 96 % of 3750 kVA; oil 85 warning, 95
 * critical; band of 400 V: 376-440 V (devices.md 3.9).
 */
export const TRANSFORMER_RULES: readonly AlertRule[] = [
  rule({
    id: 'transformer_dead',
    target: 'transformer',
    // By the meter's voltages; where it tells none, power near 0 and all containers offline say the same.
    reading: 'de_energised',
    when: 'is',
    severity: 'critical',
    holdS: 30,
    // Below a tenth of 400 V between phases nothing runs, whatever a floating conductor picks up.
    options: { below_v: 40, below_kw: 5 },
    explains: [
      ...['transformer_overload', 'transformer_overload_severe', 'transformer_phase_imbalance', 'meter_silent'],
      ...[...CONTAINER_RULES.map(({ id }) => id), ...MINER_EFFECTS],
    ],
    name: say('Transformer without voltage', 'Transformateur hors tension'),
    says: say('no voltage', 'hors tension'),
    runbook: say(
      'Do not switch it on again before the cause is known. Read the protection relay and the breaker, ask the grid operator, look and smell at the transformer. Then energise it, and start its containers one after the other, pumps first.',
      "Ne pas réenclencher avant de connaître la cause. Lire le relais de protection et le disjoncteur, appeler le gestionnaire du réseau, regarder et sentir le transformateur. Ensuite remettre sous tension et relancer les conteneurs l'un après l'autre, pompes d'abord.",
    ),
  }),
  rule({
    id: 'transformer_overload_severe',
    alertType: 'transformer_overload',
    target: 'transformer',
    reading: 'load_pct',
    when: 'above',
    unit: '%',
    raise: 110,
    clear: 105,
    severity: 'critical',
    holdS: 60,
    explains: ['transformer_overload'],
    name: say('Transformer far overloaded', 'Transformateur très surchargé'),
    says: say('load[ {value} {unit}] of its rating', 'charge[ {value} {unit}] de la puissance nominale'),
    runbook: say(
      'Take load off now: put one row of miners to sleep on each of its containers. Watch its temperature until it is back below 100 %.',
      "Délester maintenant : mettre en veille une rangée de mineurs dans chacun de ses conteneurs. Surveiller sa température jusqu'au retour sous 100 %.",
    ),
  }),
  rule({
    id: 'transformer_overload',
    target: 'transformer',
    reading: 'load_pct',
    when: 'above',
    unit: '%',
    raise: 100,
    clear: 98,
    severity: 'warning',
    holdS: 900,
    name: say('Transformer overloaded', 'Transformateur surchargé'),
    says: say('load[ {value} {unit}] of its rating', 'charge[ {value} {unit}] de la puissance nominale'),
    runbook: say(
      'Two containers at full load stand at 96 %. See which of them takes more than usual, and look at the power factor: below 0.95 it is the kVA, not the kW.',
      "Deux conteneurs à pleine charge sont à 96 %. Voir lequel prend plus que d'habitude, et regarder le facteur de puissance : sous 0,95 ce sont les kVA, pas les kW.",
    ),
  }),
  rule({
    id: 'transformer_phase_imbalance',
    target: 'transformer',
    // How far the phase that is furthest off is from the mean of the three currents.
    reading: 'current_imbalance_pct',
    when: 'above',
    unit: '%',
    raise: 10,
    clear: 8,
    severity: 'warning',
    holdS: 600,
    // Of small currents the difference says nothing.
    options: { at_least_a: 200 },
    name: say('Phases out of balance', 'Phases déséquilibrées'),
    says: say('currents out of balance[ by {value} {unit}]', 'courants déséquilibrés[ de {value} {unit}]'),
    runbook: say(
      'A blown fuse or a lost phase in one container, or rows that are off on one phase. Compare the currents, then the boxes of its containers. Check the current transformers too.',
      'Un fusible fondu ou une phase perdue dans un conteneur, ou des rangées éteintes sur une phase. Comparer les courants, puis les coffrets des conteneurs. Vérifier aussi les transformateurs de courant.',
    ),
  }),
  rule({
    id: 'transformer_too_hot',
    alertType: 'high_temperature',
    target: 'transformer',
    reading: 'temp_oil_c',
    when: 'above',
    unit: '°C',
    raise: 95,
    clear: 92,
    severity: 'critical',
    holdS: 60,
    explains: ['transformer_hot'],
    name: say('Transformer oil far too hot', 'Huile du transformateur beaucoup trop chaude'),
    says: say(
      'oil too hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'huile trop chaude[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'Take load off at once and check its fans and radiators. It will trip by its own protection next.',
      'Délester immédiatement et vérifier ses ventilateurs et radiateurs. Sa propre protection va déclencher.',
    ),
  }),
  rule({
    id: 'transformer_hot',
    alertType: 'high_temperature',
    target: 'transformer',
    reading: 'temp_oil_c',
    when: 'above',
    unit: '°C',
    raise: 85,
    clear: 82,
    severity: 'warning',
    holdS: 300,
    name: say('Transformer oil hot', 'Huile du transformateur chaude'),
    says: say(
      'oil hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'huile chaude[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'Check fans, radiators and oil level, and its load. In great heat, less load helps at once.',
      "Vérifier ventilateurs, radiateurs et niveau d'huile, et sa charge. Par grande chaleur, moins de charge aide tout de suite.",
    ),
  }),
  rule({
    id: 'meter_silent',
    target: 'transformer',
    reading: 'meter_silent',
    when: 'is',
    severity: 'warning',
    holdS: 300,
    name: say('Meter does not answer', 'Compteur muet'),
    says: say('meter does not answer', 'le compteur ne répond pas'),
    runbook: say(
      'Nothing is known of power and energy meanwhile. Check the auxiliary supply of the meter, its network and its address in the site file.',
      "Puissance et énergie sont inconnues pendant ce temps. Vérifier l'alimentation auxiliaire du compteur, son réseau et son adresse dans le fichier du site.",
    ),
  }),
];
