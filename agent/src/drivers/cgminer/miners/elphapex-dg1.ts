import type { MinerDefinition } from '../definition.ts';

/**
 * ElphaPex DG1, DG1+: scrypt machines that answer in Bitmain's newer style, in MH/s. Chips in thousandths of a degree;
 * the frequency is in no unit we know, and the hardware errors are the number of chips, or a rate.
 */
export default {
  id: 'elphapex-dg1',
  title: 'ElphaPex DG1',
  level: 'model',
  recognise: { type: /^DG1\b/i },
  rated: null,
  boards: 4,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip', unit: 1e-3 }], board: [{ list: 'temp_pcb' }] },
  untold: ['hw_errors', 'frequency_mhz'],
} satisfies MinerDefinition;
