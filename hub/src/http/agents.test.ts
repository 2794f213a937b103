import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;
let operator: string;
let foreigner: string;

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['NORTH-001']);
  operator = await api.makeKey('operator', ['NORTH-001']);
  foreigner = await api.makeKey('project_manager', ['SOUTH-001']);
  await api.asOwner((client) =>
    client.query(
      `insert into projects (project_id, status) values ('NORTH-001', 'active'), ('SOUTH-001', 'active'), ('OLD-001', 'archived')`,
    ),
  );
});
afterAll(() => api.close());

const ADD = '/api/projects/NORTH-001/agents';

async function enrol(project: string, name = 'edge'): Promise<string> {
  const token = await api.makeToken(project);
  const { body } = await api.ask('/api/enrol', { json: { token, name, program: 'hearst-agent 1.0' } });
  return (body as { agent: string }).agent;
}

const set = (agent: string, assignments: string) =>
  api.asOwner((client) => client.query(`update agents set ${assignments} where agent_id = $1`, [agent]));
const one = (agent: string, key = operator) => api.ask(`/api/agents/${agent}`, { key });
const log = (project = 'NORTH-001') =>
  api.asOwner(async (client) => {
    const { rows } = await client.query<{ action: string; actor_kind: string; [column: string]: unknown }>(
      'select * from activity_logs where project_id = $1 order by seq',
      [project],
    );
    return rows;
  });

