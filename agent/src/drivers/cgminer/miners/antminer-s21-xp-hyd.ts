import { antminer, at, type MinerDefinition } from '../definition.ts';

/**
 * Bitmain Antminer S21 XP Hyd., read from Bitmain's published firmware of 2025-01-06 (no recording of the
 * machine itself was at hand). 473 TH/s, 5676 W, 12 J/TH, three boards, water-cooled, no fans. The water sensors
 * stand among the board's: `temp_chip` is all zeros here, and reading it by the rule for air gives 0 degC.
 */
export default {
  id: 'antminer-s21-xp-hyd',
  title: 'Antminer S21 XP Hyd.',
  level: 'model',
  recognise: { type: antminer('S21 ?XP Hyd(?:ro|\\.)?') },
  rated: { ths: 473, watts: 5676 },
  boards: 3,
  fans: false,
  sensors: {
    inlet: at('temp_pcb', 0),
    outlet: at('temp_pcb', 2),
    chip: at('temp_pic', 0),
    board: [...at('temp_pic', 1, 2, 3), ...at('temp_pcb', 1, 3)],
  },
} satisfies MinerDefinition;
