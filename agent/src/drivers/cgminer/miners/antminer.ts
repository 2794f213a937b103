import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Any other Antminer that counts SHA-256 hashes, stock or on another firmware (VNish, Hiveon, LuxOS). */
export default {
  id: 'antminer',
  title: 'Antminer',
  level: 'make',
  recognise: { type: /^Antminer\b/i },
  rated: null,
  boards: null,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
