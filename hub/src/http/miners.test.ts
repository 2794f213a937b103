import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let operator: string;
let viewer: string;

beforeAll(async () => {
  api = await openTestApi();
  const owner = api.database.owner;
  await owner.query(`insert into projects (project_id, name) values ('EAST-001', 'East'), ('WEST-001', 'West')`);
  await owner.query(
    `insert into containers (project_id, container_id, layout, interval_s) values
       ('EAST-001', 'EAST-C01', '{"rows": 2, "columns": 3, "order": "snake"}', 60),
       ('EAST-001', 'EAST-C02', '[]', 600),
       ('WEST-001', 'WEST-C01', null, null),
       ('WEST-001', 'EAST-C01', '{"rows": 3, "columns": 2, "order": "column"}', 60)`,
  );
  const seen = new Date(api.now - 300_000);
  await owner.query(
    `insert into miners (project_id, miner_id, container_id, position, serial, mac, ip, status, hashrate_th, power_w, pool,
                         worker, last_seen_at, state_at)
     select p, c || '-M00' || n, c, n, format('SN%s%s000%s', left(p, 1), right(c, 2), n), format('aa:bb:cc:%s:00:0%s', right(c, 2), n),
            format('10.0.%s.%s', right(c, 2)::int, n), case n when 5 then 'offline' when 6 then 'degraded' else 'hashing' end,
            case when n <> 5 then 470 end, case when n <> 5 then 5845.5 end, 'stratum+tcp://pool', 'worker.' || n, $1, $1
       from (values ('EAST-001', 'EAST-C01'), ('EAST-001', 'EAST-C02'), ('WEST-001', 'WEST-C01'), ('WEST-001', 'EAST-C01')) v (p, c)
       cross join generate_series(1, 6) n`,
    [seen],
  );
  admin = await api.makeKey('super_admin');
  operator = await api.makeKey('operator', ['EAST-001']);
  viewer = await api.makeKey('viewer', ['EAST-001']);
});
afterAll(() => api.close());

interface Listed {
  data: { project_id: string; miner_id: string; position: number }[];
  next_cursor: string | null;
  total: number | null;
}
const list = async (path: string, key = operator) => (await api.ask(path, { key })).body as Listed;
const ids = ({ data }: Listed) => data.map(({ project_id, miner_id }) => `${project_id[0]}:${miner_id}`);

