import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let manager: string;
let admin: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.database.owner.query(
    `insert into projects (project_id, name, status) values
       ('EAST-001', 'East', 'active'), ('WEST-001', 'West', 'active'), ('OLD-001', 'Old', 'archived')`,
  );
  await api.database.owner.query(
    `insert into transformers (project_id, transformer_id) values ('EAST-001', 'EAST-T01'), ('WEST-001', 'WEST-T01')`,
  );
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['EAST-001']);
});
afterAll(() => api.close());

const PATH = '/api/projects/EAST-001/containers';
const create = (json: unknown, query = '', headers = {}) => api.ask(PATH + query, { key: manager, json, headers });
const total = async () => ((await api.ask(`${PATH}?limit=1`, { key: manager })).body as { total: number }).total;
const pointers = ({ body }: { body: unknown }) =>
  (body as { errors: { pointer: string; code: string }[] }).errors.map(({ pointer, code }) => `${pointer} ${code}`);

it('nothing in an archived project changes, whoever asks: neither containers nor transformers', async () => {
  await api.database.owner.query(`insert into containers (project_id, container_id) values ('OLD-001', 'OLD-C01')`);
  await api.database.owner.query(`insert into transformers (project_id, transformer_id) values ('OLD-001', 'OLD-T01')`);
  const keeper = await api.makeKey('project_manager', ['OLD-001']);
  for (const key of [admin, keeper])
    for (const [method, path, json] of [
      ['PUT', '/api/containers/OLD-C01', { name: 'New' }],
      ['PUT', '/api/transformers/OLD-T01', { name: 'New' }],
      ['POST', '/api/projects/OLD-001/containers', { container_id: 'OLD-C02' }],
      ['POST', '/api/projects/OLD-001/transformers', { transformer_id: 'OLD-T02' }],
    ] as const) {
      const { status, body } = await api.ask(path, { key, method, json });
      expect([path, status, (body as { code: string }).code]).toEqual([path, 409, 'conflict']);
    }
});

