import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Antminer Z9, Z11, Z15: Equihash machines. What stands under GHS are solutions (kSol/s): no hash rate at all. */
export default {
  id: 'antminer-z',
  title: 'Antminer Z',
  level: 'model',
  recognise: { type: /^Antminer Z\d/i },
  rated: null,
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
  rateCorrection: null,
} satisfies MinerDefinition;
