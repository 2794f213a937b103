import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;
let operator: string;
let viewer: string;

interface Stored {
  id: string;
  name?: string;
  transformer?: string;
  status?: string;
  hashrate?: number | null;
  /** Real, as it is measured. */
  supply?: number | null;
  /** Seconds since its last frame; null: never heard of. */
  age?: number | null;
  interval?: number;
  layout?: object;
}

beforeAll(async () => {
  api = await openTestApi();
  await api.database.owner.query(
    `insert into projects (project_id, name, status) values ('EAST-001', 'East', 'active'), ('WEST-001', 'West', 'active')`,
  );
  await api.database.owner.query(
    `insert into transformers (project_id, transformer_id)
     values ('EAST-001', 'EAST-T01'), ('EAST-001', 'EAST-T02'), ('WEST-001', 'WEST-T01')`,
  );
  await store('EAST-001', [
    {
      id: 'EAST-C01',
      name: 'North hall',
      transformer: 'EAST-T01',
      status: 'active',
      hashrate: 100.25,
      supply: 30.1,
      age: 10,
    },
    {
      id: 'EAST-C02',
      name: 'north annex',
      transformer: 'EAST-T01',
      status: 'active',
      hashrate: 100.25,
      supply: 30.3,
      age: 1000,
    },
    {
      id: 'EAST-C03',
      name: '100 % 50_50',
      transformer: 'EAST-T02',
      status: 'critical',
      hashrate: 7,
      supply: null,
      age: 20,
    },
    { id: 'EAST-C04', status: 'maintenance', hashrate: null, supply: 30.1, age: 5000 },
    { id: 'EAST-C05', status: 'planned', age: null },
    { id: 'EAST-C06', status: 'unknown', age: null },
    { id: 'EAST-C07', status: 'warning', hashrate: 250.5, supply: 29.7, age: 1000, interval: 600 },
    { id: 'EAST-C100', name: 'South', status: 'offline', hashrate: 0, supply: 44.3, age: 30 },
  ]);
  await store('WEST-001', [
    { id: 'WEST-C01', name: 'North of the west' },
    { id: 'EAST-C01', name: 'A namesake' },
  ]);
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['EAST-001']);
  operator = await api.makeKey('operator', ['EAST-001']);
  viewer = await api.makeKey('viewer', ['EAST-001']);
});
afterAll(() => api.close());

async function store(project: string, rows: Stored[]): Promise<void> {
  for (const row of rows)
    await api.database.owner.query(
      `insert into containers (project_id, container_id, name, transformer_id, status, hashrate_th, temp_supply_c, state_at,
                               interval_s, layout, miners_expected)
       values ($1, $2, $3, $4, $5, $6, $7::real, $8, $9, $10, 3)`,
      [
        project,
        row.id,
        row.name ?? null,
        row.transformer ?? null,
        row.status ?? 'active',
        row.hashrate ?? null,
        row.supply ?? null,
        row.age == null ? null : new Date(api.now - row.age * 1000),
        row.interval ?? 60,
        JSON.stringify(row.layout ?? null),
      ],
    );
}

interface Listed {
  data: Record<string, unknown>[];
  next_cursor: string | null;
  total: number;
}

const list = async (query: string, key = viewer) => {
  const { body } = await api.ask(`/api/projects/EAST-001/containers${query}`, { key });
  return body as Listed;
};
const ids = ({ data }: Listed) => data.map(({ container_id }) => String(container_id).replace('EAST-', ''));
const put = (id: string, fields: unknown, { key = manager, headers = {} } = {}) =>
  api.ask(`/api/containers/${id}`, { key, method: 'PUT', json: fields, headers });
const get = (id: string) => api.ask(`/api/containers/${id}`, { key: operator });

it('are counted by status in their project, as the list shows each, by the clock', async () => {
  const project: { containers_by_status: object } = (await api.ask('/api/projects/EAST-001', { key: viewer })).body;
  const list: { data: { status: string }[] } = (await api.ask('/api/projects/EAST-001/containers', { key: viewer }))
    .body;
  const counted = Object.entries(project.containers_by_status).filter(([, count]) => count !== 0);
  const listed = Map.groupBy(list.data, ({ status }) => status);
  expect(Object.fromEntries(counted)).toEqual(
    Object.fromEntries([...listed].map(([status, of]) => [status, of.length])),
  );
  expect(project.containers_by_status).toMatchObject({ active: 1, critical: 1, offline: 2, unknown: 1 });
});

