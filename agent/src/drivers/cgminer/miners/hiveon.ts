import { AIR_COOLED, type MinerDefinition } from '../definition.ts';

/** Hiveon on an Antminer. Recognised by its name in the type text, or by its build of BMMiner ("4.11.1 rwglr"). */
export default {
  id: 'hiveon',
  title: 'Hiveon',
  level: 'firmware',
  recognise: { type: /\bHiveon\b/i, make: 'Hiveon' },
  rated: null,
  boards: null,
  fans: true,
  sensors: AIR_COOLED,
} satisfies MinerDefinition;
