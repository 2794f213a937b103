import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S19, 95 TH/s: 3250 W, 34.2 J/TH. Asleep, it looks like one that fails: rates 0, fans turning. */
export default {
  id: 'antminer-s19',
  title: 'Antminer S19',
  level: 'model',
  recognise: { type: antminer('S19') },
  rated: { ths: 95, watts: 3250 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
