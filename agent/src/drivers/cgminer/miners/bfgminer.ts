import type { MinerDefinition } from '../definition.ts';

/** BFGMiner, whatever hashes behind it: its `stats` hold no rate, its `devs` no hashboards. */
export default {
  id: 'bfgminer',
  title: 'BFGMiner',
  level: 'make',
  recognise: { program: /^bfgminer/i },
  rated: null,
  boards: null,
  fans: true,
  sensors: {},
  asks: { poll: ['summary'], extras: ['pools'] },
} satisfies MinerDefinition;
