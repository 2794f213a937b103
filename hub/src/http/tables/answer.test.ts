import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRoute } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createRouter } from '../app.ts';
import { Problem } from '../problem.ts';
import { listOf, Project } from '../schemas.ts';
import { HttpServer } from '../server.ts';
import { answerTable } from './answer.ts';
import { columnsOf } from './columns.ts';
import { TABLE_CONTENT, TableFormat, type TableWanted, wantedFormat } from './format.ts';
import type { Column, Table } from './table.ts';
import { readXlsx } from './testing.ts';
import { MAX_XLSX_ROWS, TooManyRows } from './xlsx.ts';

interface Row {
  at: Date | null;
  zone: string;
  values: unknown[];
}

const NOON = new Date('2026-11-23T12:00:00.250Z');
const KINDS = ['text', 'number', 'integer', 'time', 'boolean', 'json'] as const;
const columns: Column<Row>[] = KINDS.map((kind, i) => ({ key: `a_${kind}`, kind, get: ({ values }) => values[i] }));

function table(rows: Table<Row>['rows'], change: Partial<Table<Row>> = {}): Table<Row> {
  return {
    name: 'qatar_containers_2026-11-23',
    title: 'Containers',
    columns,
    rows,
    timeOf: ({ at, zone }) => ({ at, timeZone: zone }),
    facts: { range: '24 h', author: 'Ines' },
    ...change,
  };
}

const row = (...values: unknown[]): Row => ({ at: NOON, zone: 'Asia/Qatar', values });

function ask(made: Table<Row>, wanted: TableWanted, init: RequestInit = {}): Promise<Response> {
  const app = new Hono().get('/', (c) => answerTable(c, made, wanted));
  app.onError((error) => {
    throw error;
  });
  return Promise.resolve(app.request('/', init));
}

const csvOf = async (made: Table<Row>, locale: 'en' | 'fr' = 'en') =>
  Buffer.from(await (await ask(made, { format: 'csv', locale })).arrayBuffer()).toString('utf8');

const xlsxOf = async (made: Table<Row>) =>
  readXlsx(new Uint8Array(await (await ask(made, { format: 'xlsx', locale: 'en' })).arrayBuffer()));

