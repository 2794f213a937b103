import { antminer, at, type MinerDefinition } from '../definition.ts';

/**
 * Bitmain Antminer S21+ Hyd., water-cooled, its sensors in the places of the S21 XP Hyd. (firmware and a second source;
 * no recording of the machine was at hand). Sold with several rates: what it expects it says itself.
 */
export default {
  id: 'antminer-s21-plus-hyd',
  title: 'Antminer S21+ Hyd.',
  level: 'model',
  recognise: { type: antminer('S21 ?\\+ ?Hyd(?:ro|\\.)?') },
  rated: null,
  boards: 3,
  fans: false,
  sensors: {
    inlet: at('temp_pcb', 0),
    outlet: at('temp_pcb', 2),
    chip: at('temp_pic', 0),
    board: [...at('temp_pic', 1, 2, 3), ...at('temp_pcb', 1, 3)],
  },
} satisfies MinerDefinition;
