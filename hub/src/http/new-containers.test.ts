import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('is made once where it is asked for twice at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => create({ container_id: 'EAST-C40' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
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
    [null, ''],
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

  it('are all of them left out when one is faulty, and every fault is told in order, whatever its kind', async () => {
    const rows: Record<string, unknown>[] = many(300, 20_000);
    rows[50] = { container_id: 'nonsense' };
    rows[60] = { ...rows[60], transformer_id: 'EAST-T99' };
    rows[70] = { ...rows[69] };
    rows[80] = { container_id: 'EAST-C01' };
    rows[90] = { ...rows[90], name: 'a\u0000' };
    rows[95] = { ...rows[95], project_id: 'WEST-001', transformer_id: 'EAST-T98' };
    const before = await total();
    const refused = await create(rows);
    expect(refused.status).toBe(422);
    expect(pointers(refused)).toEqual([
      '/50/container_id invalid_format',
      '/60/transformer_id unknown_transformer',
      '/70/container_id duplicate',
      '/80/container_id already_exists',
      '/90/name nul',
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

  it('at most 100,000, of which 100,000 take seconds', async () => {
    const begun = performance.now();
    const made = await create(many(100_000, 40_000));
    expect(made.body).toMatchObject({ created: 100_000 });
    console.log('100,000 rows ms', performance.now() - begun);
    const again = await create(many(100_000, 40_000));
    expect(again.status).toBe(409);
    console.log('again ms', performance.now() - begun);
    expect((again.body as { errors: unknown[] }).errors).toHaveLength(1_000);
    expect((await create(many(100_001, 200_000))).body).toMatchObject({ errors: [{ code: 'too_big' }] });
  });

  async function logLength(): Promise<number> {
    const { rows } = await api.database.owner.query(
      "select count(*) as n from activity_logs where project_id = 'EAST-001'",
    );
    return (rows[0] as { n: number }).n;
  }
});
