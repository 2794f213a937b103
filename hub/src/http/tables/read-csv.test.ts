import { ContainerId, TransformerId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { Metadata } from '../schemas.ts';
import { answerTable } from './answer.ts';
import { csvInteger, csvJson, csvNumber, csvText } from './csv-cells.ts';
import { lineRanges } from './csv-faults.ts';
import { readCsv } from './read-csv.ts';

const Row = z.strictObject({
  container_id: ContainerId,
  transformer_id: csvText().pipe(TransformerId.nullable()),
  name: csvText().optional(),
  power_kw: csvNumber().optional(),
  miners: csvInteger().pipe(z.int().min(0).nullable()).optional(),
  metadata: csvJson().pipe(Metadata.nullable()).optional(),
});

const read = (text: string | Buffer, unique?: readonly 'container_id'[]) =>
  readCsv(Buffer.from(text as string), Row, unique === undefined ? {} : { unique });
const HEADER = 'container_id,transformer_id,name,power_kw,miners,metadata\n';

/** What stands against a file, fault by fault: `line column code`. */
function faultsOf(text: string | Buffer, unique?: readonly 'container_id'[]): string[] {
  const result = read(text, unique);
  if ('rows' in result) throw new Error('the file was taken');
  return result.faults.map(({ line, column, code }) => `${line} ${column} ${code}`);
}

function messageOf(text: string | Buffer, unique?: readonly 'container_id'[]): string {
  const result = read(text, unique);
  return 'rows' in result ? '' : result.faults[0]!.message;
}

describe('a CSV that is taken', () => {
  const rows = [
    {
      container_id: 'QATAR-C01',
      transformer_id: 'QATAR-T01',
      name: 'north, "left"\nside',
      power_kw: 1200.5,
      miners: 308,
      metadata: { row: 1 },
    },
    { container_id: 'QATAR-C02', transformer_id: null, name: null, power_kw: null, miners: null, metadata: null },
  ];
  const lines = [
    'container_id,transformer_id,name,power_kw,miners,metadata',
    'QATAR-C01,QATAR-T01,"north, ""left""\nside",1200.5,308,"{""row"":1}"',
    'qatar-c02,,,,,',
  ];

  it.each([
    { what: 'LF', text: lines.join('\n') },
    { what: 'CRLF and an end of the last line', text: `${lines.join('\r\n')}\r\n` },
    { what: 'a byte-order mark', text: `\ufeff${lines.join('\n').replace('container_id', '"container_id"')}` },
    { what: 'empty lines and lines of empty cells', text: `\r\n\n${lines.join('\n,,,,,\n\n')}\n,,\n` },
    { what: 'header names in capitals and spaces', text: lines.join('\n').replace('power_kw', ' Power_KW ') },
    {
      what: 'semicolons and decimal commas',
      text: lines
        .join('\n')
        .replaceAll(/,(?! "")/g, ';')
        .replace('1200.5', '1200,5'),
    },
    { what: 'semicolons and decimal dots', text: lines.join('\n').replaceAll(/,(?! "")/g, ';') },
    { what: 'tabs', text: lines.join('\n').replaceAll(/,(?! "")/g, '\t') },
  ])('with $what', ({ text }) => {
    const result = read(text);
    expect(result).toMatchObject({ rows: [rows[0], { ...rows[1] }] });
  });

  it('says on which line each row begins', () => {
    const text = `\n${HEADER}\nQATAR-C01,,"two\r\nlines",,,\r\n\r\n,,,,,\nQATAR-C02,,,,,\nQATAR-C03,,,,,`;
    expect(read(text)).toMatchObject({ lines: [4, 8, 9] });
  });

  it('needs only the columns that are required', () => {
    expect(read('transformer_id,container_id\nQATAR-T01,QATAR-C01')).toEqual({
      rows: [{ container_id: 'QATAR-C01', transformer_id: 'QATAR-T01' }],
      lines: [2],
    });
    expect(read('container_id,transformer_id')).toEqual({ rows: [], lines: [] });
  });

  it('leaves commas in texts alone where decimals have them', () => {
    expect(read('container_id;transformer_id;name\nQATAR-C01;;1,5')).toMatchObject({ rows: [{ name: '1,5' }] });
  });

  it('of 100,000 rows is read', () => {
    const text = HEADER + Array.from({ length: 100_000 }, (_, i) => `A${i}-C01,QATAR-T01,Box,1.5,308,{}`).join('\n');
    const result = read(text, ['container_id']);
    expect('rows' in result && result.rows.length).toBe(100_000);
  });
});

describe('a header', () => {
  it.each([
    ['container_id,transformer_id,nmae', ['1 nmae unknown_column']],
    ['container_id,transformer_id,', ['1  unnamed_column']],
    ['container_id,transformer_id,Container_ID', ['1 container_id duplicate_column']],
    ['name,power_kw', ['1 null missing_column']],
    ['nmae\nQATAR-C01', ['1 nmae unknown_column', '1 null missing_column']],
    ['__proto__,constructor', ['1 __proto__ unknown_column', '1 constructor unknown_column', '1 null missing_column']],
    [',a'.repeat(64), ['1 null too_many_columns']],
    ['', ['1 null empty']],
    ['\r\n\n,,', ['1 null empty']],
    ['\n"container_id,transformer_id\nQATAR-C01,', ['2 null quotes']],
  ])('%j is refused', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('is told what was meant, and all that is missing', () => {
    expect(messageOf('containr_id,transformer_id')).toBe(
      'There is no column "containr_id". Did you mean container_id?',
    );
    expect(messageOf('zzz,container_id,transformer_id')).toContain('Possible here: container_id, transformer_id, name');
    expect(messageOf('name')).toBe('The header lacks container_id, transformer_id: add the columns.');
  });
});

describe('faulty lines', () => {
  it('are all named, with column, code and what is expected', () => {
    const text = [
      'container_id,transformer_id,name,power_kw,miners,metadata',
      'QATAR-C01,QATAR-T01,,12.5,308,{}',
      'C02,,,,,',
      'QATAR-C03,T3,,12 kW,308.5,{',
      '"QATAR-C04",,,,-1,[]',
      'QATAR-C05,,,',
      'QATAR-C06,,,,,,',
      `QATAR-C07,,${'é'.repeat(2_049)},,,`,
      'QATAR-C08,,a\0b,,,',
      `QATAR-C09,,,,,${'['.repeat(2_000)}${']'.repeat(2_000)}`,
      'QATAR-C10,,,1e999,1E+05,',
    ].join('\n');
    const result = read(text);
    expect(faultsOf(text)).toEqual([
      '3 container_id invalid_format',
      '4 transformer_id invalid_format',
      '4 power_kw custom',
      '4 miners custom',
      '4 metadata custom',
      '5 miners too_small',
      '5 metadata invalid_type',
      '6 null cell_count',
      '7 null cell_count',
      '8 name cell_too_long',
      '9 name nul',
      '10 metadata custom',
      '11 power_kw custom',
      '11 miners custom',
    ]);
    expect(result).toMatchObject({ faultyLines: '3-11', count: 14 });
    expect(messageOf(`${HEADER}C02,,,,,`)).toBe('expected a container id such as QATAR-C01');
    expect(messageOf(`${HEADER}QATAR-C01,,,"1,5",,`)).toBe('expected a number such as 12.5, without unit or spaces');
  });

  it('say which line had the same key before', () => {
    const text = `container_id,transformer_id\nQATAR-C01,\nQATAR-C02,\n\nqatar-c01,\nQATAR-C02,\n`;
    expect(faultsOf(text, ['container_id'])).toEqual(['5 container_id duplicate', '6 container_id duplicate']);
    expect(messageOf(text, ['container_id'])).toBe('container_id QATAR-C01 stands on line 2 already.');
    expect(read(text)).toMatchObject({ rows: { length: 4 } });
  });

  it('may share one part of a key, and have none', () => {
    const Slot = z.object({ row: csvInteger(), side: csvText() });
    const slots = (text: string) => readCsv(Buffer.from(`row,side\n${text}`), Slot, { unique: ['row', 'side'] });
    expect(slots('1,a\n1,b\n2,a\n,a\n,a')).toMatchObject({ rows: { length: 5 } });
    expect(slots('1,a\n1,b\n1,a')).toMatchObject({
      faults: [{ line: 4, column: 'row', message: 'row 1, side a stands on line 2 already.' }],
    });
  });

  it('of broken quotes are told where the quote opens, and the lines after are read', () => {
    const lines = [
      'container_id,transformer_id,name',
      'QATAR-C01,,"never closed',
      'QATAR-C02,,fine',
      'bad id,,x',
      'QATAR-C04,,"closed, too early" x',
      'QATAR-C05,,5" wide',
      '',
      '"two\r',
      'lines",,x',
      '"QATAR-C07","",""',
      '"QATAR-C08",,"open at the end',
    ];
    expect(faultsOf(lines.join('\n'))).toEqual([
      '2 null quotes',
      '4 container_id invalid_format',
      '5 null quotes',
      '6 null quotes',
      '8 container_id invalid_format',
      '11 null quotes',
    ]);
  });

  it('that are not UTF-8 are named', () => {
    const text = Buffer.from('container_id,transformer_id\r\nQATAR-C01,é\r\nQATAR-C02,\r\nQATAR-C03,é', 'latin1');
    expect(faultsOf(text)).toEqual(['2 null not_utf8', '4 null not_utf8']);
    expect(messageOf(text)).toContain('save the file as "CSV UTF-8"');
  });

  it('are counted beyond what is told of them', () => {
    const text = HEADER + Array.from({ length: 4_000 }, (_, i) => (i % 2 ? 'x,,,,,' : `A${i}-C01,,,,,`)).join('\n');
    const result = read(text);
    if ('rows' in result) throw new Error('the file was taken');
    expect(result.faults).toHaveLength(1_000);
    expect(result.count).toBe(2_000);
    expect(result.faultyLines).toMatch(/^3, 5, 7, .*, 3999, 4001$/);
  });

  it('begin where there are too many rows', () => {
    const text = `container_id,transformer_id\n${'QATAR-C01,\n'.repeat(100_001)}`;
    expect(faultsOf(text)).toEqual(['100002 null too_many_rows']);
  });

  it('are not looked for in a file that is too large', () => {
    expect(faultsOf(Buffer.alloc(16 * 1024 * 1024 + 1, 'a\n'))).toEqual(['1 null too_large']);
  });
});

describe('lineRanges', () => {
  it.each([
    [[], ''],
    [[7], '7'],
    [[5, 6, 7, 8, 9, 12, 50001], '5-9, 12, 50001'],
    [[1, 2, 4, 5], '1-2, 4-5'],
  ])('%j is %s', (lines, text) => {
    expect(lineRanges(lines)).toBe(text);
  });
});

describe('any bytes', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        '"',
        '""',
        ',',
        ';',
        '\t',
        '\n',
        '\r\n',
        '\r',
        'a',
        '1',
        'é',
        '\ufeff',
        '\0',
        'container_id',
        'QATAR-C01',
      ),
    )
    .map((parts) => Buffer.from(parts.join('')));

  it.each([
    { what: 'random', bytes: fc.uint8Array({ maxLength: 200 }) },
    { what: 'shuffled from CSVs', bytes: soup },
    {
      what: 'shuffled after a good header',
      bytes: soup.map((rest) => Buffer.concat([Buffer.from('container_id,transformer_id\n'), rest])),
    },
  ])('$what are taken or refused, never thrown at', ({ bytes }) => {
    fc.assert(
      fc.property(bytes as fc.Arbitrary<Uint8Array>, (text) => {
        const result = readCsv(text, Row, { unique: ['container_id'] });
        const lastLine = text.filter((byte) => byte === 0x0a).length + 1;
        if ('rows' in result) {
          expect(result.lines).toHaveLength(result.rows.length);
          return result.lines.every((line, i) => line > (result.lines[i - 1] ?? 1) && line <= lastLine);
        }
        return result.count > 0 && result.faults.every(({ line }) => line >= 1 && line <= lastLine);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a table that is exported and read again', () => {
  const AT = new Date('2026-11-23T12:00:00Z');
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          '"',
          ',',
          ';',
          '\t',
          '\r',
          '\n',
          '=',
          '+',
          '-',
          '@',
          "'",
          ' ',
          '0',
          'é',
          '\u{1f600}',
          '__proto__',
        ),
      )
      .map((parts) => parts.join('')),
  );
  const row = fc.record({
    text: fc.option(hostile.filter((text) => !text.includes('\0'))),
    number: fc.option(fc.double({ min: -1e300, max: 1e300, noNaN: true }).map((n) => Number(n.toPrecision(15)) + 0)),
    integer: fc.option(fc.maxSafeInteger()),
    json: fc.option(fc.dictionary(hostile, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })),
  });
  const Exported = z.object({
    time_utc: csvText(),
    time_local: csvText(),
    text: csvText(),
    number: csvNumber(),
    integer: csvInteger(),
    json: csvJson(),
  });

  it.each(['en', 'fr'] as const)('says the same in %s, but for the mark that defuses formulas', async (locale) => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (rows) => {
        const app = new Hono().get('/', (c) =>
          answerTable(
            c,
            {
              name: 'x',
              title: 'x',
              facts: {},
              rows,
              timeOf: () => ({ at: AT, timeZone: 'Asia/Qatar' }),
              columns: (['text', 'number', 'integer', 'json'] as const).map((kind) => ({
                key: kind,
                kind,
                get: (one: (typeof rows)[number]) => one[kind],
              })),
            },
            { format: 'csv', locale },
          ),
        );
        const bytes = new Uint8Array(await (await app.request('/')).arrayBuffer());
        const result = readCsv(bytes, Exported);
        if (!('rows' in result)) throw new Error(JSON.stringify(result));
        expect(
          result.rows.map(({ text, json, ...rest }) => ({ ...rest, text: armed(text), json: JSON.stringify(json) })),
        ).toEqual(
          rows.map(({ text, json, ...rest }) => ({
            time_utc: AT.toISOString(),
            time_local: '2026-11-23 15:00:00',
            ...rest,
            text: text === '' ? null : armed(text),
            json: JSON.stringify(json),
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  /** Without the apostrophe in front of what would be a formula. */
  function armed(text: string | null): string | null {
    return text === null ? null : text.replace(/^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, '');
  }
});
