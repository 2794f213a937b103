import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  const owner = api.database.owner;
  await owner.query(
    `insert into projects (project_id, name) values ('QATAR-001', 'Hearst Qatar Mining'), ('AQUA-001', 'Hearst Aquahash')`,
  );
  await owner.query(
    `insert into transformers (project_id, transformer_id, name) values ('QATAR-001', 'QATAR-T01', 'North substation')`,
  );
  await owner.query(
    `insert into containers (project_id, container_id, name, layout) values
       ('QATAR-001', 'QATAR-C01', 'North one', '{"rows": 22, "columns": 14, "order": "row"}'),
       ('QATAR-001', 'QATAR-C12', 'North twelve', '{"rows": 22, "columns": 14, "order": "snake"}'),
       ('QATAR-001', 'QATAR-C112', null, '{"rows": 1e400, "columns": 14, "order": "row"}'),
       ('AQUA-001', 'AQUA-C12', 'Bath 100%', null),
       ('AQUA-001', 'AQUA-C13', 'Hostile layout', '{"rows": 9007199254740991, "columns": 9007199254740991, "order": "row"}')`,
  );
  await owner.query(
    `insert into miners (project_id, container_id, miner_id, position, serial, mac, ip)
     select v.*, p, format('%s%sX%s', left(v.project, 2), right(v.container, 2), lpad(p::text, 4, '0')),
            format('0c:%s:%s:00:%s:%s', right(v.container, 2), left(md5(v.project), 2), lpad(to_hex(p / 256), 2, '0'), lpad(to_hex(p % 256), 2, '0')),
            format('10.%s.%s.%s', right(v.container, 2)::int, p / 250, p % 250 + 1)
       from (select c.project_id as project, c.container_id as container from containers c
             where right(c.container_id, 2) in ('01', '12')) v
       cross join generate_series(1, 308) p`.replace(
      'select v.*, p,',
      "select v.project, v.container, v.container || '-M' || lpad(p::text, 3, '0'), p,",
    ),
  );
  admin = await api.makeKey('super_admin');
  operator = await api.makeKey('operator', ['QATAR-001']);
});
afterAll(() => api.close());

interface Hit {
  type: string;
  project_id: string;
  id: string;
  label: string;
  matched: string;
  url: string;
}
const search = async (q: string, { key = operator, limit = '' } = {}) => {
  const { status, body } = await api.ask(`/api/search?q=${encodeURIComponent(q)}${limit && `&limit=${limit}`}`, {
    key,
  });
  expect(status).toBe(200);
  return (body as { data: Hit[] }).data;
};
const found = (hits: Hit[]) => hits.map(({ id, matched }) => `${id} ${matched}`);

