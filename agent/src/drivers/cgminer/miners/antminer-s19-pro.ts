import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S19 Pro, 110 TH/s: 3250 W, 29.5 J/TH. */
export default {
  id: 'antminer-s19-pro',
  title: 'Antminer S19 Pro',
  level: 'model',
  recognise: { type: antminer('S19 ?Pro') },
  rated: { ths: 110, watts: 3250 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
