import { antminer, at, type MinerDefinition } from '../definition.ts';

/**
 * Bitmain Antminer S19 XP Hyd., 255 TH/s: 5304 W, 20.8 J/TH, water-cooled. Inlet water in the third place of
 * `temp_pic`, outlet in the second (one public source; no recording of the machine was at hand).
 */
export default {
  id: 'antminer-s19-xp-hyd',
  title: 'Antminer S19 XP Hyd.',
  level: 'model',
  recognise: { type: antminer('S19 ?XP Hyd(?:ro|\\.)?') },
  rated: { ths: 255, watts: 5304 },
  boards: 3,
  fans: false,
  sensors: {
    inlet: at('temp_pic', 2),
    outlet: at('temp_pic', 1),
    chip: [{ list: 'temp_chip' }],
    board: [{ list: 'temp_pcb' }],
  },
} satisfies MinerDefinition;
