import type { MinerDefinition } from '../definition.ts';

/** Any other Canaan Avalon: `stats` holds one text per module, `Name[value value]`. MAC and serial stand in `version`. */
export default {
  id: 'avalon',
  title: 'Avalon',
  level: 'make',
  recognise: { type: /^Avalon\b/i },
  rated: null,
  boards: null,
  fans: true,
  sensors: { chip: [{ list: 'temp_chip' }] },
} satisfies MinerDefinition;