describe('a new container', () => {
  it('needs only its id, is unknown until its first frame, and expects as many miners as it is told', async () => {
    const bare = await create({ container_id: 'east-c01' });
    expect(bare.status).toBe(201);
    expect(bare.headers.get('Location')).toBe('/api/containers/EAST-C01?project_id=EAST-001');
    expect(bare.body).toMatchObject({
      dry_run: false,
      created: 1,
      data: [
        {
          project_id: 'EAST-001',
          container_id: 'EAST-C01',
          status: 'unknown',
          name: null,
          metadata: {},
          hashrate_th: null,
          observed_at: null,
          coverage: { reporting: 0, expected: 0 },
          created_at: new Date(api.now).toISOString(),
        },
      ],
    });
    const full = {
      container_id: 'EAST-C02',
      project_id: 'EAST-001',
      name: 'O\'Brien "quoted" \\ {NULL,} <b> é \u{1f40b}',
      transformer_id: 'EAST-T01',
      layout: { rows: 14, columns: 22, order: 'snake' },
      status: 'planned',
      metadata: { plan: { x: 1 }, text: '\\u0000 "{}", \'' },
      miners_expected: 308,
    };
    const made = await create([full]);
    expect(made.body).toMatchObject({ created: 1, data: [{ ...full, coverage: { reporting: 0, expected: 308 } }] });
    const read = await api.ask('/api/containers/EAST-C02', { key: manager });
    expect(read.body).toMatchObject(full);
  });

  it('of the letters of another project is as good, and so is an id that another project uses', async () => {
    expect((await create([{ container_id: 'WEST-C01' }, { container_id: 'X-C001' }])).status).toBe(201);
    const west = { key: admin, json: { container_id: 'EAST-C01' } };
    expect((await api.ask('/api/projects/WEST-001/containers', west)).status).toBe(201);
  });

  it('is not made twice', async () => {
    const again = await create({ container_id: 'EAST-C01' });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      code: 'already_exists',
      errors: [{ pointer: '/container_id', code: 'already_exists' }],
    });
  });

  it('that somebody else makes at the same moment is not made', async () => {
    const other = await api.database.owner.connect();
    await other.query("begin; insert into containers (project_id, container_id) values ('EAST-001', 'EAST-C40')");
    const late = create([{ container_id: 'EAST-C39' }, { container_id: 'EAST-C40' }]);
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 20_000 });
    await other.query('commit');
    other.release();
    expect((await late).body).toMatchObject({ code: 'already_exists', errors: [{ pointer: '/1/container_id' }] });
    expect((await api.ask('/api/containers/EAST-C39', { key: manager })).status).toBe(404);
  });

  it('with an idempotency key is made once and answered alike', async () => {
    const headers = { 'Idempotency-Key': 'c41' };
    const [first, again] = [
      await create({ container_id: 'EAST-C41' }, '', headers),
      await create({ container_id: 'EAST-C41' }, '', headers),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
  });

  it.each([
    [{}, '/container_id'],
    [{ container_id: 'C1' }, '/container_id'],
    [{ container_id: "EAST-C50'; drop table containers; --" }, '/container_id'],
    [{ container_id: 'EAST-C50', miners_expected: 5001 }, '/miners_expected'],
    [{ container_id: 'EAST-C50', miners_expected: -1 }, '/miners_expected'],
    [{ container_id: 'EAST-C50', hashrate_th: 5 }, '/hashrate_th'],
    [{ container_id: 'EAST-C50', status: 'offline' }, '/status'],
    [{ container_id: 'EAST-C50', transformer_id: 'WEST-T01' }, '/transformer_id'],
    [{ container_id: 'EAST-C50', project_id: 'WEST-001' }, '/project_id'],
    [{ container_id: 'EAST-C50', name: '\u0000' }, '/name'],
    [{ container_id: 'EAST-C50', metadata: { a: ['\ud800'] } }, '/metadata/a/0'],
    [[], ''],
    [['EAST-C50'], '/0'],
    ['null', ''],
    ['"EAST-C50"', ''],
    [{ containers: [] }, '/container_id'],
  ])('%j is refused at its place', async (body, pointer) => {
    const before = await total();
    const { status, body: problem } = await create(body);
    expect([status, problem]).toEqual([422, expect.objectContaining({ code: 'invalid_request' })]);
    expect(pointers({ body: problem }).map((told) => told.split(' ')[0])).toContain(pointer);
    expect(await total()).toBe(before);
  });

  it('in what is no JSON, or nested without end, is refused', async () => {
    expect((await create('{"container_id": ')).status).toBe(400);
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect((await create(`{"container_id": "EAST-C51", "metadata": ${deep}}`)).status).toBe(422);
  });

  it('is for managers of the project, which has to be in use', async () => {
    const ask = async (path: string, key: string) =>
      (await api.ask(path, { key, json: { container_id: 'EAST-C52' } })).status;
    const operator = await api.makeKey('operator', ['EAST-001']);
    expect(await ask(PATH, operator)).toBe(403);
    expect(await ask(PATH, await api.makeKey('viewer', ['EAST-001']))).toBe(403);
    for (const id of ['WEST-001', 'NOWHERE-001', 'HEARST-000', '%00', 'x'])
      expect(await ask(`/api/projects/${id}/containers`, manager), id).toBe(404);
    expect(await ask('/api/projects/OLD-001/containers', admin)).toBe(409);
  });
});

