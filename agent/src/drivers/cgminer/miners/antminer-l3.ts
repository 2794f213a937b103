import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Antminer L3, L3+, L3++: scrypt machines of some 500 MH/s whose keys say GHS while the values are MH/s. */
export default {
  id: 'antminer-l3',
  title: 'Antminer L3',
  level: 'model',
  recognise: { type: /^Antminer L3/i },
  rated: null,
  boards: 4,
  fans: true,
  sensors: AIR_COOLED,
  rateCorrection: 1e-3,
} satisfies MinerDefinition;
