import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S21 Pro (air), 234 TH/s: 3510 W, 15 J/TH. */
export default {
  id: 'antminer-s21-pro',
  title: 'Antminer S21 Pro',
  level: 'model',
  recognise: { type: antminer('S21 ?Pro') },
  rated: { ths: 234, watts: 3510 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