describe('a CSV', () => {
  const rows = [
    row('HD5, "left"', -1234.5, 308, '2026-11-23T09:00:00.000Z', true, { grid: '11 kV' }),
    row(null, null, null, null, null, null),
  ];

  it('is RFC 4180 with comma and dot in English', async () => {
    expect(await csvOf(table(rows))).toBe(
      [
        'time_utc,time_local,a_text,a_number,a_integer,a_time,a_boolean,a_json',
        '2026-11-23T12:00:00.250Z,2026-11-23 15:00:00,"HD5, ""left""",-1234.5,308,2026-11-23T09:00:00.000Z,true,"{""grid"":""11 kV""}"',
        '2026-11-23T12:00:00.250Z,2026-11-23 15:00:00,,,,,,',
        '',
      ].join('\r\n'),
    );
  });

  it('opens in a French spreadsheet: byte-order mark, semicolons, decimal commas', async () => {
    expect(await csvOf(table(rows), 'fr')).toBe(
      [
        '\ufefftime_utc;time_local;a_text;a_number;a_integer;a_time;a_boolean;a_json',
        '2026-11-23T12:00:00.250Z;2026-11-23 15:00:00;"HD5, ""left""";-1234,5;308;2026-11-23T09:00:00.000Z;true;"{""grid"":""11 kV""}"',
        '2026-11-23T12:00:00.250Z;2026-11-23 15:00:00;;;;;;',
        '',
      ].join('\r\n'),
    );
  });

  it('has its header even without rows', async () => {
    expect(await csvOf(table([]))).toBe('time_utc,time_local,a_text,a_number,a_integer,a_time,a_boolean,a_json\r\n');
  });

  it('says it is a file to save, under a name that is safe everywhere', async () => {
    const answer = await ask(table([], { name: '../Qatar "C01"\r\nX: y_2026-11-23' }), { format: 'csv', locale: 'en' });
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="qatar_c01_x_y_2026-11-23.csv"');
  });

  it.each([
    { value: 0.1 + 0.2, text: '0.3' },
    { value: 145372.75000000003, text: '145372.75' },
    { value: 1 / 3, text: '0.333333333333333' },
    { value: 9007199254740991, text: '9007199254740991' },
    { value: 1.5e-7, text: '1.5e-7' },
    { value: 0, text: '0' },
    { value: Number.NaN, text: '' },
    { value: Number.POSITIVE_INFINITY, text: '' },
  ])('writes the number $value as "$text"', async ({ value, text }) => {
    const [, line] = (await csvOf(table([row(null, value)]))).split('\r\n');
    expect(line).toBe(`2026-11-23T12:00:00.250Z,2026-11-23 15:00:00,,${text},,,,`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', async (text) => {
    const [, cell] = /15:00:00,"?(.*?)"?,,,,,\r\n$/s.exec(await csvOf(table([row(text)])))!;
    expect(cell).toBe(`'${text}`);
  });

  it.each([
    { at: '2026-07-01T12:00:00Z', zone: 'Europe/Paris', local: '2026-07-01 14:00:00' },
    { at: '2026-12-31T23:30:00Z', zone: 'Europe/Paris', local: '2027-01-01 00:30:00' },
    { at: '2026-10-25T00:30:00Z', zone: 'Europe/Paris', local: '2026-10-25 02:30:00' },
    { at: '2026-10-25T01:30:00Z', zone: 'Europe/Paris', local: '2026-10-25 02:30:00' },
    { at: '2026-01-01T00:00:00Z', zone: 'Asia/Kathmandu', local: '2026-01-01 05:45:00' },
    { at: '2026-01-01T00:00:00Z', zone: 'America/St_Johns', local: '2025-12-31 20:30:00' },
  ])('knows that $at is $local in $zone', async ({ at, zone, local }) => {
    expect(await csvOf(table([{ at: new Date(at), zone, values: [] }]))).toContain(`,${local},`);
  });

  it('leaves the times of what was never observed empty', async () => {
    expect(await csvOf(table([{ at: null, zone: 'UTC', values: ['x'] }]))).toMatch(/\r\n,,x,,,,,\r\n$/);
  });
});

describe('an XLSX', () => {
  it('has typed cells, a frozen header, and says what it holds on a second sheet', async () => {
    const sheets = await xlsxOf(
      table([row('HD5', -1234.5, 308, '2026-11-23T09:00:00.000Z', true, ['a']), row(null, null), row('x', null, 0)]),
    );
    expect([...sheets.keys()]).toEqual(['data', 'about']);
    const { cells, xml } = sheets.get('data')!;
    expect(xml).toMatch(/<pane [^>]*ySplit="1"[^>]*topLeftCell="A2"[^>]*state="frozen"/);
    expect([...'ABCDEFGH'].map((column) => cells.get(`${column}1`)?.value)).toEqual([
      'time_utc',
      'time_local',
      ...columns.map(({ key }) => key),
    ]);
    const format = 'yyyy-mm-dd hh:mm:ss';
    const serial = (time: string) => Date.parse(time) / 86_400_000 + 25_569;
    expect(Object.fromEntries([...cells].filter(([address]) => /[2-4]$/.test(address)))).toEqual({
      A2: { value: serial('2026-11-23T12:00:00.250Z'), format },
      B2: { value: serial('2026-11-23T15:00:00Z'), format },
      C2: { value: 'HD5' },
      D2: { value: -1234.5 },
      E2: { value: 308 },
      F2: { value: serial('2026-11-23T09:00:00Z'), format },
      G2: { value: true },
      H2: { value: '["a"]' },
      A3: { value: serial('2026-11-23T12:00:00.250Z'), format },
      B3: { value: serial('2026-11-23T15:00:00Z'), format },
      A4: { value: serial('2026-11-23T12:00:00.250Z'), format },
      B4: { value: serial('2026-11-23T15:00:00Z'), format },
      C4: { value: 'x' },
      E4: { value: 0 },
    });
    expect([...sheets.get('about')!.cells.values()].map(({ value }) => value)).toEqual([
      'title',
      'Containers',
      'range',
      '24 h',
      'author',
      'Ines',
    ]);
  });

  it('keeps hostile texts as they are, and as texts', async () => {
    const texts = [
      '=HYPERLINK("http://x")',
      '+1',
      '-1',
      '@x',
      '<c r="A1"><f>1</f></c>',
      '&amp; ]]>',
      ' two  spaces ',
      'line\nline\r\nend\r',
      '\0\u0001\u001f',
      '_x0041_',
      '\u{1f600} ﷽',
      '__proto__',
      'constructor',
      'toString',
      '123',
      'true',
    ];
    const { cells } = (await xlsxOf(table(texts.map((text) => row(text))))).get('data')!;
    expect(texts.map((_, i) => cells.get(`C${i + 2}`)?.value)).toEqual(texts);
  });

  it('says where it cuts a text that Excel would not open', async () => {
    const { cells } = (await xlsxOf(table([row('x'.repeat(40_000))]))).get('data')!;
    const text = String(cells.get('C2')!.value);
    expect(text).toHaveLength(32_767);
    expect(text).toMatch(/x\.\.\. \(cut here: .*csv.*\)$/);
  });

  it('is refused above 25,000 rows, with the way out', async () => {
    let read = 0;
    let returned = false;
    function* endless(): Generator<Row> {
      try {
        for (;;) {
          read++;
          yield row('x');
        }
      } finally {
        returned = true;
      }
    }
    const refused = ask(table(endless()), { format: 'xlsx', locale: 'en' });
    await expect(refused).rejects.toThrow(TooManyRows);
    await expect(refused).rejects.toThrow(/more than 25,000 rows.*format=csv/);
    expect({ read, returned }).toEqual({ read: MAX_XLSX_ROWS + 1, returned: true });
  });

  it('holds up nothing else while it is made', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => row(`text ${i}`, i / 3, i, NOON, true, { i }));
    let turns = 0;
    let made = false;
    const turn = () => {
      turns++;
      if (!made) setImmediate(turn);
    };
    setImmediate(turn);
    await xlsxOf(table(rows));
    made = true;
    expect(turns).toBeGreaterThan(100);
  });

  it('is made for one after the other, though one of them failed', async () => {
    const broken = table([row(1n)], {
      columns: [{ key: 'a', kind: 'json', get: () => 'x' }],
      facts: { a: Symbol('no clone') as never },
    });
    const answers = await Promise.allSettled([xlsxOf(table([row('a')])), xlsxOf(broken), xlsxOf(table([row('b')]))]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('a long CSV', () => {
  /** Rows of about 1 kB that count how many were read and note that they were returned. */
  function source(end = Number.POSITIVE_INFINITY) {
    const state = { read: 0, returned: false };
    async function* rows(): AsyncGenerator<Row> {
      try {
        while (state.read < end) {
          state.read++;
          yield row('x'.repeat(1_000));
        }
      } finally {
        state.returned = true;
      }
    }
    return { state, rows: rows() };
  }

  async function settled(state: { read: number }): Promise<number> {
    for (let before = -1; before !== state.read; await sleep(100)) before = state.read;
    return state.read;
  }

  it('is read no faster than the client takes it, and no further once it has left', async () => {
    const { state, rows } = source(200_000);
    const app = new Hono().get('/', (c) => answerTable(c, table(rows), { format: 'csv', locale: 'en' }));
    const server = new HttpServer({ app, host: '127.0.0.1', port: 0 });
    const { port } = await server.start();
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(client, 'readable');
    const held = await settled(state);
    expect(held).toBeLessThan(50_000);
    client.resume();
    await expect.poll(() => state.read).toBeGreaterThan(held + 1_000);
    expect(state.returned).toBe(false);
    client.destroy();
    await expect.poll(() => state.returned).toBe(true);
    await server.stop();
  });

  it('arrives whole', async () => {
    const { state, rows } = source(1_234);
    const lines = (await csvOf(table(rows))).split('\r\n');
    expect(lines).toHaveLength(1 + 1_234 + 1);
    expect(state.returned).toBe(true);
  });

  it('fails as a problem before the first rows, and cut off after them', async () => {
    async function* failing(after: number): AsyncGenerator<Row> {
      for (let i = 0; i < after; i++) yield row('x');
      throw new Problem('database_unavailable', { en: 'gone', fr: 'gone' });
    }
    const csv = { format: 'csv', locale: 'en' } as const;
    await expect(ask(table(failing(0)), csv)).rejects.toThrow('gone');
    const answer = await ask(table(failing(2_000)), csv);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow(/^A table was cut off after its first rows: database_unavailable\.$/);
  });

  it('lets go of its rows when only the headers were asked for', async () => {
    const { state, rows } = source();
    const answer = await ask(table(rows), { format: 'csv', locale: 'en' }, { method: 'HEAD' });
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/csv/);
    expect(state.returned).toBe(true);
  });
});

describe('wantedFormat', () => {
  const list = createRoute({
    method: 'get',
    path: '/',
    request: { query: TableFormat },
    responses: {
      200: { description: 'x', content: { 'application/json': { schema: listOf(Project) }, ...TABLE_CONTENT } },
    },
  });
  const app = createRouter().openapi(list, (c) => {
    const wanted = wantedFormat(c, c.req.valid('query'));
    if (wanted.format === 'json') return c.json({ data: [], next_cursor: null, total: 0 }, 200);
    const { columns: _, ...rest } = table([]);
    return answerTable(
      c,
      { ...rest, columns: columnsOf(Project), rows: [], timeOf: () => ({ at: null, timeZone: 'UTC' }) },
      wanted,
    );
  });

  app.onError((error, c) => c.text(error.message, 422));

  async function got(query: string, headers: Record<string, string>): Promise<string> {
    const answer = await app.request(`/${query}`, { headers });
    const type = answer.headers.get('Content-Type')!;
    if (!type.startsWith('text/csv')) return type.endsWith('sheet') ? 'xlsx' : type;
    return Buffer.from(await answer.arrayBuffer())
      .toString('utf8')
      .startsWith('\ufefftime_utc;')
      ? 'csv fr'
      : 'csv en';
  }

  const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  it.each([
    ['', {}, 'application/json'],
    ['', { Accept: '*/*' }, 'application/json'],
    ['', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, 'application/json'],
    ['', { Accept: 'application/json, text/csv;q=0.5' }, 'application/json'],
    ['', { Accept: 'text/csv' }, 'csv en'],
    ['', { Accept: 'text/csv;q=0, application/json' }, 'application/json'],
    ['', { Accept: `${XLSX}, */*` }, 'xlsx'],
    ['?format=json', { Accept: 'text/csv' }, 'application/json'],
    ['?format=csv', { Accept: 'application/json' }, 'csv en'],
    ['?format=csv', { 'Accept-Language': 'fr-CH, fr;q=0.9, en;q=0.8' }, 'csv fr'],
    ['?format=csv', { 'Accept-Language': 'en-GB, fr;q=0.9' }, 'csv en'],
    ['?format=csv', { 'Accept-Language': 'de, fr;q=0.5' }, 'csv fr'],
    ['?format=csv', { 'Accept-Language': 'fr;q=0, de' }, 'csv en'],
    ['?format=csv&locale=fr', { 'Accept-Language': 'en' }, 'csv fr'],
    ['?format=csv&locale=en', { 'Accept-Language': 'fr' }, 'csv en'],
    ['?format=xlsx', {}, 'xlsx'],
  ])('%s with %j gets %s', async (query, headers, expected) => {
    expect(await got(query, headers as Record<string, string>)).toBe(expected);
  });

  it('refuses what it does not know', async () => {
    expect((await app.request('/?format=parquet')).status).toBe(422);
    expect((await app.request('/?format=csv&locale=de')).status).toBe(422);
  });
});