describe('many containers', () => {
  const many = (count: number, from = 1) =>
    Array.from({ length: count }, (_, i) => ({
      container_id: `M${Math.floor((from + i) / 9_000)}-C${String(1_000 + ((from + i) % 9_000))}`,
      miners_expected: 308,
    }));

  it('are made together, as one entry of the activity log', async () => {
    const made = await create(many(1_200));
    const { created, data } = made.body as { created: number; data: { container_id: string }[] };
    expect([made.status, created, data.length]).toEqual([201, 1_200, 500]);
    expect(data[0]).toMatchObject({ container_id: 'M0-C1001' });
    expect(made.headers.get('Location')).toBeNull();
    const { rows } = await api.database.owner.query(
      `select target_type, target_id, after from activity_logs where project_id = 'EAST-001' order by seq desc limit 1`,
    );
    expect(rows[0]).toMatchObject({ target_type: 'project', target_id: 'EAST-001', after: { created: 1_200 } });
    expect(rows[0].after.container_ids).toHaveLength(100);
  });

  it('are all of them left out when one is malformed, and every one of those is told', async () => {
    const rows: Record<string, unknown>[] = many(300, 20_000);
    rows[50] = { container_id: 'nonsense', name: 5 };
    rows[90] = { ...rows[90], status: 'critical' };
    const before = await total();
    const refused = await create(rows);
    expect(refused.status).toBe(422);
    expect(pointers(refused)).toEqual([
      '/50/name invalid_type',
      '/50/container_id invalid_format',
      '/90/status invalid_value',
    ]);
    expect(await total()).toBe(before);
  });

  it('are all of them left out when one does not fit, and every one of those is told in order', async () => {
    const rows: Record<string, unknown>[] = many(300, 20_000);
    rows[60] = { ...rows[60], transformer_id: 'EAST-T99' };
    rows[70] = { ...rows[69] };
    rows[80] = { container_id: 'EAST-C01' };
    rows[95] = { ...rows[95], project_id: 'WEST-001', transformer_id: 'EAST-T98' };
    const before = await total();
    const refused = await create(rows);
    expect(refused.status).toBe(422);
    expect(pointers(refused)).toEqual([
      '/60/transformer_id unknown_transformer',
      '/70/container_id duplicate',
      '/80/container_id already_exists',
      '/95/project_id immutable',
      '/95/transformer_id unknown_transformer',
    ]);
    expect(await total()).toBe(before);
  });

  it('that would be made are told by dry_run, and none is', async () => {
    const [before, logged] = [await total(), await logLength()];
    const tried = await create(many(3, 30_000), '?dry_run=true');
    expect(tried.status).toBe(200);
    expect(tried.body).toMatchObject({ dry_run: true, created: 3, data: [{ miners_expected: 308 }, {}, {}] });
    expect([await total(), await logLength()]).toEqual([before, logged]);
    expect((await create([{ container_id: 'EAST-C01' }], '?dry_run=true')).status).toBe(409);
    expect((await create([{ container_id: 'EAST-C55' }], '?dry_run=perhaps')).status).toBe(422);
  });

  it('are at most 100,000', async () => {
    const tooMany = `[${Array.from({ length: 100_001 }, () => '{}').join()}]`;
    const refused = await create(tooMany);
    expect([refused.status, pointers(refused)]).toEqual([422, [' too_big']]);
  });

  async function logLength(): Promise<number> {
    const { rows } = await api.database.owner.query(
      "select count(*) as n from activity_logs where project_id = 'EAST-001'",
    );
    return (rows[0] as { n: number }).n;
  }
});

