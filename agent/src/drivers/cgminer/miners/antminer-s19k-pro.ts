import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S19k Pro, 120 TH/s: 2760 W, 23 J/TH. */
export default {
  id: 'antminer-s19k-pro',
  title: 'Antminer S19k Pro',
  level: 'model',
  recognise: { type: antminer('S19k ?Pro') },
  rated: { ths: 120, watts: 2760 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
