import type { MinerDefinition } from '../definition.ts';

/** Canaan Avalon Q: one hashboard, for the home. What it should hash it says itself (`GHSmm`). */
export default {
  id: 'avalon-q',
  title: 'Avalon Q',
  level: 'model',
  recognise: { type: /^Avalon Q$/i },
  rated: null,
  boards: 1,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }] },
} satisfies MinerDefinition;