describe("a project's containers", () => {
  it.each([
    ['?status=active', ['C01']],
    ['?status=critical,warning', ['C03', 'C07']],
    ['?status=maintenance,planned,unknown', ['C04', 'C05', 'C06']],
    ['?transformer_id=east-t01', ['C01', 'C02']],
    ['?transformer_id=EAST-T01,EAST-T02&status=critical', ['C03']],
    ['?transformer_id=EAST-T09', []],
    ['?q=NORTH', ['C01', 'C02']],
    ['?q=c10', ['C100']],
    ['?q=%25%2050_', ['C03']],
    ['?q=_', ['C03']],
    ['?q=%27%20or%20true--', []],
    ['?q=%5C', []],
  ])('%s leaves out the others', async (query, expected) => {
    const found = await list(query);
    expect(ids(found)).toEqual(expected);
    expect(found.total).toBe(expected.length);
  });

  it('are filtered by the status that is shown: a silent container is offline', async () => {
    expect(ids(await list('?status=offline'))).toEqual(['C02', 'C100']);
    for (const later of [0, 890, 899, 900, 4_000]) {
      api.now += later * 1000;
      const { data } = await list('');
      for (const status of ['active', 'warning', 'critical', 'offline', 'maintenance', 'unknown', 'planned']) {
        const shown = data.filter((container) => container.status === status);
        expect(ids(await list(`?status=${status}`)), `${status} after ${later} s`).toEqual(
          ids({ data: shown } as Listed),
        );
      }
      api.now -= later * 1000;
    }
  });

  it.each([
    ['container_id', ['C01', 'C02', 'C03', 'C04', 'C05', 'C06', 'C07', 'C100']],
    ['-container_id', ['C100', 'C07', 'C06', 'C05', 'C04', 'C03', 'C02', 'C01']],
    ['hashrate_th', ['C100', 'C03', 'C01', 'C02', 'C07', 'C04', 'C05', 'C06']],
    ['-hashrate_th', ['C07', 'C01', 'C02', 'C03', 'C100', 'C04', 'C05', 'C06']],
    ['temp_supply_c', ['C07', 'C01', 'C04', 'C02', 'C100', 'C03', 'C05', 'C06']],
    ['-temp_supply_c', ['C100', 'C02', 'C01', 'C04', 'C07', 'C03', 'C05', 'C06']],
    ['name', ['C03', 'C02', 'C01', 'C100', 'C04', 'C05', 'C06', 'C07']],
    ['-transformer_id', ['C03', 'C01', 'C02', 'C04', 'C05', 'C06', 'C07', 'C100']],
    ['status', ['C03', 'C07', 'C02', 'C100', 'C06', 'C01', 'C04', 'C05']],
    ['-observed_at', ['C01', 'C03', 'C100', 'C02', 'C07', 'C04', 'C05', 'C06']],
  ])('sorted by %s come in that order, unknown last, in pages of any size', async (sort, expected) => {
    expect(ids(await list(`?sort=${sort}`))).toEqual(expected);
    for (const limit of [1, 3]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Listed = await list(`?sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
        expect(page.total).toBe(8);
        seen.push(...ids(page));
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(expected);
    }
  });

  it('go on where the page ended, though its last container has changed since', async () => {
    const first = await list('?sort=-hashrate_th&limit=2');
    expect(ids(first)).toEqual(['C07', 'C01']);
    const set = (hashrate: number) =>
      api.database.owner.query(
        "update containers set hashrate_th = $1 where container_id = 'EAST-C01' and project_id = 'EAST-001'",
        [hashrate],
      );
    await set(1);
    const rest = await list(`?sort=-hashrate_th&limit=9&cursor=${first.next_cursor}`);
    await set(100.25);
    expect(ids(rest)).toEqual(['C02', 'C03', 'C01', 'C100', 'C04', 'C05', 'C06']);
  });

  it('come as far as fields says, their ids always', async () => {
    const { data } = await list('?fields=name,hashrate_th&status=active');
    expect(data).toEqual([
      { project_id: 'EAST-001', container_id: 'EAST-C01', name: 'North hall', hashrate_th: 100.25 },
    ]);
  });

  it.each([
    ['?sort=secret', '/sort'],
    ['?sort=layout', '/sort'],
    ['?status=active,wrong', '/status/1'],
    ['?transformer_id=x', '/transformer_id/0'],
    ['?fields=name,agent_id', '/fields/1'],
    ['?q=', '/q'],
    ['?q=%00', '/q'],
    ['?statsu=active', '/statsu'],
    ['?limit=501', '/limit'],
    ['?cursor=WyJuYW1lIiwxLCJYIl0', '/cursor'],
    [`?sort=hashrate_th&cursor=${cursorOf(['hashrate_th', "1'; drop table containers", 'X'])}`, '/cursor'],
    [`?sort=name&cursor=${cursorOf(['name', 5, 'X'])}`, '/cursor'],
    [`?sort=name&cursor=${cursorOf(['hashrate_th', 5, 'X'])}`, '/cursor'],
    [`?sort=name&cursor=${cursorOf(['name', '\u0000', 'X'])}`, '/cursor'],
  ])('%s is refused at its place', async (query, pointer) => {
    const { status, body } = await api.ask(`/api/projects/EAST-001/containers${query}`, { key: viewer });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });

  it('a query of 10 kB is refused, and so is a cursor', async () => {
    for (const field of ['q', 'cursor']) {
      const { status, body } = await api.ask(`/api/projects/EAST-001/containers?${field}=${'A'.repeat(10_000)}`, {
        key: viewer,
      });
      expect([status, body]).toEqual([
        422,
        expect.objectContaining({ errors: [expect.objectContaining({ pointer: `/${field}` })] }),
      ]);
    }
  });
});

describe('as a table', () => {
  const table = (query: string, key = operator, headers = {}) =>
    api.ask(`/api/projects/EAST-001/containers${query}`, { key, headers });

  it('the list comes with the same filters, order and fields, its time in UTC and on the site', async () => {
    await api.database.owner.query("update projects set time_zone = 'Asia/Qatar' where project_id = 'EAST-001'");
    const csv = await table('?format=csv&status=active,critical&sort=-hashrate_th&fields=name,hashrate_th,coverage');
    expect(csv.headers.get('Content-Type')).toContain('text/csv');
    expect(csv.headers.get('Content-Disposition')).toBe('attachment; filename="east-001_containers_2026-11-23.csv"');
    expect(String(csv.body).trim().split('\r\n')).toEqual([
      'time_utc,time_local,project_id,container_id,name,coverage_reporting,coverage_expected,hashrate_th',
      '2026-11-23T11:59:50.000Z,2026-11-23 14:59:50,EAST-001,EAST-C01,North hall,0,3,100.25',
      '2026-11-23T11:59:40.000Z,2026-11-23 14:59:40,EAST-001,EAST-C03,100 % 50_50,0,3,7',
    ]);
    const french = await table('?format=csv&locale=fr&status=active&fields=hashrate_th');
    expect(String(french.body)).toContain('EAST-C01;100,25');
    const accepted = await table('?fields=name', operator, { Accept: 'text/csv' });
    expect(String(accepted.body).trim().split('\r\n')).toHaveLength(9);
    const xlsx = await table('?format=xlsx');
    expect([xlsx.status, xlsx.headers.get('Content-Disposition')]).toEqual([200, expect.stringContaining('.xlsx"')]);
  });

  it('is refused to viewers, and in a format that there is not', async () => {
    expect((await table('?format=csv', viewer)).body).toMatchObject({ code: 'forbidden' });
    expect((await table('?format=pdf')).body).toMatchObject({ errors: [{ pointer: '/format' }] });
  });
});

describe('a container', () => {
  it('takes what people say of it and keeps the rest; its version moves, and is in the activity log', async () => {
    const layout = { rows: 2, columns: 154, order: 'snake' };
    const metadata = { plan: { x: 1, y: 2 }, 'hostile "key\\': "'; drop table containers; -- <script>" };
    const before = (await get('EAST-C01')).headers.get('ETag');
    const changed = await put('east-c01', { name: ' Hall 1 ', transformer_id: 'east-t02', layout, metadata });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      container_id: 'EAST-C01',
      name: 'Hall 1',
      transformer_id: 'EAST-T02',
      layout,
      metadata,
      hashrate_th: 100.25,
      status: 'active',
    });
    expect((await get('EAST-C01')).headers.get('ETag')!.slice(0, 4)).not.toBe(before!.slice(0, 4));
    const { rows } = await api.database.owner.query(
      `select actor_kind, action, target_type, target_id, before, after from activity_logs
        where project_id = 'EAST-001' and action <> 'export'`,
    );
    expect(rows).toMatchObject([
      {
        actor_kind: 'api_key',
        action: 'container.update',
        target_type: 'container',
        target_id: 'EAST-C01',
        before: { name: 'North hall', transformer_id: 'EAST-T01', layout: null, metadata: {} },
        after: { name: 'Hall 1', transformer_id: 'EAST-T02', layout, metadata },
      },
    ]);
    const cleared = await put('EAST-C01', { name: null, transformer_id: null, layout: null });
    expect(cleared.body).toMatchObject({ name: null, transformer_id: null, layout: null, metadata });
  });

  it('with nothing new said keeps its version, and nothing is logged', async () => {
    const { headers, body } = await get('EAST-C02');
    const { name, transformer_id, layout, metadata, project_id, container_id } = body as Record<string, unknown>;
    const same = await put('EAST-C02', { name, transformer_id, layout, metadata, project_id, container_id });
    expect(same.status).toBe(200);
    expect((await get('EAST-C02')).headers.get('ETag')).toBe(headers.get('ETag'));
  });

  it('edited by two people: the second sees what stands there now', async () => {
    const tag = (await get('EAST-C03')).headers.get('ETag')!;
    expect((await put('EAST-C03', { name: 'First' }, { headers: { 'If-Match': tag } })).status).toBe(200);
    const second = await put('EAST-C03', { name: 'Second' }, { key: admin, headers: { 'If-Match': tag } });
    expect(second.status).toBe(412);
    expect(second.body).toMatchObject({
      code: 'changed_meanwhile',
      current: { container_id: 'EAST-C03', name: 'First' },
    });
    const now = (await get('EAST-C03')).headers.get('ETag')!;
    expect((await put('EAST-C03', { name: 'Second' }, { key: admin, headers: { 'If-Match': now } })).status).toBe(200);
  });

  it('edited at once by several with one ETag is changed by one', async () => {
    const tag = (await get('EAST-C03')).headers.get('ETag')!;
    const holder = await api.database.owner.connect();
    await holder.query("begin; select 1 from containers where container_id = 'EAST-C03' for update");
    const edits = ['a', 'b', 'c', 'd'].map((name) => put('EAST-C03', { name }, { headers: { 'If-Match': tag } }));
    // All of them have come as far as they can before the first may go on.
    await vi.waitFor(async () => expect(await waiting()).toBe(4), { timeout: 20_000 });
    await holder.query('commit');
    holder.release();
    expect((await Promise.all(edits)).map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it('can be edited while its readings come in', async () => {
    const tag = (await get('EAST-C07')).headers.get('ETag')!;
    await api.database.owner.query("update containers set hashrate_th = 251 where container_id = 'EAST-C07'");
    expect((await put('EAST-C07', { name: 'Seven' }, { headers: { 'If-Match': tag } })).status).toBe(200);
  });

  it.each([
    ['EAST-C04', 'active', 'unknown'],
    ['EAST-C05', 'active', 'unknown'],
    ['EAST-C03', 'active', 'critical'],
    ['EAST-C03', 'maintenance', 'maintenance'],
    ['EAST-C06', 'planned', 'planned'],
  ])('%s set to %s is %s: what is in service is judged by its frames', async (id, said, shown) => {
    await api.database.owner.query("update containers set state_at = $1 where project_id = 'EAST-001'", [
      new Date(api.now),
    ]);
    expect((await put(id, { status: said })).body).toMatchObject({ status: shown });
  });

  it.each([
    [{ hashrate_th: 1 }, '/hashrate_th', 'the agent says this, nobody sets it: hashrate_th'],
    [{ model: 'HD5' }, '/model', 'the agent says this, nobody sets it: model'],
    [{ miners_expected: 5 }, '/miners_expected', 'the agent says this, nobody sets it: miners_expected'],
    [{ status: 'critical' }, '/status', /active/],
    [{ status: 'offline' }, '/status', /active/],
    [{ naem: 'x' }, '/naem', /naem/],
    [{ name: '' }, '/name', /./],
    [{ name: 'x'.repeat(101) }, '/name', /./],
    [{ name: 5 }, '/name', /./],
    [{ name: 'a\u202eb' }, '/name', /control characters/],
    [{ name: 'a\nb' }, '/name', /control characters/],
    [{ metadata: [] }, '/metadata', /./],
    [{ layout: { rows: 0, columns: 1, order: 'row' } }, '/layout/rows', /./],
    [{ layout: { rows: 1, columns: 1001, order: 'row' } }, '/layout/columns', /./],
    [{ layout: { rows: 1, columns: 1, order: 'spiral' } }, '/layout/order', /./],
    [{ transformer_id: 'EAST-T09' }, '/transformer_id', 'EAST-001 has no transformer EAST-T09'],
    [{ transformer_id: 'WEST-T01' }, '/transformer_id', 'EAST-001 has no transformer WEST-T01'],
    [{ transformer_id: 'T1' }, '/transformer_id', /transformer id/],
    [{ project_id: 'WEST-001' }, '/project_id', /a container does not move to another project/],
    [{ project_id: 'NOWHERE-001' }, '/project_id', /a container does not move to another project/],
    [{ container_id: 'EAST-C09' }, '/container_id', /an id does not change/],
  ])('refuses %j at its place, in both languages', async (fields, pointer, message) => {
    const before = (await get('EAST-C02')).headers.get('ETag');
    const en = await put('EAST-C02', fields);
    const fr = await put('EAST-C02', fields, { headers: { 'Accept-Language': 'fr' } });
    expect([en.status, fr.status]).toEqual([422, 422]);
    const matching = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(en.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer, message: matching }] });
    const words = ({ body }: { body: { errors: { message: string }[] } }) => body.errors[0]!.message;
    expect(words(fr)).not.toBe(words(en));
    expect((await get('EAST-C02')).headers.get('ETag')).toBe(before);
  });

  it.each([
    [{ name: 'a\u0000b' }, '/name'],
    [{ name: '\ud800' }, '/name'],
    [{ metadata: { deep: { list: ['\u0000'] } } }, '/metadata/deep/list/0'],
    [{ metadata: { '\u0000': 1 } }, '/metadata/\u0000'],
    [{ metadata: { a: '\udc00' } }, '/metadata/a'],
    [{ metadata: nested(21) }, '/metadata'],
    [{ metadata: nested(2_000) }, '/metadata'],
  ])('refuses %#, which no database keeps', async (fields, pointer) => {
    const { status, body } = await put('EAST-C02', fields);
    expect([status, body]).toEqual([422, expect.objectContaining({ errors: [expect.objectContaining({ pointer })] })]);
  });

  it('tells all faults at once', async () => {
    const { body } = await put('EAST-C02', { name: '', model: 'x', power_consumption_kw: 1, foo: 1, layout: 5 });
    const { errors } = body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/foo',
      '/layout',
      '/model',
      '/name',
      '/power_consumption_kw',
    ]);
    const both = await put('EAST-C02', { project_id: 'WEST-001', transformer_id: 'EAST-T77' });
    expect(both.body).toMatchObject({ errors: [{ pointer: '/project_id' }, { pointer: '/transformer_id' }] });
  });

  it("is nobody else's to change", async () => {
    for (const key of [operator, viewer])
      expect((await put('EAST-C02', { name: 'x' }, { key })).body).toMatchObject({ code: 'forbidden' });
    for (const id of ['WEST-C01', 'EAST-C77', 'x', '%00', "'; drop table containers; --"])
      expect((await put(encodeURIComponent(id), { name: 'x' })).status, id).toBe(404);
    const { rows } = await api.database.owner.query("select name from containers where project_id = 'WEST-001'");
    expect(rows.map(({ name }) => name).sort()).toEqual(['A namesake', 'North of the west']);
  });

  it('whose id two visible projects use is named by project_id, which moves nothing', async () => {
    expect((await put('EAST-C01', { name: 'x' }, { key: admin })).body).toMatchObject({ code: 'ambiguous_id' });
    const west = await put('EAST-C01?project_id=WEST-001', { name: 'West one' }, { key: admin });
    expect(west.body).toMatchObject({ project_id: 'WEST-001', name: 'West one' });
    const moved = await put('EAST-C01?project_id=WEST-001', { project_id: 'EAST-001' }, { key: admin });
    expect(moved.body).toMatchObject({ errors: [{ pointer: '/project_id', code: 'immutable' }] });
  });

  it('written by hand with a layout that is none is shown without one', async () => {
    await store('EAST-001', [{ id: 'EAST-C50', layout: ['junk'] }]);
    expect((await get('EAST-C50')).body).toMatchObject({ layout: null });
    await api.database.owner.query("delete from containers where container_id = 'EAST-C50'");
  });
});

/** How many connections wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await api.database.owner.query<{ n: number }>(
    "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]!.n;
}

function cursorOf(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function nested(levels: number): object {
  return levels === 0 ? {} : { in: nested(levels - 1) };
}
