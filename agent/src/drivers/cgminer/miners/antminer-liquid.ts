import type { MinerDefinition } from '../definition.ts';

/**
 * Any other Antminer in water or oil ("Hyd.", "Imm."): without fans, and with sensors in places that differ from model to
 * model. None is believed until somebody has looked which is which, and given the model a file of its own.
 */
export default {
  id: 'antminer-liquid',
  title: 'Antminer, liquid-cooled',
  level: 'make',
  recognise: { type: /^Antminer\b.*\b(?:Hyd|Imm)/i },
  rated: null,
  boards: null,
  fans: false,
  sensors: {},
} satisfies MinerDefinition;
