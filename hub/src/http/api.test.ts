import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashSecret } from '../auth/secrets.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Two tenants: NORTH and SOUTH both hold a NORTH-C02, and everything of one carries its canary. */
const NORTH = 'NORTH-001';
const SOUTH = 'SOUTH-001';
const CANARY = { [NORTH]: 'canary-of-the-north', [SOUTH]: 'canary-of-the-south' };

let api: TestApi;
let admin: string;
let northKey: string;
let southKey: string;
let viewerKey: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner(async (client) => {
    await insertProject(client, NORTH);
    await insertProject(client, SOUTH);
    await client.query(`insert into projects (project_id, name, status) values ('OLD-001', 'Old', 'archived')`);
  });
  await api.asOwner(async (client) => {
    await fillProject(client, NORTH, ['NORTH-C01', 'NORTH-C02', 'NORTH-C100']);
    await fillProject(client, SOUTH, ['SOUTH-C01', 'NORTH-C02']);
  });
  admin = await api.makeKey('super_admin');
  northKey = await api.makeKey('operator', [NORTH]);
  southKey = await api.makeKey('project_manager', [SOUTH]);
  viewerKey = await api.makeKey('viewer', [NORTH]);
});
afterAll(() => api.close());

async function insertProject(client: ClientBase, id: string): Promise<void> {
  const canary = CANARY[id as keyof typeof CANARY];
  await client.query(
    `insert into projects (project_id, name, status, location, metadata, capex_usd)
     values ($1, $2, 'active', $2, $3, 1.5e6)`,
    [id, canary, { note: canary, deep: { list: [1, null, 'x'] } }],
  );
}

