import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/**
 * Bitmain Antminer S9, 13.5 TH/s: 1323 W, 98 J/TH. Its control board counts 16 chains and has the three boards on the
 * sixth to the eighth; one hottest sensor each of board (`tempN`) and chip (`temp2_N`).
 */
export default {
  id: 'antminer-s9',
  title: 'Antminer S9',
  level: 'model',
  recognise: { type: antminer('S9') },
  rated: { ths: 13.5, watts: 1323 },
  boards: 3,
  firstChain: 5,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
