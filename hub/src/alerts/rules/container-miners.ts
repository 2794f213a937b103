import { say } from '../../http/language/bilingual.ts';
import type { AlertRule } from '../rule.ts';
import { rule } from './define.ts';
import { MINER_HEAT } from './miner.ts';

/**
 * What the miners of one container do together. `share_...` readings count miners that a rule of single miners is true
 * of right now (`options.of`; its thresholds count, also where it is disabled), without its hold time. Fewer miners than
 * `at_least` raise nothing, however large their share.
 */
export const CONTAINER_MINER_RULES: readonly AlertRule[] = [
  rule({
    id: 'miners_down_most',
    lingersS: 1800,
    alertType: 'miners_down',
    target: 'container',
    reading: 'share_silent_pct',
    when: 'above',
    unit: '%',
    raise: 20,
    clear: 15,
    severity: 'critical',
    // A rack that reboots is back within three minutes.
    holdS: 300,
    options: { at_least: 10 },
    explains: ['miners_down_many', 'miner_offline'],
    name: say('Many miners do not answer', 'Très nombreux mineurs muets'),
    says: say('[{value} {unit} of the ]miners do not answer', '[{value} {unit} des ]mineurs ne répondent pas'),
    runbook: say(
      'So many at once share something: a breaker, a power strip, a network switch. Look on the map of the container which rows are dark, and follow them to what feeds them.',
      "Autant d'un coup partagent quelque chose : un disjoncteur, une barrette, un commutateur réseau. Regarder sur le plan du conteneur quelles rangées sont noires et remonter à ce qui les alimente.",
    ),
  }),
  rule({
    id: 'miners_down_many',
    lingersS: 1800,
    alertType: 'miners_down',
    target: 'container',
    reading: 'share_silent_pct',
    when: 'above',
    unit: '%',
    raise: 5,
    clear: 3,
    severity: 'warning',
    holdS: 300,
    options: { at_least: 10 },
    explains: ['miner_offline'],
    name: say('Several miners do not answer', 'Plusieurs mineurs muets'),
    says: say('[{value} {unit} of the ]miners do not answer', '[{value} {unit} des ]mineurs ne répondent pas'),
    runbook: say(
      'Look on the map of the container whether they stand together: then it is their breaker, power strip or switch. If they are scattered, see to them one by one.',
      "Regarder sur le plan du conteneur s'ils sont côte à côte : c'est alors leur disjoncteur, barrette ou commutateur. S'ils sont dispersés, les voir un par un.",
    ),
  }),
  rule({
    id: 'miners_hot_many',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'container',
    reading: 'share_hot_pct',
    when: 'above',
    unit: '%',
    raise: 5,
    clear: 3,
    severity: 'warning',
    holdS: 300,
    options: { at_least: 10, of: ['miner_chip_hot', 'miner_board_hot'] },
    explains: MINER_HEAT,
    name: say('Several miners too hot', 'Plusieurs mineurs trop chauds'),
    says: say('[{value} {unit} of the ]miners too hot', '[{value} {unit} des ]mineurs trop chauds'),
    runbook: say(
      'Where do they stand? One row: its branch lacks water (valve, air, filter). Scattered: look at flow and supply temperature of the container.',
      "Où sont-ils ? Une rangée : sa branche manque d'eau (vanne, air, filtre). Dispersés : regarder le débit et la température de départ du conteneur.",
    ),
  }),
  rule({
    id: 'miners_slow_many',
    lingersS: 1800,
    alertType: 'hashrate_low',
    target: 'container',
    reading: 'share_slow_pct',
    when: 'above',
    unit: '%',
    raise: 5,
    clear: 3,
    severity: 'warning',
    holdS: 900,
    options: { at_least: 10, of: ['miner_hashrate_low'] },
    explains: ['miner_hashrate_low'],
    name: say('Several miners hash too little', 'Plusieurs mineurs trop lents'),
    says: say('[{value} {unit} of the ]miners hash too little', '[{value} {unit} des ]mineurs hachent trop peu'),
    runbook: say(
      'Are they hot? Then it is the water. Have they just got other firmware or another profile? Otherwise look at supply voltage and at their boards.',
      "Sont-ils chauds ? Alors c'est l'eau. Viennent-ils de changer de micrologiciel ou de profil ? Sinon regarder la tension d'alimentation et leurs cartes.",
    ),
  }),
  rule({
    id: 'miners_elsewhere_many',
    alertType: 'pool_wrong',
    target: 'container',
    reading: 'share_elsewhere_pct',
    when: 'above',
    unit: '%',
    raise: 0,
    severity: 'critical',
    holdS: 300,
    options: { at_least: 3, of: ['miner_pool_wrong'] },
    explains: ['miner_pool_wrong'],
    name: say('Several miners hash for somebody else', 'Plusieurs mineurs hachent pour un autre'),
    says: say(
      '[{value} {unit} of the ]miners work for a pool or worker that is not ours',
      "[{value} {unit} des ]mineurs travaillent pour un pool ou un worker qui n'est pas à nous",
    ),
    runbook: say(
      'Treat it as an intrusion: cut the site off from the internet but for our pools, note pool and worker, and tell whoever is responsible for security before you put anything back.',
      "À traiter comme une intrusion : couper le site d'internet sauf nos pools, noter pool et worker, et prévenir le responsable de la sécurité avant de remettre quoi que ce soit.",
    ),
  }),
  rule({
    id: 'container_hashrate_low',
    lingersS: 1800,
    alertType: 'hashrate_low',
    target: 'container',
    // Of the miners that answer: those that do not are counted by the rules above.
    reading: 'hashrate_pct',
    when: 'below',
    unit: '%',
    raise: 85,
    clear: 88,
    severity: 'warning',
    holdS: 900,
    explains: ['miners_slow_many', 'miner_hashrate_low'],
    name: say('Container hashes too little', 'Taux de hachage du conteneur trop bas'),
    says: say(
      'hashrate low[, {value} {unit} of what is expected]',
      "taux de hachage bas[, {value} {unit} de l'attendu]",
    ),
    runbook: say(
      'See whether a few miners stand still or all are slower. All: temperatures, voltage, a profile that was changed. A few: the list of its miners, slowest first.',
      "Voir si quelques mineurs sont à l'arrêt ou si tous sont plus lents. Tous : températures, tension, profil changé. Quelques-uns : la liste de ses mineurs, les plus lents d'abord.",
    ),
  }),
];
