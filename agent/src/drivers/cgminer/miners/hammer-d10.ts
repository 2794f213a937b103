import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Hammer D10: a scrypt machine, rightly named MH/s. Each `tempN` stands four times in its reply; which is a chip's is not said. */
export default {
  id: 'hammer-d10',
  title: 'Hammer D10',
  level: 'model',
  recognise: { type: /^Hammer D10/i },
  rated: null,
  boards: 3,
  fans: true,
  sensors: { board: AIR_COOLED.board },
} satisfies MinerDefinition;