describe('adding an agent', () => {
  it('answers a token that enrols one, and the line to run at the site', async () => {
    const made = await api.ask(ADD, { key: manager, json: { name: "o'edge" } });
    expect(made.status).toBe(201);
    const { token, expires_at, command } = made.body as Record<string, string>;
    expect(expires_at).toBe('2026-11-24T12:00:00.000Z');
    expect(command).toBe(`hearst-agent enrol --hub http://localhost --token ${token} --name 'o'\\''edge'`);
    const request = { token, name: "o'edge", program: 'hearst-agent\u0007 1.0\u202e' };
    const enrolled = await api.ask('/api/enrol', { json: request, headers: { 'X-Request-Id': 'x' } });
    expect(enrolled.body).toMatchObject({ project: 'NORTH-001' });
    const { agent } = enrolled.body as { agent: string };
    const entries = await log();
    expect(entries.slice(-2)).toMatchObject([
      { action: 'agent.add', actor_kind: 'api_key', target_id: 'NORTH-001', after: { name: "o'edge" } },
      {
        action: 'agent.enrol',
        actor_kind: 'agent',
        actor_id: agent,
        actor_name: "o'edge",
        target_id: agent,
        address: '127.0.0.1',
        request_id: enrolled.headers.get('X-Request-Id'),
        after: { name: "o'edge", program: 'hearst-agent  1.0' },
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain(token);
  });

  it('needs no body, and names the address that sites use', async () => {
    const proxied = await openTestApi({ config: { proxy: true, publicUrl: 'https://hub.example.com' } });
    try {
      await proxied.asOwner((client) => client.query(`insert into projects (project_id) values ('NORTH-001')`));
      const key = await proxied.makeKey('super_admin');
      const { status, body } = await proxied.ask(ADD, { key, method: 'POST' });
      expect(status).toBe(201);
      expect((body as { command: string }).command).toMatch(
        /^hearst-agent enrol --hub https:\/\/hub\.example\.com --token het_\S{43}$/,
      );
    } finally {
      await proxied.close();
    }
  });

  it('with an idempotency key makes one token', async () => {
    const headers = { 'Idempotency-Key': 'one-token' };
    const first = await api.ask(ADD, { key: manager, json: {}, headers });
    const again = await api.ask(ADD, { key: manager, json: {}, headers });
    expect(again.body).toEqual(first.body);
  });

  it.each([
    ['an operator', () => operator, ADD, 403],
    ['a manager of elsewhere', () => foreigner, ADD, 404],
    ['anybody, to a project that is not there', () => admin, '/api/projects/NO-001/agents', 404],
    ['anybody, to an archived project', () => admin, '/api/projects/OLD-001/agents', 409],
  ])('is not for %s', async (_, key, path, status) => {
    expect((await api.ask(path, { key: key(), json: {} })).status).toBe(status);
  });

  it.each([{ name: '' }, { name: 'x'.repeat(65) }, { name: 'a\u0007b' }, { nom: 'x' }])(
    '%j is refused',
    async (json) => {
      const { status, body } = await api.ask(ADD, { key: manager, json });
      expect([status, (body as { code: string }).code]).toEqual([422, 'invalid_request']);
    },
  );

  it('that was promised before the project was archived comes too late', async () => {
    const late = await api.makeToken('OLD-001');
    const { status, body } = await api.ask('/api/enrol', { json: { token: late, name: 'late', program: '0' } });
    expect([status, (body as { code: string }).code]).toEqual([409, 'conflict']);
    expect((await api.ask('/api/agents?project_id=OLD-001', { key: admin })).body).toMatchObject({ total: 0 });
  });
});

describe('agents', () => {
  it('are shown with what they last said, to whoever may see their project', async () => {
    const agent = await enrol('NORTH-001', 'shown');
    await set(
      agent,
      `state = 'online', last_seen_at = '2026-11-23T11:59:30Z', clock = 'synced', clock_offset_ms = 12.5,
       depth_batches = 3, depth_bytes = 9000, duplicates = 2, oldest_at = '2026-11-23T11:00:00Z', doctor = '{"at":
       1795435140000, "ok": 9, "checks": [{"check": "clock", "outcome": "warning", "code": "W2107", "what": "3 s off",
       "cause": null, "next": "timedatectl"}]}'`,
    );
    await api.asOwner((client) =>
      client.query(
        `insert into containers (project_id, container_id, agent_id)
         values ('NORTH-001', 'NORTH-C01', $1), ('NORTH-001', 'NORTH-C02', $1), ('SOUTH-001', 'NORTH-C01', $1)`,
        [agent],
      ),
    );
    const { body } = await one(agent.toUpperCase());
    expect(body).toEqual({
      project_id: 'NORTH-001',
      agent_id: agent,
      name: 'shown',
      status: 'active',
      state: 'online',
      last_seen_at: '2026-11-23T11:59:30.000Z',
      age_s: 30,
      program: 'hearst-agent 1.0',
      clock: 'synced',
      clock_offset_ms: 12.5,
      depth_batches: 3,
      depth_bytes: 9000,
      oldest_at: '2026-11-23T11:00:00.000Z',
      duplicates: 2,
      containers_count: 2,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      doctor: {
        ...{ at: new Date(1795435140000).toISOString(), ok: 9 },
        checks: [
          { check: 'clock', outcome: 'warning', code: 'W2107', what: '3 s off', cause: null, next: 'timedatectl' },
        ],
      },
    });
    expect((await one(agent, foreigner)).status).toBe(404);
    expect((await one(randomUUID())).status).toBe(404);
    expect((await one('edge-1')).status).toBe(404);
    expect((await one(agent, await api.makeKey('viewer', ['NORTH-001']))).status).toBe(403);
  });

  it('never heard of have no state, no clock, no depth', async () => {
    const { body } = await one(await enrol('NORTH-001'));
    expect(body).toMatchObject({ state: 'unknown', last_seen_at: null, age_s: null, depth_batches: null, clock: null });
  });

  it('that said online and then fell silent are not called online', async () => {
    const agent = await enrol('NORTH-001', 'silent');
    const online = async () => {
      const { body } = await api.ask('/api/agents?state=online&project_id=north-001', { key: operator });
      return (body as { data: { agent_id: string; state: string }[] }).data.some((entry) => entry.agent_id === agent);
    };
    await set(agent, `state = 'online', last_seen_at = '2026-11-23T11:55:00Z'`);
    expect((await one(agent)).body).toMatchObject({ state: 'online' });
    expect(await online()).toBe(true);
    api.now += 1;
    expect((await one(agent)).body).toMatchObject({ state: 'unknown', last_seen_at: '2026-11-23T11:55:00.000Z' });
    expect(await online()).toBe(false);
    api.now -= 1;
    await set(agent, `state = 'online', last_seen_at = null`);
    expect((await one(agent)).body).toMatchObject({ state: 'unknown' });
  });

  it('come by filter and in pages', async () => {
    const all = Array.from({ length: 5 }, () => enrol('SOUTH-001'));
    const revoked = (await Promise.all(all)).sort();
    for (const agent of revoked.slice(0, 3))
      await api.ask(`/api/agents/${agent}`, { key: foreigner, method: 'DELETE' });
    const list = async (query: string, key = admin) => {
      const { body } = await api.ask(`/api/agents?${query}`, { key });
      return body as { data: { agent_id: string; project_id: string }[]; total: number; next_cursor: string };
    };
    const ids = ({ data }: { data: { agent_id: string }[] }) => data.map((entry) => entry.agent_id);
    expect(ids(await list('project_id=SOUTH-001'))).toEqual(revoked);
    expect(ids(await list('project_id=SOUTH-001&status=revoked'))).toEqual(revoked.slice(0, 3));
    expect(ids(await list('status=revoked,quarantined'))).toEqual(revoked.slice(0, 3));
    expect((await list('project_id=SOUTH-001', operator)).total).toBe(0);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`limit=4${cursor}`);
      seen.push(...ids(page));
      expect(page.total).toBeGreaterThan(4);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(ids(await list('limit=500')));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('come as a table, all of them', async () => {
    const { headers, body } = await api.ask('/api/agents?format=csv&locale=fr&project_id=NORTH-001', { key: operator });
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="north-001_agents_2026-11-23.csv"');
    const lines = String(body).trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'time_utc;time_local;project_id;agent_id;name;status;state;last_seen_at;age_s;program;clock;clock_offset_ms;' +
        'depth_batches;depth_bytes;oldest_at;duplicates;containers_count;created_at;updated_at;doctor_at;doctor_ok;doctor_checks',
    );
    const shown = lines.find((line) => line.includes(';shown;'))!.split(';');
    expect(shown.slice(0, 3)).toEqual(['2026-11-23T11:59:30.000Z', '2026-11-23 11:59:30', 'NORTH-001']);
    expect(shown[11]).toBe('12,5');
    const { body: json } = await api.ask('/api/agents?project_id=NORTH-001', { key: operator });
    expect(lines).toHaveLength(1 + (json as { total: number }).total);
  });

  it.each(['status=gone', 'state=on', 'project_id=x', 'cursor=x', 'name=edge'])('%s is refused', async (query) => {
    expect((await api.ask(`/api/agents?${query}`, { key: admin })).status).toBe(422);
  });
});

describe('revoking an agent', () => {
  it('is harmless when said again, and is written down once', async () => {
    const agent = await enrol('NORTH-001', 'gone');
    const path = `/api/agents/${agent}`;
    for (const key of [operator, foreigner])
      expect((await api.ask(path, { key, method: 'DELETE' })).status).toBe(key === operator ? 403 : 404);
    expect((await one(agent)).body).toMatchObject({ status: 'active' });
    const answers = await Promise.all([1, 2, 3].map(() => api.ask(path, { key: manager, method: 'DELETE' })));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await one(agent)).body).toMatchObject({ status: 'revoked' });
    const entries = (await log()).filter(({ action }) => action === 'agent.revoke');
    expect(entries).toMatchObject([
      {
        target_type: 'agent',
        target_id: agent,
        before: { status: 'active' },
        after: { name: 'gone', status: 'revoked' },
      },
    ]);
  });
});

describe('reinstating an agent', () => {
  const reinstate = (agent: string, key = manager) =>
    api.ask(`/api/agents/${agent}/reinstate`, { key, method: 'POST' });

  it('ends its quarantine, and nothing else', async () => {
    const agent = await enrol('NORTH-001', 'twin');
    await set(agent, `status = 'quarantined'`);
    expect((await reinstate(agent, operator)).status).toBe(403);
    expect((await reinstate(agent, foreigner)).status).toBe(404);
    expect((await reinstate(agent)).body).toMatchObject({ agent_id: agent, status: 'active' });
    expect((await reinstate(agent)).body).toMatchObject({ status: 'active' });
    expect((await log()).filter(({ action }) => action === 'agent.reinstate')).toHaveLength(1);
    await set(agent, `status = 'revoked'`);
    expect(await reinstate(agent)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await one(agent)).body).toMatchObject({ status: 'revoked' });
  });
});