describe('a CSV of containers', () => {
  const HEADER =
    'container_id,name,transformer_id,status,miners_expected,layout_rows,layout_columns,layout_order,metadata';
  const send = (csv: string, query = '', headers = {}) => api.ask(PATH + query, { key: manager, csv, headers });

  it('makes what its lines say, as JSON would', async () => {
    const made = await send(
      [
        HEADER,
        'CSV-C01,"Hall ""1"", north",east-t01,planned,308,14,22,snake,"{""plan"":{""x"":1}}"',
        'csv-c02,,,,,,,,',
        'CSV-C03,=1+1,,active,0,2,154,,',
      ].join('\r\n'),
    );
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      created: 3,
      data: [
        {
          container_id: 'CSV-C01',
          name: 'Hall "1", north',
          transformer_id: 'EAST-T01',
          status: 'planned',
          miners_expected: 308,
          layout: { rows: 14, columns: 22, order: 'snake' },
          metadata: { plan: { x: 1 } },
        },
        { container_id: 'CSV-C02', name: null, transformer_id: null, status: 'unknown', layout: null, metadata: {} },
        { container_id: 'CSV-C03', name: '=1+1', layout: { rows: 2, columns: 154, order: 'row' } },
      ],
    });
  });

  it('with semicolons and a byte-order mark is read too, and may be tried first', async () => {
    const text = '\ufeffcontainer_id;name;miners_expected\r\nCSV-C11;Été;308\r\n';
    expect((await send(text, '?dry_run=true')).body).toMatchObject({ dry_run: true, created: 1 });
    expect((await send(text)).body).toMatchObject({ created: 1, data: [{ name: 'Été', miners_expected: 308 }] });
  });

  it('with faults of every kind makes nothing, and every faulty line is named', async () => {
    const lines = [
      'container_id,name,transformer_id,miners_expected,layout_rows,layout_columns,metadata,project_id',
      'CSV-C20,,,,,,,',
      'nonsense,,,,,,,',
      'CSV-C21,,EAST-T99,,,,,',
      'CSV-C22,,,3.5,,,,',
      'CSV-C20,,,,,,,',
      'EAST-C01,,,,,,,',
      'CSV-C23,,,,5,,,',
      'CSV-C24,,,,,,{,',
      'CSV-C25,"never closed,,,,,,',
      'CSV-C26,,,,,,,WEST-001',
      'CSV-C27,a\u202eb,,,,,,',
      'CSV-C28,,,,,,"{""a"":""\\u0000""}",',
      'CSV-C29,,,,,,,EAST-001',
    ];
    const before = await total();
    const en = await send(lines.join('\n'));
    expect(en.status).toBe(422);
    expect(pointers(en)).toEqual([
      '/3/container_id invalid_format',
      '/4/transformer_id unknown_transformer',
      '/5/miners_expected custom',
      '/6/container_id duplicate',
      '/7/container_id already_exists',
      '/8/layout_columns custom',
      '/9/metadata custom',
      '/10 quotes',
      '/11/project_id immutable',
      '/12/name invalid_format',
      '/13/metadata custom',
    ]);
    expect(en.body).toMatchObject({ code: 'invalid_request', lines: '3-13' });
    expect(await total()).toBe(before);
    const fr = await send(lines.join('\n'), '', { 'Accept-Language': 'fr' });
    const words = ({ body }: { body: unknown }) =>
      (body as { errors: { message: string }[] }).errors.map((e) => e.message);
    const english = words(en);
    expect(words(fr).filter((message, i) => message === english[i])).toEqual([]);
  });

  it('of 100,000 lines with faults in the middle names every one of them', async () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `M${Math.floor(i / 9_000)}-C${1_000 + (i % 9_000)},Hall ${i},308`,
    );
    for (let i = 49_000; i < 50_500; i++) lines[i] = 'nonsense,x,308';
    lines[50_600] = 'CSV-C30,x,-1';
    lines[50_700] = 'EAST-C01,x,308';
    lines[99_999] = lines[0]!;
    const before = await total();
    const refused = await send(['container_id,name,miners_expected', ...lines].join('\n'));
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ lines: '3-1202, 49002-50501, 50602, 50702, 100001' });
    expect((refused.body as { errors: unknown[] }).errors).toHaveLength(1_000);
    expect(await total()).toBe(before);
  });

  it.each([
    ['', '/1 empty'],
    ['container_id,nmae\nCSV-C40,x', '/1/nmae unknown_column'],
    ['name\nx', '/1 missing_column'],
    ['container_id,hashrate_th\nCSV-C40,5', '/1/hashrate_th unknown_column'],
  ])('%j is refused', async (text, fault) => {
    expect(pointers(await send(text))).toEqual([fault]);
  });

  it('without a container, or sent as what it is not, is refused', async () => {
    expect((await send('container_id\n')).status).toBe(422);
    expect((await create('container_id\nCSV-C40')).status).toBe(400);
    expect((await send('[{"container_id": "CSV-C40"}]')).status).toBe(422);
    expect((await api.ask(PATH, { key: manager, method: 'POST' })).status).toBe(400);
    const rows = `container_id\n${'x'.repeat(17 * 1024 * 1024)}`;
    expect((await send(rows)).status).toBe(413);
  });

  it('only exists-already: 409, with the lines', async () => {
    const again = await send('container_id\nEAST-C01\nEAST-C02');
    expect([again.status, again.body]).toEqual([
      409,
      expect.objectContaining({ code: 'already_exists', lines: '2-3' }),
    ]);
  });
});

/** How many connections wait for a lock or for another transaction. */
async function waiting(): Promise<number> {
  const { rows } = await api.database.owner.query<{ n: number }>(
    "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]!.n;
}
