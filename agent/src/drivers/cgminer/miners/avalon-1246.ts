import type { MinerDefinition } from '../definition.ts';

/** Canaan Avalon 1246: three hashboards. What it should hash it says itself (`GHSmm`). */
export default {
  id: 'avalon-1246',
  title: 'Avalon 1246',
  level: 'model',
  recognise: { type: /^Avalon 1246$/i },
  rated: null,
  boards: 3,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }] },
} satisfies MinerDefinition;
