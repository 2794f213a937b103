import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Whatever speaks the CGMiner API and is none of the others: cgminer itself, and makes nobody has described yet. */
export default {
  id: 'cgminer',
  title: 'CGMiner API',
  level: 'any',
  recognise: {},
  rated: null,
  boards: null,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
