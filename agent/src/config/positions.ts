import { ContainerId, safeText } from '@hearst/protocol';
import { CsvError, parse } from 'csv-parse/sync';
import { parseIpv4 } from './addresses.ts';

/**
 * Positions as a table: which miner stands in which slot. Columns `container, position, ip, serial, mac`, in any
 * order, by their names in the first line; others are passed over, so that what `inventory export` writes can be read
 * again; so are lines that name neither container nor position. Comma, semicolon or tab, as the spreadsheet writes it.
 */
export interface PositionRow {
  /** Of the file, from 1. */
  line: number;
  container: string;
  position: number;
  /** A whole number as in addresses.ts. */
  ip: number | null;
  serial: string | null;
  /** As `macOf` writes it. */
  mac: string | null;
}

export interface PositionFault {
  line: number;
  what: string;
}

const COLUMNS = ['container', 'position', 'ip', 'serial', 'mac'] as const;
type Column = (typeof COLUMNS)[number];
/** The most rows of one file. */
const MAX_ROWS = 200_000;

/** Twelve digits in small letters with colons; null for what is no MAC, all zeros and all ones included. */
export function macOf(text: string | null): string | null {
  const digits = (text ?? '').toLowerCase().replace(/[:.\-\s]/g, '');
  if (!/^[0-9a-f]{12}$/.test(digits) || /^(0+|f+)$/.test(digits)) return null;
  return digits.replace(/(..)(?!$)/g, '$1:');
}

/** The rows of a table and everything that is wrong with it; a faulty line gives no row. */
export function parsePositions(text: string): { rows: PositionRow[]; faults: PositionFault[] } {
  const records = recordsOf(text);
  if (!Array.isArray(records)) return { rows: [], faults: [records] };
  const [head, ...body] = records;
  const names = (head?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const missing = (['container', 'position'] as const).filter((name) => !names.includes(name));
  if (missing.length > 0)
    return {
      rows: [],
      faults: [{ line: 1, what: `the first line names no column ${missing.join(' and no column ')}` }],
    };
  const cellOf = (cells: readonly string[], name: Column): string => unquoted(cells[names.indexOf(name)] ?? '');
  const faults: PositionFault[] = [];
  const rows = body.flatMap(({ line, cells }): PositionRow[] => {
    // Not filled in (yet): a stranger of `inventory export` says nothing about any place.
    if (cellOf(cells, 'container') === '' && cellOf(cells, 'position') === '') return [];
    const read = rowOf((name) => cellOf(cells, name), line);
    if ('what' in read) faults.push(read);
    return 'what' in read ? [] : [read];
  });
  return { rows, faults: [...faults, ...repeated(rows)] };
}

function recordsOf(text: string): { line: number; cells: string[] }[] | PositionFault {
  const head = text.slice(0, Math.max(0, text.indexOf('\n')) || undefined);
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    head.split(one).length > head.split(best).length ? one : best,
  );
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      to: MAX_ROWS,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { line: Number(error.lines ?? 1), what: `no CSV: ${error.message}` };
  }
}

/** Without the apostrophe that keeps a spreadsheet from taking the text for a formula. */
const unquoted = (cell: string): string => cell.trim().replace(/^'(?=[=+\-@])/, '');

function rowOf(cell: (name: Column) => string, line: number): PositionRow | PositionFault {
  const container = ContainerId.safeParse(cell('container'));
  if (!container.success)
    return { line, what: `container ${said(cell('container'))}: expected an id such as QATAR-C01` };
  const position = Number(cell('position'));
  if (cell('position') === '' || !Number.isInteger(position) || position < 1 || position > 10_000)
    return { line, what: `position ${said(cell('position'))}: expected a whole number from 1` };
  const [ip, mac, serial] = [cell('ip'), cell('mac'), cell('serial')];
  const address = ip === '' ? null : parseIpv4(ip);
  if (ip !== '' && address === null) return { line, what: `ip ${said(ip)}: expected an address such as 10.20.1.7` };
  if (mac !== '' && macOf(mac) === null)
    return { line, what: `mac ${said(mac)}: expected twelve digits such as 28:e2:97:0a:1b:2c` };
  return { line, container: container.data, position, ip: address, serial: safeText(serial), mac: macOf(mac) };
}

const said = (text: string): string => JSON.stringify(text.slice(0, 40));

/** Slots, addresses, serials and MACs that stand on two lines. */
function repeated(rows: readonly PositionRow[]): PositionFault[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ line, container, position, ip, serial, mac }) => {
    const keys = [
      `${container} position ${position}`,
      ...(ip === null ? [] : [`ip ${[24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.')}`]),
      ...(serial === null ? [] : [`serial ${serial}`]),
      ...(mac === null ? [] : [`mac ${mac}`]),
    ];
    return keys.flatMap((key): PositionFault[] => {
      const before = first.get(key);
      first.set(key, before ?? line);
      return before === undefined ? [] : [{ line, what: `${key} stands on line ${before} already` }];
    });
  });
}
