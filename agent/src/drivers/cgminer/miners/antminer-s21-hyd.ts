import { antminer, at, type MinerDefinition } from '../definition.ts';

/**
 * Bitmain Antminer S21 Hyd., 335 TH/s: 5360 W, 16 J/TH, water-cooled. The water stands where others have their chips:
 * inlet in the first place of `temp_chip`, outlet in the second (one public source; no recording of the machine was at
 * hand). Which sensor is a chip's is not known.
 */
export default {
  id: 'antminer-s21-hyd',
  title: 'Antminer S21 Hyd.',
  level: 'model',
  recognise: { type: antminer('S21 ?Hyd(?:ro|\\.)?') },
  rated: { ths: 335, watts: 5360 },
  boards: 3,
  fans: false,
  sensors: { inlet: at('temp_chip', 0), outlet: at('temp_chip', 1), board: [{ list: 'temp_pcb' }] },
} satisfies MinerDefinition;
