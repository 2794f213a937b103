import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyActivity } from '../activity/verify.ts';
import { openTestApi, type TestApi } from './testing.ts';
import { makePerson, signIn } from './testing-people.ts';

let api: TestApi;
let admin: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(
      "insert into projects (project_id, status) values ('ONE-001', 'active'), ('TWO-001', 'active'), ('FAR-001', 'active')",
    ),
  );
  await api.asOwner((client) =>
    client.query("insert into containers (project_id, container_id) values ('ONE-001', 'ONE-C01')"),
  );
  admin = await api.makeKey('super_admin');
  operator = await api.makeKey('operator', ['ONE-001', 'TWO-001']);
});
beforeEach(() => api.asOwner((client) => client.query("delete from activity_logs where action = 'export'")));
afterAll(() => api.close());

async function logged() {
  const { rows } = await api.database.owner.query(
    `select project_id, actor_kind, actor_name, action, target_type, target_id, address, after from activity_logs
      where action = 'export' order by project_id, seq`,
  );
  return rows;
}

it.each([
  ['/api/projects/one-001/containers?format=csv', 'ONE-001'],
  ['/api/projects/ONE-001/transformers?format=xlsx&locale=fr', 'ONE-001'],
  ['/api/containers/ONE-C01/miners?format=csv', 'ONE-001'],
  ['/api/metrics/project/TWO-001?format=csv', 'TWO-001'],
  ['/api/metrics/container/ONE-C01?format=csv&range=24h', 'ONE-001'],
  ['/api/alerts?project_id=TWO-001&format=csv', 'TWO-001'],
  ['/api/activity?project_id=ONE-001&format=csv', 'ONE-001'],
  ['/api/activity?project_id=ONE-001,TWO-001&format=csv', 'HEARST-000'],
  ['/api/projects?format=csv', 'HEARST-000'],
  ['/api/compare?projects=ONE-001,TWO-001&format=csv', 'HEARST-000'],
  // Nothing is written into the log of a project that the asker does not see, or that is none.
  ['/api/alerts?project_id=FAR-001&format=csv', 'HEARST-000'],
  ['/api/alerts?project_id=NONE-001&format=csv', 'HEARST-000'],
])('%s is logged in %s', async (asked, project) => {
  const answer = await api.ask(asked, { key: operator, from: '192.0.2.7' });
  expect(answer.status).toBe(200);
  const [path, query] = asked.split('?');
  expect(await logged()).toEqual([
    {
      project_id: project,
      actor_kind: 'api_key',
      actor_name: 'test operator',
      action: 'export',
      target_type: 'table',
      target_id: path,
      address: '192.0.2.7',
      after: { path, query: `?${query}`, format: /format=(\w+)/.exec(asked)![1] },
    },
  ]);
  await api.asOwner(async (client) => {
    expect(await verifyActivity(client, project)).toMatchObject({ brokenAt: null });
  });
});

it('is logged of people and super admins, however the file is asked for', async () => {
  const person = await makePerson(api, { projectIds: ['ONE-001'] });
  const cookie = await signIn(api, person);
  await api.ask('/api/projects/ONE-001/containers', { cookie, headers: { Accept: 'text/csv' } });
  await api.ask('/api/alerts?project_id=FAR-001&format=xlsx', { key: admin });
  await api.ask('/api/alerts?project_id=NONE-001&format=csv', { key: admin });
  expect((await logged()).map(({ project_id, actor_kind, after }) => [project_id, actor_kind, after.format])).toEqual([
    ['FAR-001', 'api_key', 'xlsx'],
    ['HEARST-000', 'api_key', 'csv'],
    ['ONE-001', 'user', 'csv'],
  ]);
});

it('is not logged where nothing was exported', async () => {
  const viewer = await api.makeKey('viewer', ['ONE-001']);
  expect((await api.ask('/api/projects?format=csv', { key: viewer })).status).toBe(403);
  expect((await api.ask('/api/projects/FAR-001/containers?format=csv', { key: operator })).status).toBe(404);
  expect((await api.ask('/api/projects?format=csv&limit=0', { key: operator })).status).toBe(422);
  expect((await api.ask('/api/projects?format=csv')).status).toBe(401);
  expect((await api.ask('/api/projects', { key: operator })).status).toBe(200);
  expect((await api.ask('/api/projects?format=csv', { key: operator, method: 'HEAD' })).status).toBe(200);
  expect(await logged()).toEqual([]);
});

it('that cannot be logged is not answered', async () => {
  await api.database.owner.query('alter table activity_logs rename to hidden');
  try {
    for (const format of ['csv', 'xlsx']) {
      const { status, headers, body } = await api.ask(`/api/projects?format=${format}`, { key: operator });
      expect([status, (body as { code: string }).code]).toEqual([500, 'internal_error']);
      expect(headers.get('Content-Type')).toBe('application/problem+json');
      expect(headers.get('Content-Disposition')).toBeNull();
    }
  } finally {
    await api.database.owner.query('alter table hidden rename to activity_logs');
  }
});
