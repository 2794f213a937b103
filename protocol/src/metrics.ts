/**
 * The metric catalogue: every quantity that may stand in a frame, with its unit, kind and plausible range.
 *
 * A new metric is one line here; labels, units, range checks and chart axes follow from it. Names are
 * snake_case: quantity, then place, then unit. A value outside `min..max` is not believed: the agent
 * writes null for it and counts it, the hub does the same for whatever still slips through.
 */

/** `gauge`: a level now. `counter`: only grows, until the device resets it. `state`: a small code or a boolean (0/1). */
export type MetricKind = 'gauge' | 'counter' | 'state';

/** Which kind of device gives the metric. `board`: what only single hashboards have (see `boards.ts`). */
export type MetricSubject = 'miner' | 'board' | 'cooling' | 'meter';

export interface Metric {
  readonly unit: string;
  readonly kind: MetricKind;
  readonly min: number;
  readonly max: number;
  readonly of: MetricSubject;
  readonly label: { readonly en: string; readonly fr: string };
}

function metric(
  of: MetricSubject,
  kind: MetricKind,
  unit: string,
  range: [number, number],
  en: string,
  fr: string,
): Metric {
  return { of, kind, unit, min: range[0], max: range[1], label: { en, fr } };
}

const gauge = (of: MetricSubject, unit: string, range: [number, number], en: string, fr: string): Metric =>
  metric(of, 'gauge', unit, range, en, fr);
const counter = (of: MetricSubject, unit: string, en: string, fr: string): Metric =>
  metric(of, 'counter', unit, [0, 1e15], en, fr);
const flag = (of: MetricSubject, en: string, fr: string): Metric => metric(of, 'state', '', [0, 1], en, fr);

const WATER: [number, number] = [-40, 120];

