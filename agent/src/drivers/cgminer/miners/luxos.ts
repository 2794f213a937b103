import type { MinerDefinition } from '../definition.ts';

/**
 * LuxOS on an Antminer: `stats` in the shape of the stock firmware, watts only in `power`, who it is in `config`. All
 * its temperatures are of the boards, under whatever name: by its maker's documents it shows none of the chips.
 */
export default {
  id: 'luxos',
  title: 'LuxOS',
  level: 'firmware',
  recognise: { program: /^LUXminer/i },
  rated: null,
  boards: null,
  fans: true,
  sensors: { board: [{ list: 'temp_pcb' }] },
  asks: { poll: ['stats', 'power'], start: ['version', 'config'] },
} satisfies MinerDefinition;
