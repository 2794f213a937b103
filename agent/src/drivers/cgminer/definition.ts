import type { MetricName } from '@hearst/protocol';
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
  /**
   * Another firmware is asked first, then a model, then a make, then `any`, which takes whatever is left. Boards and
   * fans are the model's whatever runs on it: what a firmware leaves open of them is taken from the model it names.
   */
  level: 'firmware' | 'model' | 'make' | 'any';
  /**
   * How a reply is recognised: by the type text (stats, version), the program (STATUS.Description), or the make that
   * keys of its own betray (`Observation.make`).
   */
  recognise: { type?: RegExp; program?: RegExp; make?: string };
  /** The datasheet's rate and power; null where one definition covers many models, or nothing sure is known. */
  rated: { ths: number; watts: number } | null;
  /** Hashboards of a whole machine; null where unknown or different from model to model. */
  boards: number | null;
  /** The chain of the first board, where the control board has others before it (S9: 5). Absent: 0. */
  firstChain?: number;
  /** False for water and immersion: their fan fields mean nothing. */
  fans: boolean;
  /** Which sensors of a board mean what. Inlet and outlet are averaged over the boards, of the others the hottest counts. */
  sensors: { inlet?: Sensor[]; outlet?: Sensor[]; chip?: Sensor[]; board?: Sensor[] };
  /**
   * What the rates under keys named GHS really are, where the name is wrong: the factor to apply, or null when
   * they do not count hashes at all. Absent: the name is right.
   */
  rateCorrection?: number | null;
  /** Metrics under whose usual keys this firmware puts something else: unknown, not what stands there. */
  untold?: readonly MetricName[];
  /** What to ask. Absent: what every Antminer answers (`ANTMINER_ASKS`). */
  asks?: Asks;
}

/** The commands of one reading. Only the first of `poll` must be answered; what else is refused is not asked again. */
export interface Asks {
  /** At every poll, in this order: what is told first counts. */
  poll: readonly [string, ...string[]];
  /** Along with the first two extras of the poller (`summary`, `pools`), in place of them. Absent: both. */
  extras?: readonly string[];
  /** When the boards are wanted one by one. */
  boards?: readonly string[];
  /** Where the rate is 0 and nothing has said whether the miner sleeps. */
  idle?: readonly string[];
  /** Where the miner tells of errors: what they are. */
  errors?: readonly string[];
  /** At the start and after a restart: who it is. Absent: `version`. */
  start?: readonly string[];
}

export const ANTMINER_ASKS: Asks = { poll: ['stats'], errors: ['warning'] };

/** A list of sensors, or one place in it (0-based); `unit` is what one step of it is, in degC, where not 1. */
export interface Sensor {
  list: SensorList;
  at?: number;
  unit?: number;
}

/** One place of a list of sensors. */
export const at = (list: SensorList, ...places: number[]): Sensor[] => places.map((place) => ({ list, at: place }));

/** What air-cooled Antminers share: chips in `temp_chip`, boards in `temp_pcb`, older ones one hottest value each. */
export const AIR_COOLED = {
  chip: [{ list: 'temp_chip' }, { list: 'temp2' }],
  board: [{ list: 'temp_pcb' }, { list: 'temp' }],
} satisfies MinerDefinition['sensors'];

/**
 * The type text of one Antminer and no other ("S19" is no "S19 Pro"), however other firmware adds its name to it:
 * "Antminer S9 (vnish 3.8.6)", "Antminer S19JPRO Hiveon", "Antminer S9 V1.3.58".
 */
export const antminer = (name: string): RegExp =>
  new RegExp(`^Antminer ${name}(?: ?\\([^)]*\\)| V[\\d.]+| (?:Hiveon|VNish)\\b.*)?$`, 'i');