export const METRICS = {
  hashrate_ths: gauge('miner', 'TH/s', [0, 5000], 'Hashrate', 'Taux de hachage'),
  hashrate_avg_ths: gauge('miner', 'TH/s', [0, 5000], 'Average hashrate', 'Taux de hachage moyen'),
  hashrate_expected_ths: gauge('miner', 'TH/s', [0, 5000], 'Expected hashrate', 'Taux de hachage attendu'),
  power_w: gauge('miner', 'W', [0, 30000], 'Power', 'Puissance'),
  power_estimated: flag('miner', 'Power is estimated from the model', 'Puissance estimée du modèle'),
  temp_chip_c: gauge('miner', '°C', [-30, 150], 'Chip temperature', 'Température des puces'),
  temp_board_c: gauge('miner', '°C', [-30, 150], 'Board temperature', 'Température des cartes'),
  temp_inlet_c: gauge('miner', '°C', [-30, 120], 'Inlet water temperature', "Température d'eau, entrée"),
  temp_outlet_c: gauge('miner', '°C', [-30, 120], 'Outlet water temperature', "Température d'eau, sortie"),
  boards_active: gauge('miner', 'boards', [0, 16], 'Active hashboards', 'Cartes de hachage actives'),
  fan_rpm: gauge('miner', 'rpm', [0, 20000], 'Fastest fan', 'Ventilateur le plus rapide'),
  hw_errors: counter('miner', 'errors', 'Hardware errors', 'Erreurs matérielles'),
  uptime_s: counter('miner', 's', 'Uptime of the mining process', 'Durée de fonctionnement'),
  shares_accepted: counter('miner', 'shares', 'Accepted shares', 'Parts acceptées'),
  shares_rejected: counter('miner', 'shares', 'Rejected shares', 'Parts rejetées'),
  shares_stale: counter('miner', 'shares', 'Stale shares', 'Parts périmées'),

  frequency_mhz: gauge('board', 'MHz', [0, 5000], 'Chip frequency', 'Fréquence des puces'),
  chips_active: gauge('board', 'chips', [0, 10000], 'Working chips', 'Puces en marche'),

  temp_supply_c: gauge('cooling', '°C', WATER, 'Supply temperature', 'Température de départ'),
  temp_return_c: gauge('cooling', '°C', WATER, 'Return temperature', 'Température de retour'),
  temp_supply_setpoint_c: gauge('cooling', '°C', WATER, 'Supply setpoint', 'Consigne de départ'),
  temp_tower_inlet_c: gauge('cooling', '°C', WATER, 'Cooling tower inlet', 'Entrée de la tour'),
  temp_primary_supply_c: gauge('cooling', '°C', WATER, 'Primary supply', 'Départ primaire'),
  temp_primary_return_c: gauge('cooling', '°C', WATER, 'Primary return', 'Retour primaire'),
  temp_secondary_supply_1_c: gauge('cooling', '°C', WATER, 'Secondary supply 1', 'Départ secondaire 1'),
  temp_secondary_supply_2_c: gauge('cooling', '°C', WATER, 'Secondary supply 2', 'Départ secondaire 2'),
  temp_secondary_return_1_c: gauge('cooling', '°C', WATER, 'Secondary return 1', 'Retour secondaire 1'),
  temp_secondary_return_2_c: gauge('cooling', '°C', WATER, 'Secondary return 2', 'Retour secondaire 2'),
  temp_outdoor_c: gauge('cooling', '°C', [-60, 80], 'Outdoor temperature', 'Température extérieure'),
  temp_container_c: gauge('cooling', '°C', [-40, 90], 'Air in the container', 'Air du conteneur'),
  humidity_container_pct: gauge('cooling', '%', [0, 100], 'Humidity in the container', 'Humidité du conteneur'),
  pressure_supply_bar: gauge('cooling', 'bar', [-1, 25], 'Supply pressure', 'Pression de départ'),
  pressure_return_bar: gauge('cooling', 'bar', [-1, 25], 'Return pressure', 'Pression de retour'),
  pressure_pump_inlet_bar: gauge('cooling', 'bar', [-1, 25], 'Pump inlet pressure', "Pression à l'entrée de la pompe"),
  pressure_pump_outlet_bar: gauge(
    'cooling',
    'bar',
    [-1, 25],
    'Pump outlet pressure',
    'Pression à la sortie de la pompe',
  ),
  pressure_filter_drop_bar: gauge(
    'cooling',
    'bar',
    [-1, 25],
    'Pressure drop of the filter',
    'Perte de charge du filtre',
  ),
  flow_m3h: gauge('cooling', 'm³/h', [0, 1000], 'Coolant flow', 'Débit du liquide'),
  heat_kw: gauge('cooling', 'kW', [-20000, 20000], 'Heat carried away', 'Chaleur évacuée'),
  level_tank_a_pct: gauge('cooling', '%', [0, 100], 'Level, tank A', 'Niveau, cuve A'),
  level_tank_b_pct: gauge('cooling', '%', [0, 100], 'Level, tank B', 'Niveau, cuve B'),
  level_tank_c_pct: gauge('cooling', '%', [0, 100], 'Level, tank C', 'Niveau, cuve C'),
  level_tank_d_pct: gauge('cooling', '%', [0, 100], 'Level, tank D', 'Niveau, cuve D'),
  frequency_dry_cooler_hz: gauge('cooling', 'Hz', [0, 120], 'Dry cooler, asked', 'Aéroréfrigérant, consigne'),
  frequency_feedback_hz: gauge('cooling', 'Hz', [0, 120], 'Dry cooler, measured', 'Aéroréfrigérant, mesure'),
  voltage_box_l1_v: gauge('cooling', 'V', [0, 1500], 'Distribution box, L1', 'Coffret, L1'),
  voltage_box_l2_v: gauge('cooling', 'V', [0, 1500], 'Distribution box, L2', 'Coffret, L2'),
  voltage_box_l3_v: gauge('cooling', 'V', [0, 1500], 'Distribution box, L3', 'Coffret, L3'),
  current_box_l1_a: gauge('cooling', 'A', [0, 10000], 'Distribution box, L1', 'Coffret, L1'),
  current_box_l2_a: gauge('cooling', 'A', [0, 10000], 'Distribution box, L2', 'Coffret, L2'),
  current_box_l3_a: gauge('cooling', 'A', [0, 10000], 'Distribution box, L3', 'Coffret, L3'),
  power_box1_kw: gauge('cooling', 'kW', [0, 5000], 'Distribution box 1', 'Coffret 1'),
  power_box2_kw: gauge('cooling', 'kW', [0, 5000], 'Distribution box 2', 'Coffret 2'),
  energy_box1_kwh: counter('cooling', 'kWh', 'Energy, distribution box 1', 'Énergie, coffret 1'),
  energy_box2_kwh: counter('cooling', 'kWh', 'Energy, distribution box 2', 'Énergie, coffret 2'),
  pump_circulating: flag('cooling', 'Circulating pump running', 'Pompe de circulation en marche'),
  pump_primary: flag('cooling', 'Primary pump running', 'Pompe primaire en marche'),
  pump_secondary_1: flag('cooling', 'Secondary pump 1 running', 'Pompe secondaire 1 en marche'),
  pump_secondary_2: flag('cooling', 'Secondary pump 2 running', 'Pompe secondaire 2 en marche'),
  pump_infusion: flag('cooling', 'Infusion pump running', "Pompe d'appoint en marche"),
  pump_spray: flag('cooling', 'Spray pump running', "Pompe d'aspersion en marche"),
  fan_1: flag('cooling', 'Fan 1 running', 'Ventilateur 1 en marche'),
  fan_2: flag('cooling', 'Fan 2 running', 'Ventilateur 2 en marche'),
  tower_fan_1: flag('cooling', 'Tower fan 1 running', 'Ventilateur de tour 1 en marche'),
  tower_fan_2: flag('cooling', 'Tower fan 2 running', 'Ventilateur de tour 2 en marche'),
  tower_fan_3: flag('cooling', 'Tower fan 3 running', 'Ventilateur de tour 3 en marche'),
  dry_cooler_running: flag('cooling', 'Dry cooler running', 'Aéroréfrigérant en marche'),
  valve_1_open: flag('cooling', 'Valve 1 open', 'Vanne 1 ouverte'),
  valve_2_open: flag('cooling', 'Valve 2 open', 'Vanne 2 ouverte'),
  mode_running: flag('cooling', 'Switched on', 'En service'),
  mode_pid: flag('cooling', 'Temperature controlled', 'Régulation de température'),
  disconnected: flag('cooling', 'Controller disconnected', 'Automate déconnecté'),
  fault_power: flag('cooling', 'Power fault', "Défaut d'alimentation"),
  fault_power_relay: flag('cooling', 'Power relay fault', "Défaut du relais d'alimentation"),
  fault_power_distribution: flag('cooling', 'Power distribution fault', 'Défaut de distribution électrique'),
  fault_phase: flag('cooling', 'Phase failure', 'Défaut de phase'),
  fault_level_low: flag('cooling', 'Liquid level low', 'Niveau de liquide bas'),
  fault_level_high: flag('cooling', 'Liquid level high', 'Niveau de liquide haut'),
  fault_pump_circulating: flag('cooling', 'Circulating pump fault', 'Défaut de la pompe de circulation'),
  fault_pump_secondary_1: flag('cooling', 'Secondary pump 1 fault', 'Défaut de la pompe secondaire 1'),
  fault_pump_secondary_2: flag('cooling', 'Secondary pump 2 fault', 'Défaut de la pompe secondaire 2'),
  fault_pump_infusion: flag('cooling', 'Infusion pump fault', "Défaut de la pompe d'appoint"),
  fault_pump_spray: flag('cooling', 'Spray pump fault', "Défaut de la pompe d'aspersion"),
  fault_fan: flag('cooling', 'Fan fault', 'Défaut de ventilateur'),
  fault_tower_fan_1: flag('cooling', 'Tower fan 1 fault', 'Défaut du ventilateur de tour 1'),
  fault_tower_fan_2: flag('cooling', 'Tower fan 2 fault', 'Défaut du ventilateur de tour 2'),
  fault_tower_fan_3: flag('cooling', 'Tower fan 3 fault', 'Défaut du ventilateur de tour 3'),
  fault_dry_cooler: flag('cooling', 'Dry cooler fault', "Défaut de l'aéroréfrigérant"),
  fault_leak: flag('cooling', 'Leak', 'Fuite'),
  fault_smoke: flag('cooling', 'Smoke', 'Fumée'),
  fault_unit: flag('cooling', 'Cooling unit fault', "Défaut de l'unité de refroidissement"),
  fault_level_sensor: flag('cooling', 'Level sensor fault', 'Défaut de sonde de niveau'),
  fault_tower_level_low: flag('cooling', 'Tower level low', 'Niveau de la tour bas'),
  fault_temp_supply: flag('cooling', 'Supply sensor fault', 'Défaut de sonde de départ'),
  fault_temp_return: flag('cooling', 'Return sensor fault', 'Défaut de sonde de retour'),
  alarm_temp_supply_high: flag('cooling', 'Supply warm', 'Départ chaud'),
  alarm_temp_supply_too_high: flag('cooling', 'Supply too hot', 'Départ trop chaud'),
  alarm_temp_return_high: flag('cooling', 'Return warm', 'Retour chaud'),
  alarm_temp_return_too_high: flag('cooling', 'Return too hot', 'Retour trop chaud'),
  alarm_temp_distribution_high: flag('cooling', 'Distribution hot', 'Distribution chaude'),
  alarm_pressure_supply_high: flag('cooling', 'Supply pressure high', 'Pression de départ haute'),
  alarm_pressure_return_low: flag('cooling', 'Return pressure low', 'Pression de retour basse'),
  alarm_flow_low: flag('cooling', 'Flow low', 'Débit bas'),
  alarm_freezing: flag('cooling', 'Freezing', 'Gel'),

  active_power_kw: gauge('meter', 'kW', [-50000, 50000], 'Active power', 'Puissance active'),
  active_power_l1_kw: gauge('meter', 'kW', [-50000, 50000], 'Active power L1', 'Puissance active L1'),
  active_power_l2_kw: gauge('meter', 'kW', [-50000, 50000], 'Active power L2', 'Puissance active L2'),
  active_power_l3_kw: gauge('meter', 'kW', [-50000, 50000], 'Active power L3', 'Puissance active L3'),
  demand_power_kw: gauge('meter', 'kW', [-50000, 50000], 'Demand', 'Puissance appelée'),
  demand_power_max_kw: gauge('meter', 'kW', [-50000, 50000], 'Highest demand', 'Puissance appelée maximale'),
  reactive_power_kvar: gauge('meter', 'kvar', [-50000, 50000], 'Reactive power', 'Puissance réactive'),
  apparent_power_kva: gauge('meter', 'kVA', [0, 50000], 'Apparent power', 'Puissance apparente'),
  power_factor: gauge('meter', '', [-1, 1], 'Power factor', 'Facteur de puissance'),
  frequency_hz: gauge('meter', 'Hz', [40, 70], 'Frequency', 'Fréquence'),
  current_l1_a: gauge('meter', 'A', [0, 20000], 'Current L1', 'Courant L1'),
  current_l2_a: gauge('meter', 'A', [0, 20000], 'Current L2', 'Courant L2'),
  current_l3_a: gauge('meter', 'A', [0, 20000], 'Current L3', 'Courant L3'),
  voltage_l1_v: gauge('meter', 'V', [0, 40000], 'Voltage L1-N', 'Tension L1-N'),
  voltage_l2_v: gauge('meter', 'V', [0, 40000], 'Voltage L2-N', 'Tension L2-N'),
  voltage_l3_v: gauge('meter', 'V', [0, 40000], 'Voltage L3-N', 'Tension L3-N'),
  voltage_l12_v: gauge('meter', 'V', [0, 150000], 'Voltage L1-L2', 'Tension L1-L2'),
  voltage_l23_v: gauge('meter', 'V', [0, 150000], 'Voltage L2-L3', 'Tension L2-L3'),
  voltage_l31_v: gauge('meter', 'V', [0, 150000], 'Voltage L3-L1', 'Tension L3-L1'),
  energy_import_kwh: counter('meter', 'kWh', 'Energy imported', 'Énergie importée'),
  energy_export_kwh: counter('meter', 'kWh', 'Energy exported', 'Énergie exportée'),
  thd_current_pct: gauge('meter', '%', [0, 400], 'Current distortion', 'Distorsion du courant'),
  thd_voltage_pct: gauge('meter', '%', [0, 400], 'Voltage distortion', 'Distorsion de la tension'),
  // Of the transformer, by its monitor: they travel with its meter's values.
  temp_oil_c: gauge('meter', '°C', [-50, 200], 'Oil temperature', "Température d'huile"),
  temp_winding_c: gauge('meter', '°C', [-50, 300], 'Winding temperature', 'Température des enroulements'),
  temp_ambient_c: gauge('meter', '°C', [-60, 80], 'Ambient temperature', 'Température ambiante'),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** The catalogue entry, or undefined for a name the catalogue does not hold (a newer agent's, say). */
export function metricOf(name: string): Metric | undefined {
  return Object.hasOwn(METRICS, name) ? METRICS[name as MetricName] : undefined;
}

/**
 * Whether a metric says next to nothing new each minute: counters, and the device's average over half an hour. These
 * travel with every fifth poll.
 */
export function isSlow(name: MetricName): boolean {
  return METRICS[name].kind === 'counter' || name === 'hashrate_avg_ths';
}

/** Whether a value can be true for this metric: finite and inside its plausible range. */
export function isPlausible(metricEntry: Metric, value: number): boolean {
  return Number.isFinite(value) && value >= metricEntry.min && value <= metricEntry.max;
}
