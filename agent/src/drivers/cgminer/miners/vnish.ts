import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** VNish on an Antminer. Recognised by its name in the type text, or by the key `Cgminer` in the version block. */
export default {
  id: 'vnish',
  title: 'VNish',
  level: 'firmware',
  recognise: { type: /\bvnish\b/i, make: 'VNish' },
  rated: null,
  boards: null,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
