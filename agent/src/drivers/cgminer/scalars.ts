/**
 * Tolerant readers of single values. Firmware writes numbers as numbers, as text, with a unit behind, or not at
 * all; whatever is not a finite number is null, never 0.
 */

const NUMBER_TEXT = /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i;
const WITH_UNIT = /^([+-]?\d+(?:\.\d+)?)\s?(?:W|V|A|RPM|C|%)$/i;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/** Whether a text stands for "no number" by name: `"nan"`, `"-inf"`. */
export function isNotFinite(value: unknown): boolean {
  return typeof value === 'string' && value.length < 12 && NOT_FINITE.test(value.trim());
}

/** A number, or a text that is one (`"13402.14"`, `" 69.2"`, `"58.94W"`); else null. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.length > 40) return null;
  const text = value.trim();
  const digits = NUMBER_TEXT.test(text) ? text : WITH_UNIT.exec(text)?.[1];
  if (digits === undefined) return null;
  const number = Number(digits);
  return Number.isFinite(number) ? number : null;
}

/** A counter: a number from 0 on; else null. */
export function toCount(value: unknown): number | null {
  const number = toNumber(value);
  return number !== null && number >= 0 ? number : null;
}

/** TH/s per unit of a rate, by the unit's name (`GH/s`, `GH`, `MHS`); null for one we do not know. */
export function unitInThs(unit: unknown): number | null {
  if (typeof unit !== 'string') return null;
  switch (unit.trim().slice(0, 1).toUpperCase() + unit.trim().slice(1, 2).toUpperCase()) {
    case 'PH':
      return 1e3;
    case 'TH':
      return 1;
    case 'GH':
      return 1e-3;
    case 'MH':
      return 1e-6;
    case 'KH':
      return 1e-9;
    default:
      return null;
  }
}

/** The places of a list of sensors; null where there is no sensor. */
export type Sensors = (number | null)[];

/**
 * Sensor readings in any of the shapes in use: a list, one number, or text such as `"73-45-64-65"` (values may be
 * negative: `"-5--3-20"`). A sensor that reads exactly 0 is one that is not there: absent boards say `"0-0-0-0"`,
 * water-cooled ones keep `temp_chip` at zeros. `"-"`, `""` and anything else are no sensors at all.
 */
export function toSensors(value: unknown): Sensors {
  if (typeof value === 'string') return fromText(value);
  if (Array.isArray(value)) return value.slice(0, 64).map(toSensor);
  return typeof value === 'number' ? [toSensor(value)] : [];
}

function toSensor(value: unknown): number | null {
  const number = toNumber(value);
  return number === 0 ? null : number;
}

const TEXT_SENSORS = /^-?\d+(?:\.\d+)?(?:--?\d+(?:\.\d+)?)*$/;
const TEXT_SENSOR = /(?<=^|-)-?\d+(?:\.\d+)?/g;

function fromText(text: string): Sensors {
  if (text.length > 200 || !TEXT_SENSORS.test(text)) return [];
  return (text.match(TEXT_SENSOR) ?? []).map(toSensor);
}
