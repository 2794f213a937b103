/**
 * What is wrong with a site file, in four parts: what, where, the likely cause, what to do. All faults of a
 * file are found in one reading, so that nobody repairs it one message at a time.
 */

/**
 * Stable codes, each a kind of fault; the README's table says what to do about each. E: the agent does not
 * start. W: it starts, but somebody should look.
 */
export const FAULT_CODES = {
  E1101: 'the site file cannot be read',
  E1102: 'not valid YAML',
  E1103: 'version this program does not read',
  E1201: 'unknown key',
  E1202: 'missing key',
  E1203: 'wrong value',
  E1204: 'addresses overlap',
  E1205: 'id used twice',
  E1206: 'unknown transformer',
  E1207: 'unknown Modbus profile',
  E1208: 'addresses cannot be made from the pattern or range',
  E1209: 'range and number of miners differ',
  E1210: 'Modbus address and unit used twice',
  E1211: 'layout smaller than the number of miners',
  E1212: 'a monitor of a transformer that no meter names',
  E1214: 'table of positions cannot be used',
  E1215: 'range to sweep cannot be used',
  E1216: 'a mode other than monitor',
  W1310: 'interval short for the number of miners',
  W1311: 'interval has no effect',
  W1312: 'nothing to read',
  W1315: 'marked as to be filled in',
} as const;
export type FaultCode = keyof typeof FAULT_CODES;

/** A place in the site file. Lines and columns count from 1. */
export interface Place {
  line: number;
  column: number;
  /** How many characters of the line are meant, at least 1. */
  length: number;
}

export interface Fault {
  code: FaultCode;
  /** As people read it: `containers[3].range`; empty for the file itself. */
  path: string;
  place: Place | null;
  /** What is wrong, path first. */
  what: string;
  /** The likely cause or the other side of a conflict; null where `what` says it all. */
  cause: string | null;
  /** What to do, as something to type or to paste. */
  next: string;
}

export const isError = (fault: Fault): boolean => fault.code.startsWith('E');

/** A site file that cannot be used. Carries every fault, warnings included. */
export class SiteFileError extends Error {
  readonly file: string;
  readonly text: string;
  readonly faults: Fault[];

  constructor(file: string, text: string, faults: Fault[]) {
    super(`${file}: ${count(faults)}: ${faults.find(isError)?.what ?? 'invalid'}`);
    this.name = 'SiteFileError';
    this.file = file;
    this.text = text;
    this.faults = faults;
  }
}

/** `2 errors, 1 warning`. */
export function count(faults: readonly Fault[]): string {
  const errors = faults.filter(isError).length;
  const warnings = faults.length - errors;
  const parts = [
    ...(errors > 0 ? [`${errors} error${errors === 1 ? '' : 's'}`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
  ];
  return parts.join(', ') || 'no faults';
}

/**
 * The faults as a technician reads them: each with its line of the file, the place underlined, and what to do.
 * At most `limit` of them; the rest is counted.
 */
export function formatFaults(text: string, faults: readonly Fault[], limit = 50): string {
  const lines = text.split('\n');
  const blocks = faults.slice(0, limit).map((fault) => formatFault(lines, fault));
  if (faults.length > limit) blocks.push(`  ... and ${faults.length - limit} more`);
  return blocks.join('\n\n');
}

function formatFault(lines: readonly string[], fault: Fault): string {
  const out = [`  ${fault.code}  ${fault.what}`];
  if (fault.place) {
    const { line, column, length } = fault.place;
    const source = (lines[line - 1] ?? '').trimEnd();
    const number = String(line).padStart(5);
    const underline = '^'.repeat(Math.max(1, Math.min(length, source.length - column + 1)));
    out.push(`  ${number} | ${source}`);
    out.push(`        | ${' '.repeat(column - 1)}${underline}${fault.cause ? ` ${fault.cause}` : ''}`);
  } else if (fault.cause) {
    out.push(`     ${fault.cause}`);
  }
  out.push(`     -> ${fault.next}`);
  return out.join('\n');
}
