import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S19j Pro, 104 TH/s: 3068 W, 29.5 J/TH. */
export default {
  id: 'antminer-s19j-pro',
  title: 'Antminer S19j Pro',
  level: 'model',
  recognise: { type: antminer('S19j ?Pro') },
  rated: { ths: 104, watts: 3068 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
