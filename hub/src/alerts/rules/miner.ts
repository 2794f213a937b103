import { say } from '../../http/language/bilingual.ts';
import type { AlertRule } from '../rule.ts';
import { rule } from './define.ts';

/**
 * Rules of single miners. They are `info`: listed, not sent; what many miners do together is an alert of their container.
 *
 * Thresholds: inlet water 20 to 50 degC (devices.md 1.6); outlet 10 K above it, the difference at full load (4.1);
 * chips and boards are no published limits of the S21 XP Hyd. but well above its 60 degC at full load, and below
 * where its firmware stops by itself.
 */
export const MINER_RULES: readonly AlertRule[] = [
  rule({
    id: 'miner_offline',
    lingersS: 1800,
    target: 'miner',
    reading: 'offline',
    when: 'is',
    severity: 'info',
    holdS: 300,
    name: say('Miner does not answer', 'Mineur muet'),
    says: say('does not answer', 'ne répond pas'),
    runbook: say(
      'Look at the miner: is there a light on its control board? Then check power cable, network cable and switch port. If it is dead, swap it; the slot keeps its id.',
      "Regarder le mineur : la carte de contrôle est-elle allumée ? Vérifier ensuite le câble d'alimentation, le câble réseau et le port du commutateur. S'il est mort, le remplacer ; l'emplacement garde son identifiant.",
    ),
  }),
  rule({
    id: 'miner_hashrate_low',
    lingersS: 1800,
    target: 'miner',
    reading: 'hashrate_pct',
    when: 'below',
    unit: '%',
    raise: 80,
    clear: 85,
    severity: 'info',
    holdS: 900,
    name: say('Miner hashes too little', 'Taux de hachage du mineur trop bas'),
    says: say(
      'hashrate low[, {value} {unit} of what is expected]',
      "taux de hachage bas[, {value} {unit} de l'attendu]",
    ),
    runbook: say(
      'Look at its boards and temperatures first. One board less explains a third; hot water makes it slow down. Otherwise restart it; if it stays low, swap it.',
      "Regarder d'abord ses cartes et ses températures. Une carte en moins explique un tiers ; une eau chaude le ralentit. Sinon le redémarrer ; s'il reste bas, le remplacer.",
    ),
  }),
  rule({
    id: 'miner_board_missing',
    lingersS: 1800,
    target: 'miner',
    reading: 'boards_missing',
    when: 'above',
    raise: 0,
    severity: 'info',
    holdS: 900,
    explains: ['miner_hashrate_low'],
    name: say('Hashboard missing', 'Carte de hachage manquante'),
    says: say('hashboards missing[: {value}]', 'cartes de hachage manquantes[ : {value}]'),
    runbook: say(
      'Power the miner off and on once. If the board stays away, reseat its ribbon cable and power bars with the miner off, or send the miner to repair.',
      "Éteindre puis rallumer le mineur une fois. Si la carte ne revient pas, remettre en place sa nappe et ses barres d'alimentation, mineur éteint, ou envoyer le mineur en réparation.",
    ),
  }),
  rule({
    id: 'miner_chip_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'miner',
    reading: 'temp_chip_c',
    when: 'above',
    unit: '°C',
    raise: 85,
    clear: 82,
    severity: 'info',
    holdS: 120,
    explains: ['miner_board_hot', 'miner_hashrate_low'],
    name: say('Chips too hot', 'Puces trop chaudes'),
    says: say(
      'chips too hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'puces trop chaudes[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'Compare with its neighbours: if they are hot too, look at the cooling loop. If it is alone, its water does not flow: check its quick couplings and hoses for a kink or air, then its filter.',
      "Comparer avec ses voisins : s'ils sont chauds aussi, regarder la boucle de refroidissement. S'il est seul, son eau ne circule pas : vérifier ses raccords rapides et ses tuyaux (pli, air), puis son filtre.",
    ),
  }),
  rule({
    id: 'miner_board_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'miner',
    reading: 'temp_board_c',
    when: 'above',
    unit: '°C',
    raise: 85,
    clear: 82,
    severity: 'info',
    holdS: 120,
    name: say('Boards too hot', 'Cartes trop chaudes'),
    says: say(
      'boards too hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'cartes trop chaudes[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'As for hot chips: neighbours first, then couplings, hoses and filter of this miner.',
      'Comme pour des puces chaudes : les voisins, puis les raccords, les tuyaux et le filtre de ce mineur.',
    ),
  }),
  rule({
    id: 'miner_inlet_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'miner',
    reading: 'temp_inlet_c',
    when: 'above',
    unit: '°C',
    raise: 50,
    clear: 48,
    severity: 'info',
    holdS: 120,
    explains: ['miner_outlet_hot', 'miner_chip_hot', 'miner_board_hot', 'miner_hashrate_low'],
    name: say('Water comes in too hot', "Eau d'entrée trop chaude"),
    says: say(
      'inlet water too hot[: {value} {unit}][ (limit {threshold} {unit})]',
      "eau d'entrée trop chaude[ : {value} {unit}][ (limite {threshold} {unit})]",
    ),
    runbook: say(
      'The miner takes water of up to 50 °C. Look at the supply temperature of its container; if that is right, the sensor is wrong or water mixes before it.',
      "Le mineur accepte de l'eau jusqu'à 50 °C. Regarder la température de départ du conteneur ; si elle est bonne, la sonde est fausse ou de l'eau se mélange en amont.",
    ),
  }),
  rule({
    id: 'miner_outlet_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'miner',
    reading: 'temp_outlet_c',
    when: 'above',
    unit: '°C',
    raise: 60,
    clear: 58,
    severity: 'info',
    holdS: 120,
    name: say('Water leaves too hot', 'Eau de sortie trop chaude'),
    says: say(
      'outlet water too hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'eau de sortie trop chaude[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'At 8 L/min the water warms by about 10 K. More means too little flow through this miner: check couplings, hoses and filter.',
      "À 8 L/min l'eau se réchauffe d'environ 10 K. Davantage veut dire trop peu de débit dans ce mineur : vérifier raccords, tuyaux et filtre.",
    ),
  }),
  rule({
    id: 'miner_reject_rate',
    lingersS: 1800,
    target: 'miner',
    reading: 'reject_pct',
    when: 'above',
    unit: '%',
    raise: 2,
    clear: 1,
    severity: 'info',
    holdS: 900,
    // Fewer shares than this between two tellings of the counters say nothing of a rate of 2 %.
    options: { at_least: 50 },
    name: say('Pool rejects shares', 'Parts rejetées par le pool'),
    says: say('shares rejected[: {value} {unit}]', 'parts rejetées[ : {value} {unit}]'),
    runbook: say(
      'Of many miners at once: the pool or the line to it. Of one alone: restart it, then look at its hardware errors.',
      'Sur beaucoup de mineurs à la fois : le pool ou la liaison. Sur un seul : le redémarrer, puis regarder ses erreurs matérielles.',
    ),
  }),
  rule({
    id: 'miner_pool_wrong',
    alertType: 'pool_wrong',
    target: 'miner',
    reading: 'pool_wrong',
    when: 'is',
    severity: 'critical',
    holdS: 300,
    // Pools and workers that are ours; while none is named, nothing is judged.
    options: { allowed: [] },
    name: say('Hashes for somebody else', 'Hache pour un autre'),
    says: say(
      'works for a pool or worker that is not ours',
      "travaille pour un pool ou un worker qui n'est pas à nous",
    ),
    runbook: say(
      'Treat it as an intrusion: note pool and worker, put the right ones back, change the password of the miner, and find out who could reach it. Tell whoever is responsible for security.',
      "À traiter comme une intrusion : noter pool et worker, remettre les bons, changer le mot de passe du mineur, chercher qui pouvait l'atteindre. Prévenir le responsable de la sécurité.",
    ),
  }),
];

/** What a failing loop or a dark container does to its miners; where they send their work is another matter. */
export const MINER_EFFECTS: readonly string[] = MINER_RULES.map(({ id }) => id).filter(
  (id) => id !== 'miner_pool_wrong',
);
/** What too little or too warm water does to them. */
export const MINER_HEAT: readonly string[] = [
  'miner_chip_hot',
  'miner_board_hot',
  'miner_inlet_hot',
  'miner_outlet_hot',
  'miner_hashrate_low',
];
