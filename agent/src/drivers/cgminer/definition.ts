import type { SensorList } from './observation.ts';

/**
 * What we know of a kind of miner that its replies do not say: a literal that a technician can hold against the
 * datasheet. One file in `miners/` per definition, its default export; nothing else has to be touched.
 */
export interface MinerDefinition {
  /** Unique; the file's name. */
  id: string;
  /** What a person calls it. */
  title: string;
  /** A model is asked before a make, a make before `any`, which takes whatever is left. */
  level: 'model' | 'make' | 'any';
  /** How a reply is recognised: by the type text (stats, version) or the program (STATUS.Description). */
  recognise: { type?: RegExp; program?: RegExp };
  /** The datasheet's rate and power; null where one definition covers many models. */
  rated: { ths: number; watts: number } | null;
  /** Hashboards of a whole machine; null where unknown or different from model to model. */
  boards: number | null;
  /** False for water and immersion: their fan fields mean nothing. */
  fans: boolean;
  /** Which sensors of a board mean what. Inlet and outlet are averaged over the boards, of the others the hottest counts. */
  sensors: { inlet?: Sensor[]; outlet?: Sensor[]; chip?: Sensor[]; board?: Sensor[] };
  /**
   * What the rates under keys named GHS really are, where the name is wrong: the factor to apply, or null when
   * they do not count hashes at all. Absent: the name is right.
   */
  rateCorrection?: number | null;
}

/** A list of sensors, or one place in it (0-based). */
export interface Sensor {
  list: SensorList;
  at?: number;
}

/** One place of a list of sensors. */
export const at = (list: SensorList, ...places: number[]): Sensor[] => places.map((place) => ({ list, at: place }));

/** What air-cooled Antminers share: chips in `temp_chip`, boards in `temp_pcb`, older ones one hottest value each. */
export const AIR_COOLED: MinerDefinition['sensors'] = {
  chip: [{ list: 'temp_chip' }, { list: 'temp2' }],
  board: [{ list: 'temp_pcb' }, { list: 'temp' }],
};
