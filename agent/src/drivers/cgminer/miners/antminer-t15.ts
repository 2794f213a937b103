import { AIR_COOLED, antminer, type MinerDefinition } from '../definition.ts';

/**
 * Bitmain Antminer T15, 23 TH/s: 1541 W, 67 J/TH. Chips in `temp_chip`; its `temp2_N` is one of them, not the hottest.
 */
export default {
  id: 'antminer-t15',
  title: 'Antminer T15',
  level: 'model',
  recognise: { type: antminer('T15') },
  rated: { ths: 23, watts: 1541 },
  boards: 3,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
