import { say } from '../../http/language/bilingual.ts';
import type { AlertRule } from '../rule.ts';
import { CONTAINER_MINER_RULES } from './container-miners.ts';
import { rule } from './define.ts';
import { MINER_EFFECTS, MINER_HEAT } from './miner.ts';

/**
 * Rules of a container and its cooling loop.
 *
 * Thresholds: devices.md 4.1, limits used in public software: supply below 21 critical, 30-37 normal, above 40 critical;
 * supply pressure below 2 and above 4 bar critical, 2.3-3.5 normal; return pressure above 0.05 MPa. HD5: 8 L/min per
 * miner, 10 K from supply to return at full load.
 */

/** What miners of one container do together when they lack water. */
const SHARES_HEAT = ['miners_hot_many', 'miners_slow_many', 'container_hashrate_low'];
const SHARES = ['miners_down_many', 'miners_down_most', ...SHARES_HEAT];
/** What a loop without flow shows on all its sensors. */
const LOOP = [
  'flow_low',
  'pressure_out_of_band',
  'return_pressure_low',
  'supply_hot',
  'supply_too_hot',
  'supply_cold',
  'return_hot',
  'delta_t_abnormal',
  'thermal_balance_implausible',
];

const LOOP_RULES: readonly AlertRule[] = [
  rule({
    id: 'container_offline',
    lingersS: 300,
    stops: true,
    target: 'container',
    reading: 'offline',
    when: 'is',
    severity: 'critical',
    holdS: 60,
    // The clock says the same of one whose frames stay away for so long.
    options: { frames_missing_s: 900 },
    explains: [
      ...['pump_stopped', 'leak', 'level_low', 'cooling_fault', 'cooling_silent'],
      ...[...LOOP, ...SHARES, ...MINER_EFFECTS],
    ],
    name: say('Container offline', 'Conteneur hors ligne'),
    says: say('offline: nothing in it answers', "hors ligne : rien n'y répond"),
    runbook: say(
      'Is there power? Look at the transformer and the main switches of the container. If it runs, its network is cut: check the switch in the container and the link to the server room.',
      "Y a-t-il du courant ? Regarder le transformateur et les interrupteurs principaux du conteneur. S'il tourne, son réseau est coupé : vérifier le commutateur du conteneur et la liaison vers le local serveur.",
    ),
  }),
  rule({
    id: 'pump_stopped',
    lingersS: 120,
    stops: true,
    target: 'container',
    reading: 'pump_stopped',
    when: 'is',
    severity: 'critical',
    holdS: 30,
    explains: [...LOOP, ...SHARES, ...MINER_EFFECTS],
    name: say('Pump stopped', 'Pompe arrêtée'),
    says: say('pump stopped', 'pompe arrêtée'),
    runbook: say(
      'The miners trip within two minutes. Check the circulating pump at the controller: fault, breaker, frequency converter. Switch to the standby pump if there is one. Do not restart miners before water flows.',
      "Les mineurs se coupent en moins de deux minutes. Vérifier la pompe de circulation au contrôleur : défaut, disjoncteur, variateur. Passer sur la pompe de secours s'il y en a une. Ne pas relancer les mineurs avant que l'eau circule.",
    ),
  }),
  rule({
    id: 'leak',
    target: 'container',
    reading: 'fault_leak',
    when: 'is',
    severity: 'critical',
    holdS: 0,
    keepS: 600,
    explains: [
      ...['level_low', 'pressure_out_of_band', 'return_pressure_low', 'flow_low'],
      ...['delta_t_abnormal', 'return_hot'],
    ],
    name: say('Leak', 'Fuite'),
    says: say('leak', 'fuite'),
    runbook: say(
      'Water and current: switch the side that is wet off before you touch anything. Find the leak, from the manifold to the quick couplings; close its valves. Refill and bleed the loop before it starts again.',
      'Eau et courant : couper le côté mouillé avant de toucher à quoi que ce soit. Chercher la fuite, du collecteur aux raccords rapides ; fermer ses vannes. Remplir et purger la boucle avant de la relancer.',
    ),
  }),
  rule({
    id: 'supply_too_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'container',
    reading: 'temp_supply_c',
    when: 'above',
    unit: '°C',
    raise: 40,
    clear: 39,
    severity: 'critical',
    holdS: 120,
    explains: ['supply_hot', 'return_hot', ...SHARES, ...MINER_HEAT, 'miner_offline'],
    name: say('Supply water far too hot', 'Eau de départ beaucoup trop chaude'),
    says: say(
      'supply water too hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'eau de départ trop chaude[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'The cooler does not get rid of the heat. Check tower or dry cooler fans, spray pump, tower level and the valves between. If it goes on rising, lower the load before the miners trip.',
      "Le refroidisseur n'évacue pas la chaleur. Vérifier les ventilateurs de la tour ou de l'aéroréfrigérant, la pompe d'aspersion, le niveau de la tour et les vannes. Si elle monte encore, réduire la charge avant que les mineurs ne se coupent.",
    ),
  }),
  rule({
    id: 'supply_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'container',
    reading: 'temp_supply_c',
    when: 'above',
    unit: '°C',
    raise: 38,
    clear: 37,
    severity: 'warning',
    holdS: 300,
    explains: ['return_hot', ...MINER_HEAT],
    name: say('Supply water hot', 'Eau de départ chaude'),
    says: say(
      'supply water hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'eau de départ chaude[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'Compare with its neighbours. If all are hot it is the weather: check that all fans and spray pumps run. If it is alone, look at its own cooler and setpoint.',
      "Comparer avec ses voisins. S'ils sont tous chauds, c'est la météo : vérifier que tous les ventilateurs et pompes d'aspersion tournent. S'il est seul, regarder son refroidisseur et sa consigne.",
    ),
  }),
  rule({
    id: 'supply_cold',
    lingersS: 1800,
    alertType: 'low_temperature',
    target: 'container',
    reading: 'temp_supply_c',
    when: 'below',
    unit: '°C',
    raise: 21,
    clear: 22,
    severity: 'warning',
    holdS: 300,
    name: say('Supply water cold', 'Eau de départ froide'),
    says: say(
      'supply water cold[: {value} {unit}][ (limit {threshold} {unit})]',
      'eau de départ froide[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'Miners refuse to start on cold water, and pipes sweat. Check the setpoint and that the bypass valve and fans obey it. Near freezing, keep the pump running.',
      'Les mineurs refusent de démarrer avec une eau froide, et les tuyaux condensent. Vérifier la consigne et que la vanne de dérivation et les ventilateurs la suivent. Près du gel, laisser tourner la pompe.',
    ),
  }),
  rule({
    id: 'return_hot',
    lingersS: 1800,
    alertType: 'high_temperature',
    target: 'container',
    reading: 'temp_return_c',
    when: 'above',
    unit: '°C',
    raise: 50,
    clear: 48,
    severity: 'warning',
    holdS: 300,
    explains: ['miner_outlet_hot'],
    name: say('Return water hot', 'Eau de retour chaude'),
    says: say(
      'return water hot[: {value} {unit}][ (limit {threshold} {unit})]',
      'eau de retour chaude[ : {value} {unit}][ (limite {threshold} {unit})]',
    ),
    runbook: say(
      'Normal is supply plus 10 K. With a normal supply there is too little flow: pump speed, filter, half closed valves.',
      'Normal : départ plus 10 K. Avec un départ normal, le débit manque : vitesse de pompe, filtre, vannes à demi fermées.',
    ),
  }),
  rule({
    id: 'delta_t_abnormal',
    lingersS: 1800,
    target: 'container',
    reading: 'delta_t_k',
    when: 'above',
    unit: 'K',
    raise: 14,
    clear: 12,
    severity: 'warning',
    holdS: 300,
    name: say('Water warms too much', "L'eau se réchauffe trop"),
    says: say(
      'water warms by too much[: {value} {unit}][ (limit {threshold} {unit})]',
      "l'eau se réchauffe trop[ : {value} {unit}][ (limite {threshold} {unit})]",
    ),
    runbook: say(
      'About 10 K at full load is right. More means less water per kilowatt: look at flow, filter and air in the loop. If the flow is right, one of the two sensors is wrong.',
      "Environ 10 K à pleine charge est correct. Davantage : moins d'eau par kilowatt. Regarder le débit, le filtre et l'air dans la boucle. Si le débit est bon, une des deux sondes est fausse.",
    ),
  }),
  rule({
    id: 'flow_low',
    lingersS: 120,
    target: 'container',
    reading: 'flow_per_miner_lpm',
    when: 'below',
    unit: 'L/min',
    // 8 L/min is what each slot gets; below four fifths controllers call it low.
    raise: 6.4,
    clear: 6.8,
    severity: 'critical',
    holdS: 60,
    explains: ['delta_t_abnormal', 'return_hot', 'return_pressure_low', ...SHARES_HEAT, ...MINER_HEAT],
    name: say('Flow low', 'Débit bas'),
    says: say(
      'flow low[: {value} {unit} per miner][ (at least {threshold})]',
      'débit bas[ : {value} {unit} par mineur][ (au moins {threshold})]',
    ),
    runbook: say(
      'Check pump frequency, the strainer (pressure difference) and that no valve is half closed. Falling slowly over days it is the filter; at once it is the pump or air.',
      "Vérifier la fréquence de la pompe, le filtre (différence de pression) et qu'aucune vanne n'est à demi fermée. Une baisse sur des jours : le filtre ; d'un coup : la pompe ou de l'air.",
    ),
  }),
  rule({
    id: 'pressure_out_of_band',
    lingersS: 120,
    target: 'container',
    // How far the supply pressure is outside of the band; negative inside.
    reading: 'pressure_outside_bar',
    when: 'above',
    unit: 'bar',
    raise: 0,
    clear: -0.3,
    severity: 'critical',
    holdS: 60,
    options: { low_bar: 2, high_bar: 4 },
    name: say('Supply pressure out of band', 'Pression de départ hors plage'),
    says: say(
      'supply pressure[ {value} {unit}] outside of {low_bar} to {high_bar} bar',
      'pression de départ[ {value} {unit}] hors de la plage de {low_bar} à {high_bar} bar',
    ),
    runbook: say(
      'Too low: water is lost or the expansion vessel is empty; look for a leak, then refill. Too high: a closed valve, a blocked filter or a pump that runs too fast.',
      "Trop basse : perte d'eau ou vase d'expansion vide ; chercher une fuite, puis remplir. Trop haute : vanne fermée, filtre bouché ou pompe trop rapide.",
    ),
  }),
  rule({
    id: 'return_pressure_low',
    lingersS: 120,
    target: 'container',
    reading: 'pressure_return_bar',
    when: 'below',
    unit: 'bar',
    raise: 0.5,
    clear: 0.6,
    severity: 'critical',
    holdS: 60,
    name: say('Return pressure low', 'Pression de retour basse'),
    says: say(
      'return pressure low[: {value} {unit}][ (at least {threshold})]',
      'pression de retour basse[ : {value} {unit}][ (au moins {threshold})]',
    ),
    runbook: say(
      'The pump may draw air. Look at the liquid level and for a leak, refill, then bleed the loop.',
      "La pompe peut aspirer de l'air. Regarder le niveau de liquide, chercher une fuite, remplir, puis purger la boucle.",
    ),
  }),
  rule({
    id: 'level_low',
    lingersS: 120,
    target: 'container',
    reading: 'fault_level_low',
    when: 'is',
    severity: 'warning',
    holdS: 60,
    name: say('Liquid level low', 'Niveau de liquide bas'),
    says: say('liquid level low', 'niveau de liquide bas'),
    runbook: say(
      'Refill with treated water, then see whether it stays: a level that falls again is a leak.',
      "Remplir avec de l'eau traitée, puis vérifier s'il tient : un niveau qui redescend est une fuite.",
    ),
  }),
  rule({
    id: 'cooling_fault',
    lingersS: 300,
    target: 'container',
    // How many flags are raised that no other rule is about.
    reading: 'cooling_faults',
    when: 'above',
    raise: 0,
    severity: 'warning',
    holdS: 60,
    name: say('Cooling controller reports a fault', 'Le contrôleur de refroidissement signale un défaut'),
    says: say('faults at the cooling controller[: {value}]', 'défauts au contrôleur de refroidissement[ : {value}]'),
    runbook: say(
      'The page of the container shows which flag is raised. Read it at the controller too, mend the part, and acknowledge the fault there.',
      "La page du conteneur montre quel défaut est levé. Le lire aussi au contrôleur, réparer l'organe et y acquitter le défaut.",
    ),
  }),
  rule({
    id: 'cooling_silent',
    lingersS: 300,
    target: 'container',
    reading: 'cooling_silent',
    when: 'is',
    severity: 'warning',
    holdS: 300,
    name: say('Cooling controller does not answer', 'Contrôleur de refroidissement muet'),
    says: say('cooling controller does not answer', 'le contrôleur de refroidissement ne répond pas'),
    runbook: say(
      'The loop may run well, but nobody sees it. Look at it on site, then check power and network of the controller and its address in the site file.',
      'La boucle tourne peut-être bien, mais personne ne la voit. Aller la regarder, puis vérifier alimentation et réseau du contrôleur et son adresse dans le fichier du site.',
    ),
  }),
  rule({
    id: 'thermal_balance_implausible',
    lingersS: 1800,
    target: 'container',
    reading: 'heat_balance_pct',
    when: 'above',
    unit: '%',
    raise: 30,
    clear: 20,
    severity: 'warning',
    holdS: 1800,
    // Of less power neither flow nor temperatures are exact enough to judge by.
    options: { at_least_kw: 200 },
    name: say('Heat and power do not agree', 'Chaleur et puissance ne concordent pas'),
    says: say(
      'heat in the water and electric power differ[ by {value} {unit}]',
      "la chaleur de l'eau et la puissance électrique diffèrent[ de {value} {unit}]",
    ),
    runbook: say(
      'What goes in as current comes out as heat. One of flow, supply, return or power is measured wrong: compare each with its neighbours and with a hand-held meter.',
      'Ce qui entre en courant sort en chaleur. Un de débit, départ, retour ou puissance est mal mesuré : comparer chacun avec les voisins et avec un appareil portatif.',
    ),
  }),
];

export const CONTAINER_RULES: readonly AlertRule[] = [...LOOP_RULES, ...CONTAINER_MINER_RULES];
