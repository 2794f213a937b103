import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, recordActivity } from '../activity/record.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let operator: string;
let foreigner: string;

const HOSTILE = '=cmd|"/c calc"!A1 <script>%_\\ \u202e';

interface Entry {
  project_id: string;
  seq: number;
  action: string;
  [field: string]: unknown;
}
interface List {
  data: Entry[];
  total: number;
  next_cursor: string | null;
}

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.makeKey('super_admin');
  operator = await api.makeKey('operator', ['NORTH-001']);
  foreigner = await api.makeKey('operator', ['SOUTH-001']);
  for (const id of ['NORTH-001', 'SOUTH-001'])
    await api.ask('/api/projects', { key: admin, json: { project_id: id, name: `canary of ${id}` } });
  const amina: Actor = { kind: 'user', id: 'amina-id', name: 'Amina', address: '192.0.2.7', requestId: 'r-1' };
  const edge: Actor = { kind: 'agent', id: 'edge-id', name: HOSTILE, address: null, requestId: null };
  await api.asOwner(async (client) => {
    await client.query(`set local hearst.project_ids = 'NORTH-001,SOUTH-001,HEARST-000'`);
    const log = (actor: Actor, project: string, action: string, id: string, minutes: number, state: object) =>
      recordActivity(
        client,
        actor,
        { project, action, target: { type: action.split('.')[0]!, id }, after: { ...state } },
        new Date(api.now + minutes * 60_000),
      );
    for (let i = 1; i <= 6; i++)
      await log(amina, 'NORTH-001', 'container.update', `NORTH-C0${i}`, i, { name: `n${i}` });
    await log(edge, 'NORTH-001', 'agent.enrol', 'edge-id', 7, { name: HOSTILE, share: '100%' });
    await log(amina, 'SOUTH-001', 'container.update', 'SOUTH-C01', 8, { name: 'south' });
    await log(amina, 'HEARST-000', 'user.create', 'somebody', 9, { email: 'somebody@example.com' });
  });
});
afterAll(() => api.close());

async function list(query = '', key = operator): Promise<List> {
  const { status, body } = await api.ask(`/api/activity${query}`, { key });
  expect(status).toBe(200);
  return body as List;
}
const places = ({ data }: List) => data.map(({ project_id, seq }) => `${project_id} ${seq}`);

describe('the activity log', () => {
  it('says who changed what, when and from where, newest first', async () => {
    const { data, total } = await list();
    expect(total).toBe(8);
    expect(data.map(({ seq }) => seq)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(data[1]).toEqual({
      project_id: 'NORTH-001',
      seq: 7,
      at: '2026-11-23T12:06:00.000Z',
      actor_kind: 'user',
      actor_id: 'amina-id',
      actor_name: 'Amina',
      action: 'container.update',
      target_type: 'container',
      target_id: 'NORTH-C06',
      address: '192.0.2.7',
      request_id: 'r-1',
      before: null,
      after: { name: 'n6' },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(data[7]).toMatchObject({ action: 'project.create', actor_kind: 'api_key', address: '127.0.0.1' });
  });

  it('gives back what devices and people wrote as they wrote it', async () => {
    const { data } = await list('?action=agent.enrol');
    expect(data).toMatchObject([{ actor_name: HOSTILE, after: { name: HOSTILE } }]);
  });

  it('shows what is of the asker alone; what belongs to no project to super admins', async () => {
    expect(JSON.stringify(await list('', foreigner))).not.toContain('NORTH');
    expect(places(await list('?project_id=NORTH-001,HEARST-000', foreigner))).toEqual([]);
    expect(places(await list('?q=somebody'))).toEqual([]);
    expect((await list('?project_id=HEARST-000', admin)).data).toMatchObject([{ action: 'user.create' }]);
    expect((await list('', admin)).total).toBe(11);
    const viewer = await api.makeKey('viewer', ['NORTH-001']);
    expect((await api.ask('/api/activity', { key: viewer })).status).toBe(403);
  });

  it.each([
    ['actor=amina-id', 6],
    ['actor=Amina&project_id=north-001', 6],
    ['action=container.update,agent.enrol', 7],
    ['target_type=agent', 1],
    ['target_type=container&target_id=NORTH-C02', 1],
    ['from=2026-11-23T12:02:00Z&to=2026-11-23T12:04:00Z', 2],
    ['from=2026-11-23T14:02:00%2B02:00&to=2026-11-23T12:04:00Z', 2],
    ['q=NORTH-c0', 6],
    ['q=n5', 1],
    ['q=100%25', 1],
    ['q=%25_', 1],
    ['q=nothing%25like', 0],
  ])('%s finds %i', async (query, count) => {
    const { data, total } = await list(`?${query}`);
    expect([data.length, total]).toEqual([count, count]);
  });

  it('comes in pages that neither skip nor repeat, whatever is written meanwhile', async () => {
    const whole = places(await list('?limit=500', admin));
    const seen: string[] = [];
    for (let query = '?limit=3'; ; ) {
      const page = await list(query, admin);
      seen.push(...places(page));
      if (page.next_cursor === null) break;
      api.now += 3_600_000;
      await api.ask('/api/projects/SOUTH-001', { key: admin, method: 'PUT', json: { name: `at ${api.now}` } });
      query = `?limit=3&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(whole);
  });

  it.each(['from=yesterday', 'project_id=x', 'limit=501', 'cursor=x', 'q=%00', 'actor=', 'since=2026-11-23T12:00:00Z'])(
    '%s is refused',
    async (query) => {
      const { status, body } = await api.ask(`/api/activity?${query}`, { key: admin });
      expect(status).toBe(422);
      expect(body).toMatchObject({ errors: [{ pointer: expect.stringContaining(`/${query.split('=')[0]}`) }] });
    },
  );

  it('comes as a table, all that was asked for, however long', async () => {
    await api.asOwner((client) =>
      client.query(
        `set local hearst.project_ids = 'LONG-001';
         insert into activity_logs (project_id, seq, at, actor_kind, actor_id, actor_name, action, target_type, target_id,
           previous_hash, hash)
         select 'LONG-001', n, '2026-11-23T12:00:00Z'::timestamptz + (n / 3) * interval '1 second', 'system', 'i', '=n', 'a.b',
           't', n::text, '', '' from generate_series(1, 2500) n`,
      ),
    );
    const key = await api.makeKey('operator', ['LONG-001']);
    const csv = async (query: string) => {
      const { headers, body } = await api.ask(`/api/activity?format=csv&${query}`, { key });
      expect(headers.get('Content-Type')).toContain('text/csv');
      return String(body).trimEnd().split('\r\n');
    };
    const [header, ...lines] = await csv('project_id=LONG-001');
    expect(header).toMatch(/^time_utc,time_local,project_id,seq,at,/);
    expect(lines[0]).toMatch(
      /^2026-11-23T12:13:53.000Z,2026-11-23 12:13:53,LONG-001,2500,.*,system,i,'=n,a\.b,t,2500,/,
    );
    const seqs = lines.map((line) => Number(line.split(',')[3]));
    expect(seqs).toEqual(Array.from({ length: 2500 }, (_, i) => 2500 - i));
    expect(await csv('limit=2')).toHaveLength(3);
    const { headers } = await api.ask('/api/activity?format=csv&q=nothing', { key });
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="activity_2026-11-23.csv"');
  });
});
