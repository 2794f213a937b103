import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Any other Antminer in air, on stock firmware, that counts SHA-256 hashes. */
export default {
  id: 'antminer',
  title: 'Antminer',
  level: 'make',
  recognise: { type: /^Antminer\b(?!.*\b(?:Hyd|Imm))/i },
  rated: null,
  boards: null,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
