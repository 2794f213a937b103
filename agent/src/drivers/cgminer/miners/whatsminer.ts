import type { MinerDefinition } from '../definition.ts';

/**
 * MicroBT Whatsminer, API 1 and 2: no `stats`; rate, watts, MAC and error codes in `summary`, boards in `devs`. Whether
 * it was switched off stands in `status`, which is asked only when it does not hash.
 */
export default {
  id: 'whatsminer',
  title: 'Whatsminer',
  level: 'make',
  recognise: { type: /^Whatsminer\b/i, program: /^whatsminer/i, make: 'Whatsminer' },
  rated: null,
  boards: null,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }], board: [{ list: 'temp_pcb' }] },
  asks: {
    poll: ['summary', 'devs'],
    extras: ['pools'],
    idle: ['status'],
    errors: ['get_error_code'],
    start: ['get_version', 'devdetails', 'get_miner_info'],
  },
} satisfies MinerDefinition;
