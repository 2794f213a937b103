import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S21 (air), 200 TH/s: 3500 W, 17.5 J/TH. */
export default {
  id: 'antminer-s21',
  title: 'Antminer S21',
  level: 'model',
  recognise: { type: antminer('S21') },
  rated: { ths: 200, watts: 3500 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
