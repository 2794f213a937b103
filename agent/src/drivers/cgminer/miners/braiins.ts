import type { MinerDefinition } from '../definition.ts';

/**
 * Braiins OS, by its BOSminer: no `stats`, the rate in `summary`, boards and what is expected of them in `devs`,
 * temperatures in `temps`, fans in `fans`. It tells no power on this port, and
 * counts its boards from 0 on every model.
 */
export default {
  id: 'braiins',
  title: 'Braiins OS',
  level: 'firmware',
  recognise: { program: /^BOSminer/i },
  rated: null,
  boards: null,
  firstChain: 0,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }], board: [{ list: 'temp_pcb' }] },
  asks: { poll: ['summary', 'devs', 'temps', 'fans'], extras: ['pools'], start: ['version', 'devdetails'] },
} satisfies MinerDefinition;