async function fillProject(client: ClientBase, id: string, containers: string[]): Promise<void> {
  const canary = CANARY[id as keyof typeof CANARY];
  const seen = new Date(api.now - 10_000);
  for (const containerId of containers) {
    await client.query(
      `insert into containers (project_id, container_id, name, status, miners_expected, has_cooling, hashrate_th,
                               power_consumption_kw, miners_active, miners_answering, miners_total, interval_s, state_at,
                               temp_return_c, cooling, metadata)
       values ($1, $2, $3, 'active', 3, true, 900.5::float8 + 1e-11, 11.25, 2, 2, 3, 60, $4, 44.3::real,
               '{"flow_m3h": 12.5, "temp_supply_c": null}', $5)`,
      [id, containerId, canary, seen, { note: canary }],
    );
    for (const position of [1, 2, 3]) {
      const answered = position !== 3;
      await client.query(
        `insert into miners (project_id, miner_id, container_id, position, serial, status, hashrate_th, power_w,
                             temp_chip_c, last_seen_at, state_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          id,
          `${containerId}-M00${position}`,
          containerId,
          position,
          canary,
          answered ? 'hashing' : 'offline',
          answered ? 450.25 : null,
          answered ? 5_600 : null,
          answered ? 61.2 : null,
          answered ? seen : null,
          seen,
        ],
      );
    }
  }
}

describe('projects', () => {
  it('come as a list, archived ones only when asked', async () => {
    const { status, body } = await api.ask('/api/projects', { key: admin });
    expect(status).toBe(200);
    expect(body).toMatchObject({ next_cursor: null, total: 2, data: [{ project_id: NORTH }, { project_id: SOUTH }] });
    const archived = await api.ask('/api/projects?status=archived', { key: admin });
    expect(archived.body).toMatchObject({ total: 1, data: [{ project_id: 'OLD-001', hashrate_ths: null }] });
    expect((await api.ask('/api/projects/OLD-001', { key: admin })).body).toMatchObject({ status: 'archived' });
  });

  it('say what they sum up and how much of the project that covers', async () => {
    const { body } = await api.ask(`/api/projects/${NORTH.toLowerCase()}`, { key: northKey });
    expect(body).toMatchObject({
      project_id: NORTH,
      capex_usd: 1_500_000,
      total_miners: null,
      metadata: { deep: { list: [1, null, 'x'] } },
      observed_at: '2026-11-23T11:59:50.000Z',
      age_s: 10,
      freshness: 'fresh',
      coverage: { reporting: 3, expected: 3 },
      hashrate_ths: 2701.5,
      power_kw: 33.75,
      miners_active: 6,
    });
  });

  it('leave silent containers out of the sums, and give no zero for unknown', async () => {
    api.now += 6 * 60_000;
    const { body } = await api.ask(`/api/projects/${NORTH}`, { key: northKey });
    api.now -= 6 * 60_000;
    expect(body).toMatchObject({
      freshness: 'stale',
      coverage: { reporting: 0, expected: 3 },
      hashrate_ths: null,
      power_kw: null,
      miners_active: null,
    });
  });

  it('come in pages by cursor, with a Link', async () => {
    const first = await api.ask('/api/projects?limit=1', { key: admin });
    expect(first.body).toMatchObject({ data: [{ project_id: NORTH }], total: 2 });
    const { next_cursor } = first.body as { next_cursor: string };
    expect(first.headers.get('Link')).toBe(`</api/projects?limit=1&cursor=${next_cursor}>; rel="next"`);
    const second = await api.ask(`/api/projects?limit=1&cursor=${next_cursor}`, { key: admin });
    expect(second.body).toMatchObject({ data: [{ project_id: SOUTH }], next_cursor: null, total: 2 });
  });
});

describe('containers', () => {
  it('come whole, in the order people count', async () => {
    const { body } = await api.ask(`/api/projects/${NORTH}/containers`, { key: viewerKey });
    expect(ids(body, 'container_id')).toEqual(['NORTH-C01', 'NORTH-C02', 'NORTH-C100']);
    const page = await api.ask(`/api/projects/${NORTH}/containers?limit=2`, { key: viewerKey });
    const { next_cursor } = page.body as { next_cursor: string };
    const rest = await api.ask(`/api/projects/${NORTH}/containers?limit=2&cursor=${next_cursor}`, { key: viewerKey });
    expect(ids(rest.body, 'container_id')).toEqual(['NORTH-C100']);
    expect(rest.body).toMatchObject({ next_cursor: null, total: 3 });
  });

  it('show the latest state under the names of the columns', async () => {
    const { body } = await api.ask('/api/containers/north-c01', { key: northKey });
    expect(body).toMatchObject({
      container_id: 'NORTH-C01',
      status: 'active',
      hashrate_th: 900.5,
      power_consumption_kw: 11.25,
      miners_active: 2,
      temp_supply_c: null,
      temp_return_c: 44.3,
      cooling: { flow_m3h: 12.5, temp_supply_c: null },
      coverage: { reporting: 2, expected: 3 },
      freshness: 'fresh',
    });
  });

  it('are offline once nothing was heard for 15 minutes, and keep their last values', async () => {
    api.now += 15 * 60_000;
    const { body } = await api.ask('/api/containers/NORTH-C01', { key: northKey });
    api.now -= 15 * 60_000;
    expect(body).toMatchObject({ status: 'offline', freshness: 'offline', hashrate_th: 900.5 });
    expect(body).toMatchObject({ coverage: { reporting: 0, expected: 3 } });
  });

  it('that two visible projects hold are told apart by project_id', async () => {
    const both = await api.ask('/api/containers/NORTH-C02', { key: admin });
    expect(both.status).toBe(409);
    expect(both.body).toMatchObject({
      code: 'ambiguous_id',
      candidates: [
        { project_id: NORTH, url: '/api/containers/NORTH-C02?project_id=NORTH-001' },
        { project_id: SOUTH, url: '/api/containers/NORTH-C02?project_id=SOUTH-001' },
      ],
    });
    const settled = await api.ask('/api/containers/NORTH-C02?project_id=south-001', { key: admin });
    expect(settled.body).toMatchObject({ project_id: SOUTH, name: CANARY[SOUTH] });
    expect((await api.ask('/api/containers/NORTH-C02', { key: southKey })).body).toMatchObject({ project_id: SOUTH });
    expect((await api.ask('/api/containers/NORTH-C02/miners', { key: admin })).status).toBe(409);
  });
});

describe('miners', () => {
  it('come by position; what a silent one would have said is null', async () => {
    const { body } = await api.ask('/api/containers/NORTH-C01/miners', { key: northKey });
    expect(body).toMatchObject({
      total: 3,
      next_cursor: null,
      data: [
        { miner_id: 'NORTH-C01-M001', position: 1, status: 'hashing', power_w: 5600, temp_chip_c: 61.2 },
        { position: 2 },
        { position: 3, status: 'offline', hashrate_th: null, power_w: null, last_seen_at: null, freshness: 'fresh' },
      ],
    });
  });
});

describe('tenants stay apart', () => {
  const paths = [
    '/api/projects',
    '/api/projects?status=active,planned,archived,maintenance',
    `/api/projects/${NORTH}`,
    `/api/projects/${SOUTH}`,
    `/api/projects/${NORTH}/containers`,
    `/api/projects/${SOUTH}/containers`,
    '/api/containers/NORTH-C01',
    '/api/containers/NORTH-C02',
    `/api/containers/NORTH-C02?project_id=${NORTH}`,
    `/api/containers/NORTH-C02?project_id=${SOUTH}`,
    '/api/containers/SOUTH-C01',
    '/api/containers/NORTH-C01/miners',
    '/api/containers/NORTH-C02/miners',
    `/api/containers/NORTH-C02/miners?project_id=${NORTH}`,
    `/api/containers/NORTH-C02/miners?project_id=${SOUTH}`,
    '/api/containers/SOUTH-C01/miners',
  ];

  it.each(paths)('%s', async (path) => {
    const north = await api.ask(path, { key: northKey });
    const south = await api.ask(path, { key: southKey });
    // Serials are kept in capitals.
    const shown = (body: unknown) => JSON.stringify(body).toLowerCase();
    expect(shown(north.body)).not.toContain(CANARY[SOUTH]);
    expect(shown(south.body)).not.toContain(CANARY[NORTH]);
    // Each path shows something to at least one of them, else this would prove nothing.
    expect(shown([north.body, south.body])).toMatch(/canary-of-the-(north|south)/);
  });

  it('answers a foreign, an unknown and a malformed id alike', async () => {
    const answers = await Promise.all(
      [
        `/api/projects/${SOUTH}`,
        '/api/projects/NOWHERE-001',
        '/api/projects/HEARST-000',
        '/api/projects/%00',
        `/api/projects/${SOUTH}/containers`,
        '/api/containers/SOUTH-C01',
        '/api/containers/drop%20table',
        '/api/containers/SOUTH-C01/miners',
      ].map((path) => api.ask(path, { key: northKey })),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'not_found', status: 404 });
    }
  });

  it('keeps them apart while requests of both share connections of the pool', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const own = i % 2 === 0 ? NORTH : SOUTH;
        const { body } = await api.ask('/api/projects', { key: i % 2 === 0 ? northKey : southKey });
        return { own, seen: ids(body, 'project_id') };
      }),
    );
    for (const { own, seen } of answers) expect(seen).toEqual([own]);
  });
});

describe('who is asking', () => {
  it.each([
    ['nobody', undefined],
    ['something else', 'Basic dXNlcjpwYXNz'],
    ['a malformed key', 'Bearer hck_short'],
    ['an unknown key', `Bearer hck_0123456789ab_${'A'.repeat(43)}`],
  ])('is refused as %s', async (_, header) => {
    const answer = await api.ask('/api/projects', header === undefined ? {} : { headers: { Authorization: header } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('WWW-Authenticate')).toContain('Bearer');
    expect(answer.body).toMatchObject({ code: 'unauthenticated' });
  });

  it('is refused with an expired or revoked key, or with another id before a good secret', async () => {
    const expired = await api.makeKey('viewer', [NORTH], new Date(api.now));
    const revoked = await api.makeKey('viewer', [NORTH]);
    expect((await api.ask('/api/projects', { key: revoked })).status).toBe(200);
    await api.asOwner((client) =>
      client.query('update api_keys set revoked_at = now() where token_hash = $1', [hashSecret(revoked)]),
    );
    const swapped = viewerKey.replace(/^hck_[0-9a-f]{12}/, admin.slice(0, 16));
    for (const key of [expired, revoked, swapped]) expect((await api.ask('/api/projects', { key })).status).toBe(401);
  });

  it('may not look inside a container as a viewer', async () => {
    expect((await api.ask(`/api/projects/${NORTH}/containers`, { key: viewerKey })).status).toBe(200);
    for (const path of ['/api/containers/NORTH-C01', '/api/containers/NORTH-C01/miners']) {
      const answer = await api.ask(path, { key: viewerKey });
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'forbidden' });
    }
  });

  it('leaves a trace of use at most once a minute', async () => {
    const key = await api.makeKey('viewer', [NORTH]);
    const lastUsed = () =>
      api.asOwner(async (client) => {
        const { rows } = await client.query<{ at: Date | null }>(
          'select last_used_at as at from api_keys where token_hash = $1',
          [hashSecret(key)],
        );
        return rows[0]?.at?.getTime() ?? null;
      });
    const start = api.now;
    expect(await lastUsed()).toBeNull();
    await api.ask('/api/projects', { key });
    expect(await lastUsed()).toBe(start);
    api.now = start + 59_000;
    await api.ask('/api/projects', { key });
    expect(await lastUsed()).toBe(start);
    api.now = start + 60_000;
    await api.ask('/api/projects', { key });
    expect(await lastUsed()).toBe(start + 60_000);
    api.now = start;
  });

  it('is slowed down after many wrong keys, others are not', async () => {
    const from = '10.66.0.1';
    const guess = (i: number) => `hck_0123456789ab_${String(i).padStart(43, 'B')}`;
    let refused = 0;
    for (let i = 0; i < 70; i++)
      if ((await api.ask('/api/projects', { key: guess(i), from })).status === 429) refused++;
    expect(refused).toBe(10);
    const answer = await api.ask('/api/projects', { key: viewerKey, from });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await api.ask('/api/projects', { key: viewerKey, from: '10.66.0.2' })).status).toBe(200);
    api.now += 60_000;
    expect((await api.ask('/api/projects', { key: viewerKey, from })).status).toBe(200);
    api.now -= 60_000;
  });
});

describe('manners', () => {
  it('every answer has a request id and safe headers, and none may be kept', async () => {
    for (const path of ['/', '/healthz', '/api/projects', '/api/nothing', '/nothing']) {
      const { headers } = await api.ask(path, { key: viewerKey });
      expect(headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
      if (path.startsWith('/api')) expect(headers.get('Cache-Control')).toBe('no-store');
    }
  });

  it('errors are problem details with the id that the log has', async () => {
    const { headers, body } = await api.ask('/api/projects/NOWHERE-001', { key: viewerKey });
    expect(headers.get('Content-Type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: '/api/problems#not_found',
      title: expect.any(String),
      status: 404,
      instance: '/api/projects/NOWHERE-001',
      request_id: headers.get('X-Request-Id'),
    });
    expect(api.logged.some((line) => line.includes(headers.get('X-Request-Id')!))).toBe(true);
  });

  it.each([
    ['/api/projects?limit=0', '/limit'],
    ['/api/projects?limit=501', '/limit'],
    ['/api/projects?cursor=%25', '/cursor'],
    ['/api/projects?status=wrong', '/status/0'],
    ['/api/projects/NORTH-001/containers?limit=x', '/limit'],
  ])('%s is refused with the place of the fault', async (path, pointer) => {
    const { status, body } = await api.ask(path, { key: viewerKey });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });

  it('says 503 while the database is away, and works again afterwards', async () => {
    const { api: pool } = api.database;
    const connect = pool.connect.bind(pool);
    pool.connect = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const away = await api.ask('/api/projects', { key: viewerKey });
    pool.connect = connect;
    expect(away.status).toBe(503);
    expect(away.headers.get('Retry-After')).toBe('5');
    expect((await api.ask('/healthz')).status).toBe(200);
    expect((await api.ask('/api/projects', { key: viewerKey })).status).toBe(200);
  });

  it('never logs a key', () => {
    const log = api.logged.join('\n');
    expect(log).not.toContain('hck_');
    expect(log.length).toBeGreaterThan(1000);
  });
});

function ids(body: unknown, key: string): string[] {
  return (body as { data: Record<string, string>[] }).data.map((item) => item[key]!);
}
