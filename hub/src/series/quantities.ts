/** What every row of `metrics` holds (migrations 0002 and 0003): the roll-ups fill these columns, the series read them. */

/**
 * Levels, each in four columns: `<name>_sum`, `_min`, `_max`, `_count`. `sum / count` is the average of the scope as a
 * whole over the bucket (a project's hashrate, not that of one of its containers); of temperatures it is weighted by the
 * miners that reported, where single miners have one.
 */
export const LEVELS = [
  'hashrate_ths',
  'power_kw',
  'miners_active',
  'miners_answering',
  'temp_chip_c',
  'temp_board_c',
  'temp_supply_c',
  'temp_return_c',
  'flow_m3h',
  'pressure_supply_bar',
  'pressure_return_bar',
  /** Apparent power by what the transformer is rated for; of transformers alone. */
  'load_pct',
] as const;
export type Level = (typeof LEVELS)[number];

/** Amounts, which add up over time and over members: one column each. Units stand in the names; `thh` is TH/s times hours. */
export const AMOUNTS = [
  'energy_kwh',
  'energy_integrated_kwh',
  'hashes_eh',
  'covered_s',
  'miner_known_s',
  'miner_answering_s',
  'miner_active_s',
  'expected_thh',
  'lost_offline_thh',
  'lost_hot_thh',
  'lost_transformer_thh',
  'lost_unknown_thh',
] as const;
export type Amount = (typeof AMOUNTS)[number];
