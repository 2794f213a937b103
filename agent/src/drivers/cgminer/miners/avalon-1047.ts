import type { MinerDefinition } from '../definition.ts';

/** Canaan Avalon 1047: two hashboards. What it should hash it says itself (`GHSmm`). */
export default {
  id: 'avalon-1047',
  title: 'Avalon 1047',
  level: 'model',
  recognise: { type: /^Avalon 1047$/i },
  rated: null,
  boards: 2,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }] },
} satisfies MinerDefinition;