describe('a miner', () => {
  it('has its slot, its figures, and the freshness of its container', async () => {
    const { body } = await api.ask('/api/miners/east-c01-m005', { key: operator });
    expect(body).toMatchObject({
      project_id: 'EAST-001',
      miner_id: 'EAST-C01-M005',
      container_id: 'EAST-C01',
      position: 5,
      slot: 'R02-02',
      serial: 'SNE010005',
      mac: 'AA:BB:CC:01:00:05',
      ip: '10.0.1.5',
      status: 'offline',
      hashrate_th: null,
      efficiency_j_per_th: null,
      pool: 'stratum+tcp://pool',
      worker: 'worker.5',
      age_s: 300,
      freshness: 'late',
    });
    const other = await api.ask('/api/miners/EAST-C02-M004', { key: operator });
    expect(other.body).toMatchObject({ slot: null, efficiency_j_per_th: 12.437, freshness: 'fresh' });
  });

  it('whose id two visible projects use is named by project_id', async () => {
    const both = await api.ask('/api/miners/EAST-C01-M004', { key: admin });
    expect(both.status).toBe(409);
    expect(both.body).toMatchObject({
      code: 'ambiguous_id',
      candidates: [
        { project_id: 'EAST-001', url: '/api/miners/EAST-C01-M004?project_id=EAST-001' },
        { project_id: 'WEST-001', url: '/api/miners/EAST-C01-M004?project_id=WEST-001' },
      ],
    });
    const east = await api.ask('/api/miners/EAST-C01-M004?project_id=east-001', { key: admin });
    const west = await api.ask('/api/miners/EAST-C01-M004?project_id=WEST-001', { key: admin });
    expect([east.body, west.body]).toMatchObject([{ slot: 'R02-03' }, { slot: 'R01-02' }]);
  });

  it.each(['WEST-C01-M001', 'EAST-C01-M999', 'EAST-C01', 'x', '%00', "'%3B%20drop%20table%20miners"])(
    '%s, foreign, unknown or malformed, is not there',
    async (id) => {
      const { status, body } = await api.ask(`/api/miners/${id}`, { key: operator });
      expect([status, body]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
    },
  );

  it('is not for viewers, one or many', async () => {
    for (const path of ['/api/miners', '/api/miners/EAST-C01-M001', '/api/containers/EAST-C01/miners'])
      expect((await api.ask(path, { key: viewer })).body).toMatchObject({ code: 'forbidden' });
  });
});

describe("a container's miners", () => {
  it('are filtered by status, and come as far as fields says', async () => {
    const found = await list('/api/containers/EAST-C01/miners?status=offline,degraded&fields=slot,status');
    expect(found).toEqual({
      data: [
        { project_id: 'EAST-001', miner_id: 'EAST-C01-M005', slot: 'R02-02', status: 'offline' },
        { project_id: 'EAST-001', miner_id: 'EAST-C01-M006', slot: 'R02-01', status: 'degraded' },
      ],
      next_cursor: null,
      total: 2,
    });
  });

  it('are found as miners are everywhere', async () => {
    const found = await list('/api/containers/EAST-C01/miners?q=sne010003');
    expect([ids(found), found.total]).toEqual([['E:EAST-C01-M003'], 1]);
    expect(ids(await list('/api/containers/EAST-C01/miners?q=0003&limit=1'))).toEqual(['E:EAST-C01-M003']);
    expect(ids(await list('/api/containers/EAST-C01/miners?q=10.0.2.4'))).toEqual([]);
  });

  it('come in pages under the filter', async () => {
    const path = '/api/containers/EAST-C01/miners?status=hashing&limit=3';
    const first = await list(path);
    expect([ids(first), first.total]).toEqual([['E:EAST-C01-M001', 'E:EAST-C01-M002', 'E:EAST-C01-M003'], 4]);
    expect(ids(await list(`${path}&cursor=${first.next_cursor}`))).toEqual(['E:EAST-C01-M004']);
  });
});

describe('miners', () => {
  it('of all visible projects come by project and id, in pages, uncounted', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Listed = await list(`/api/miners?limit=5${cursor && `&cursor=${cursor}`}`, admin);
      expect(page.total).toBeNull();
      seen.push(...ids(page));
      cursor = page.next_cursor;
    }
    expect(seen).toHaveLength(24);
    expect([...new Set(seen)]).toEqual([...seen].sort());
    expect((await list('/api/miners')).data).toHaveLength(12);
    expect((await list('/api/miners?limit=1')).data).toHaveLength(1);
  });

  it.each([
    ['?project_id=WEST-001', 12],
    ['?container_id=EAST-C01', 12],
    ['?container_id=east-c01&project_id=east-001', 6],
    ['?status=offline', 4],
    ['?status=offline,degraded&project_id=EAST-001', 4],
    ['?project_id=NOWHERE-001', 0],
    ['?q=sne010003', 1],
    ['?q=SNE', 12],
    ['?q=0003', 4],
    ['?q=EAST-C01-M001', 2],
    ['?q=10.0.2.', 6],
    ['?q=10.0.2.4', 1],
    ['?q=AA-BB-CC-02', 6],
    ['?q=aabb.cc02.0004', 1],
    ['?q=02:00:04', 1],
    ['?q=%25', 0],
    ['?q=_', 0],
    ["?q=' or 1=1 --", 0],
    ['?q=%5C', 0],
  ])('%s finds %i', async (query, count) => {
    const found = await list(`/api/miners${query}`, admin);
    expect(found.data).toHaveLength(count);
    expect(found.total).toBe(/project_id|container_id/.test(query) ? count : null);
  });

  it('show no other tenant’s whatever is asked for', async () => {
    for (const query of [
      '',
      '?project_id=WEST-001',
      '?container_id=WEST-C01',
      '?q=SNW',
      '?q=AABBCC',
      '?status=hashing',
    ])
      expect(JSON.stringify(await list(`/api/miners${query}`)), query).not.toContain('WEST');
    const place = Buffer.from(JSON.stringify(['', ''])).toString('base64url');
    expect(ids(await list(`/api/miners?cursor=${place}`))).toHaveLength(12);
  });

  it.each([
    ['?status=mining', '/status/0'],
    ['?q=%00', '/q'],
    ['?container_id=x', '/container_id'],
    ['?fields=serial_end', '/fields/0'],
    ['?limit=501', '/limit'],
    ['?cursor=WyJ4Il0', '/cursor'],
    ['?sort=ip', '/sort'],
  ])('%s is refused at its place', async (query, pointer) => {
    const { status, body } = await api.ask(`/api/miners${query}`, { key: operator });
    expect([status, body]).toEqual([422, expect.objectContaining({ errors: [expect.objectContaining({ pointer })] })]);
  });
});

describe('as a table', () => {
  const table = async (path: string) =>
    String((await api.ask(path, { key: admin })).body)
      .trim()
      .split('\r\n');

  it('miners come whole, however many pages they are read in, or as many as limit says', async () => {
    await api.database.owner.query("insert into projects (project_id, name) values ('BIG-001', 'Big')");
    await api.database.owner.query("insert into containers (project_id, container_id) values ('BIG-001', 'BIG-C01')");
    await api.database.owner.query(
      `insert into miners (project_id, miner_id, container_id, position)
       select 'BIG-001', format('BIG-C01-M%s', lpad(n::text, 5, '0')), 'BIG-C01', n from generate_series(1, 10001) n`,
    );
    const [header, ...lines] = await table('/api/miners?project_id=BIG-001&format=csv&fields=position');
    expect(header).toBe('time_utc,time_local,project_id,miner_id,position');
    expect(lines).toHaveLength(10_001);
    expect(lines[10_000]).toBe(',,BIG-001,BIG-C01-M10001,10001');
    expect(new Set(lines).size).toBe(10_001);
    expect(await table('/api/miners?project_id=BIG-001&format=csv&limit=3')).toHaveLength(4);
  });

  it("a container's miners come with their filter", async () => {
    const path = '/api/containers/EAST-C01/miners?project_id=EAST-001&status=offline&format=csv&fields=slot,worker';
    expect(await table(path)).toEqual([
      'time_utc,time_local,project_id,miner_id,slot,worker',
      '2026-11-23T11:55:00.000Z,2026-11-23 11:55:00,EAST-001,EAST-C01-M005,R02-02,worker.5',
    ]);
  });
});
