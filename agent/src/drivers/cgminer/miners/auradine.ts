import type { MinerDefinition } from '../definition.ts';

/**
 * Auradine Teraflux, by its GCMiner or FluxOS: no `stats`; the rate in `summary`, boards in `devs` and `temperature`,
 * watts in `psu`, fans in `fan`. Power and rate in `mode` are what was asked for, not what is.
 */
export default {
  id: 'auradine',
  title: 'Auradine',
  level: 'make',
  recognise: { program: /^(?:GCMiner|FluxOS)/i },
  rated: null,
  boards: null,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }], board: [{ list: 'temp_pcb' }] },
  asks: {
    poll: ['summary', 'devs', 'temperature', 'psu', 'fan'],
    extras: ['pools'],
    boards: ['frequency'],
    idle: ['mode'],
  },
} satisfies MinerDefinition;