describe('search', () => {
  it.each([
    ['C12 144', 'QATAR-C12-M144 position'],
    ['c12-144', 'QATAR-C12-M144 position'],
    ['QATAR-C12 144', 'QATAR-C12-M144 position'],
    ['QATAR-C12-M144', 'QATAR-C12-M144 id'],
    ['C12-R07-04', 'QATAR-C12-M088 position'],
    ['QATAR-C12-R08-04', 'QATAR-C12-M109 position'],
    ['qatar-c01-r08-04', 'QATAR-C01-M102 position'],
    ['QA12X0144', 'QATAR-C12-M144 serial'],
    ['qa12x0144', 'QATAR-C12-M144 serial'],
    ['10.12.0.145', 'QATAR-C12-M144 ip'],
    ['QATAR-T01', 'QATAR-T01 id'],
    ['substation', 'QATAR-T01 name'],
    ['north TWELVE', 'QATAR-C12 name'],
    ['Qatar-001', 'QATAR-001 id'],
    ['aqua', ''],
  ])('%s finds first %s', async (q, first) => {
    expect(found(await search(q))[0] ?? '').toBe(first);
  });

  it('finds a MAC with any separators, by its beginning and its end', async () => {
    const { body } = await api.ask('/api/miners/QATAR-C12-M144', { key: operator });
    const { mac } = body as { mac: string };
    const digits = mac.replaceAll(':', '');
    const spellings = [
      mac,
      mac.toLowerCase(),
      digits,
      mac.replaceAll(':', '-'),
      digits.match(/..../g)!.join('.'),
      mac.replaceAll(':', ' '),
    ];
    for (const spelling of [
      ...spellings,
      digits.slice(0, 11),
      mac.slice(0, 16),
      digits.slice(-8),
      mac.slice(-8).toLowerCase(),
    ])
      expect(found(await search(spelling, { limit: '50' })), spelling).toContain('QATAR-C12-M144 mac');
  });

  it('finds a serial by its beginning and its end, of any length', async () => {
    for (const q of ['0144', 'x0144', '12X0144', 'A12X0144', 'QA12X014', 'QA12X0144'])
      expect(found(await search(q)), q).toContain('QATAR-C12-M144 serial');
    await api.database.owner.query(
      `update miners set serial = 'LONGSERIAL' || serial where project_id = 'QATAR-001' and miner_id = 'QATAR-C12-M300'`,
    );
    expect(found(await search('IALQA12X0300'))).toEqual(['QATAR-C12-M300 serial']);
    expect(found(await search('ALLQA12X0300'))).toEqual([]);
  });

  it('says where a hit is, and how it was found', async () => {
    const [miner] = await search('QA12X0088');
    expect(miner).toEqual({
      type: 'miner',
      project_id: 'QATAR-001',
      id: 'QATAR-C12-M088',
      label: 'QATAR-C12-R07-04 QA12X0088',
      matched: 'serial',
      url: '/api/miners/QATAR-C12-M088?project_id=QATAR-001',
    });
    const [container] = await search('C12');
    expect(container).toMatchObject({
      id: 'QATAR-C12',
      label: 'North twelve',
      url: '/api/containers/QATAR-C12?project_id=QATAR-001',
    });
    for (const { url } of [miner!, container!, ...(await search('QATAR-001'))].slice(0, 3))
      expect((await api.ask(url, { key: operator })).status).toBe(200);
  });

  it('puts what the text is before what begins with it, and that before what ends with it', async () => {
    await api.database.owner.query(`update miners set serial = 'ZQ77' where miner_id = 'QATAR-C01-M003'`);
    await api.database.owner.query(`update miners set serial = 'ZQ770' where miner_id = 'QATAR-C01-M002'`);
    await api.database.owner.query(`update miners set serial = '1ZQ77' where miner_id = 'QATAR-C01-M001'`);
    await api.database.owner.query(`update containers set name = 'Bay zq77 left' where container_id = 'QATAR-C01'`);
    expect(found(await search('zq77'))).toEqual([
      'QATAR-C01-M003 serial',
      'QATAR-C01-M002 serial',
      'QATAR-C01-M001 serial',
      'QATAR-C01 name',
    ]);
  });

  it('tells 20 hits unless limit says otherwise, and an exact one among thousands', async () => {
    expect(await search('QA')).toHaveLength(20);
    expect(await search('QA', { limit: '50' })).toHaveLength(50);
    expect(await search('QA', { limit: '3' })).toHaveLength(3);
    expect(found(await search('10.12.0.2', { limit: '1' }))).toEqual(['QATAR-C12-M001 ip']);
    const twice = await search('QA12X0144', { limit: '50' });
    expect(new Set(twice.map(({ id }) => id)).size).toBe(twice.length);
  });

  it('of a slot without its container finds one in each, as far as there is such a slot', async () => {
    expect(found(await search('R22-14', { key: admin }))).toEqual([
      'QATAR-C01-M308 position',
      'QATAR-C12-M295 position',
    ]);
    expect(await search('R23-01', { key: admin })).toEqual([]);
    expect(await search('R9999-9999', { key: admin })).toEqual([]);
    expect(found(await search('C12 7', { key: admin }))).toEqual(['AQUA-C12-M007 position', 'QATAR-C12-M007 position']);
    expect(await search('C12 309')).toEqual([]);
  });

  it('shows no other tenant’s', async () => {
    for (const q of [
      'AQUA',
      'AQUA-001',
      'AQUA-C12',
      'AQUA-C12-M001',
      'Bath',
      'AQ12X0001',
      'AQ12',
      'C12 1',
      'hearst',
      '10.12.0.2',
      '0C',
    ])
      expect(JSON.stringify(await search(q, { limit: '50' })), q).not.toContain('AQUA');
    expect(found(await search('AQ12X0001', { key: admin }))[0]).toBe('AQUA-C12-M001 serial');
  });

  it.each([
    '%',
    '_',
    '100%',
    '\\',
    "'",
    '"',
    "'; drop table miners; --",
    '{}',
    'é',
    '((((',
    '[',
    '.*',
    '$1',
    ':',
    '-',
    '\ufeffx',
  ])('takes %j as text', async (q) => {
    const hits = await search(q, { key: admin });
    for (const { label, id } of hits) expect(`${label} ${id}`.toUpperCase()).toContain(q.toUpperCase());
  });

  it.each([
    ['', '/q'],
    ['?q=', '/q'],
    ['?q=%20%20', '/q'],
    ['?q=%00', '/q'],
    ['?q=a%00b', '/q'],
    ['?q=%E2%80%AEa', '/q'],
    ['?q=a&limit=51', '/limit'],
    ['?q=a&limit=0', '/limit'],
    ['?q=a&type=miner', '/type'],
  ])('%s is refused at its place', async (query, pointer) => {
    const { status, body } = await api.ask(`/api/search${query}`, { key: operator });
    expect([status, body]).toEqual([422, expect.objectContaining({ errors: [expect.objectContaining({ pointer })] })]);
  });

  it('of 10 kB is refused', async () => {
    expect((await api.ask(`/api/search?q=${'A'.repeat(10_000)}`, { key: operator })).status).toBe(422);
  });

  it('is not for viewers: it shows miners', async () => {
    const viewer = await api.makeKey('viewer', ['QATAR-001']);
    expect((await api.ask('/api/search?q=C12', { key: viewer })).body).toMatchObject({ code: 'forbidden' });
  });
});
