import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/** Bitmain Antminer S17, S17 Pro, S17+, S17e: from 50 to 76 TH/s, so no rate of one datasheet. Asleep, its `Mode` is 254. */
export default {
  id: 'antminer-s17',
  title: 'Antminer S17',
  level: 'model',
  recognise: { type: antminer('S17(?: ?Pro|\\+|e)?') },
  rated: null,
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
