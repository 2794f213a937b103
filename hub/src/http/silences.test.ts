import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Silence } from './schemas/silences.ts';
import { openTestApi, type TestApi } from './testing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 23, 12);
const AGENT = '11111111-1111-4111-8111-111111111111';
let api: TestApi;
let admin: string;
let manager: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(`
      insert into projects (project_id, status) values
        ('ONE-001', 'active'), ('OLD-001', 'archived'), ('FAR-001', 'active')`),
  );
  await api.asOwner((client) =>
    client.query(`
      insert into agents (project_id, agent_id, name, program, secret_hash, hmac_key, status)
        values ('ONE-001', '${AGENT}', 'one', '', '', '', 'active');
      insert into transformers (project_id, transformer_id) values ('ONE-001', 'ONE-T01');
      insert into containers (project_id, container_id, transformer_id, agent_id) values
        ('ONE-001', 'ONE-C01', 'ONE-T01', '${AGENT}'), ('ONE-001', 'ONE-C02', null, null), ('FAR-001', 'FAR-C01', null, null);
      insert into miners (project_id, container_id, miner_id) values ('ONE-001', 'ONE-C01', 'ONE-C01-M001')`),
  );
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['ONE-001', 'OLD-001']);
  operator = await api.makeKey('operator', ['ONE-001']);
});
beforeEach(async () => {
  api.now = NOW;
  await api.asOwner((client) => client.query('delete from silences; delete from alerts; delete from activity_logs'));
});
afterAll(() => api.close());

const after = (ms: number) => new Date(NOW + ms).toISOString();
const ROUTE = '/api/silences';
const post = (fields: object = {}, key = manager) =>
  api.ask(ROUTE, {
    key,
    json: {
      project_id: 'ONE-001',
      target_type: 'container',
      target_id: 'ONE-C01',
      ends_at: after(HOUR),
      ...fields,
    },
  });
const made = async (fields: object = {}, key = manager) => (await post(fields, key)).body as Silence;
const put = (id: string, json: object, headers = {}) =>
  api.ask(`${ROUTE}/${id}`, { key: manager, method: 'PUT', json, headers });
const end = (id: string, key = manager) => api.ask(`${ROUTE}/${id}`, { key, method: 'DELETE' });
const errorOf = ({ body }: { body: unknown }) => (body as { errors: { pointer: string; code: string }[] }).errors[0];

/** Opens an alert of a rule at a target. */
async function alert(target_type: string, target_id: string, { rule = 'pump_stopped', status = 'active' } = {}) {
  const { rows } = await api.asOwner((client) =>
    client.query<{ id: number }>(
      `insert into alerts (project_id, target_type, target_id, rule_id, status, condition_holds)
       values ($1, $2, $3, $4, $5, true) returning id`,
      [target_type === 'global' ? 'HEARST-000' : 'ONE-001', target_type, target_id, rule, status],
    ),
  );
  return rows[0]!.id;
}
async function silenced(id: number): Promise<string | null> {
  return ((await api.ask(`/api/alerts/${id}`, { key: admin })).body as { silenced_until: string | null })
    .silenced_until;
}
async function events(id: number) {
  const { body } = await api.ask(`/api/alerts/${id}/timeline`, { key: admin });
  return (body as { data: { kind: string; data: object; note: string | null }[] }).data;
}

describe('a silence', () => {
  it('is made by a manager, about anything of the project, and read by operators', async () => {
    const answer = await post({ reason: ' Pump ', rule_id: 'pump_stopped' });
    expect(answer.status).toBe(201);
    const silence = answer.body as Silence;
    expect(silence).toEqual({
      project_id: 'ONE-001',
      silence_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      target_type: 'container',
      target_id: 'ONE-C01',
      rule_id: 'pump_stopped',
      starts_at: after(0),
      ends_at: after(HOUR),
      active: true,
      reason: 'Pump',
      created_by: 'test project_manager',
      ended_by: null,
      created_at: after(0),
      updated_at: after(0),
    });
    expect(answer.headers.get('Location')).toBe(`${ROUTE}/${silence.silence_id}`);
    expect((await api.ask(`${ROUTE}/${silence.silence_id}`, { key: operator })).body).toEqual(silence);
    for (const [target_type, target_id] of [
      ['project', 'one-001'],
      ['agent', AGENT],
      ['transformer', 'ONE-T01'],
      ['miner', 'one-c01-m001'],
    ])
      expect((await post({ target_type, target_id })).status).toBe(201);
    const { rows } = await api.database.owner.query(
      "select action, target_id from activity_logs where project_id = 'ONE-001' order by seq limit 1",
    );
    expect(rows).toEqual([{ action: 'silence.create', target_id: silence.silence_id }]);
  });

  it.each([
    [{ ends_at: after(0) }, '/ends_at', 'upside_down'],
    [{ ends_at: after(30 * DAY + 1) }, '/ends_at', 'too_long'],
    [{ starts_at: after(-1) }, '/starts_at', 'past'],
    [{ target_id: 'FAR-C01' }, '/target_id', 'unknown_target'],
    [{ target_type: 'agent' }, '/target_id', 'unknown_target'],
    [{ target_type: 'global', target_id: 'x' }, '/target_id', 'unknown_target'],
    [{ rule_id: 'pump_stoped' }, '/rule_id', 'unknown_rule'],
    [{ rule_id: 'Pump' }, '/rule_id', 'invalid_format'],
    [{ target_type: 'meter' }, '/target_type', 'invalid_value'],
    [{ until: 'x' }, '/until', 'unrecognized_keys'],
  ])('with %j is refused at its place', async (fields, pointer, code) => {
    const answer = await post(fields);
    expect(answer.status).toBe(422);
    expect(errorOf(answer)).toMatchObject({ pointer, code });
  });

  it('names the rule that was meant', async () => {
    expect(errorOf(await post({ rule_id: 'pump_stoped' }))).toMatchObject({
      message: expect.stringMatching(/pump_stopped/),
    });
  });

  it('may last 30 days', async () => {
    expect((await post({ ends_at: after(30 * DAY) })).status).toBe(201);
  });

  it('of what belongs to no project is up to super admins', async () => {
    const global = { project_id: 'HEARST-000', target_type: 'global', target_id: '' };
    expect((await post(global)).body).toMatchObject({ status: 403, permission: 'super_admin' });
    const id = await alert('global', '');
    const { silence_id } = await made(global, admin);
    expect(await silenced(id)).toBe(after(HOUR));
    expect((await api.ask(`${ROUTE}/${silence_id}`, { key: manager })).status).toBe(404);
    expect((await end(silence_id, admin)).status).toBe(200);
    expect(await silenced(id)).toBeNull();
  });

  it('is nobody else’s: 404 in a foreign project, 409 in an archived one, 403 for those who only read', async () => {
    expect((await post({ project_id: 'FAR-001', target_id: 'FAR-C01' })).status).toBe(404);
    expect((await post({ project_id: 'OLD-001', target_type: 'project', target_id: 'OLD-001' })).status).toBe(409);
    expect((await post({}, operator)).status).toBe(403);
    const { silence_id } = await made();
    const stranger = await api.makeKey('project_manager', ['FAR-001']);
    expect((await api.ask(`${ROUTE}/${silence_id}`, { key: stranger })).status).toBe(404);
    expect((await end(silence_id, stranger)).status).toBe(404);
    expect((await api.ask(ROUTE, { key: stranger })).body).toMatchObject({ total: 0 });
    const viewer = await api.makeKey('viewer', ['ONE-001']);
    expect((await api.ask(ROUTE, { key: viewer })).status).toBe(403);
  });

  it('is listed by what it is about, and by whether it is in force', async () => {
    const [pump, all] = [
      await made({ rule_id: 'pump_stopped' }),
      await made({ target_type: 'project', target_id: 'ONE-001' }),
    ];
    const later = await made({ starts_at: after(HOUR), ends_at: after(2 * HOUR) });
    const list = async (query: string) =>
      ((await api.ask(`${ROUTE}?${query}`, { key: operator })).body as { data: Silence[] }).data
        .map(({ silence_id }) => silence_id)
        .sort();
    expect(await list('active=true')).toEqual([pump.silence_id, all.silence_id].sort());
    expect(await list('active=false')).toEqual([later.silence_id]);
    expect(await list('target_type=project')).toEqual([all.silence_id]);
    expect(await list('target_id=one-c01&rule=pump_stopped')).toEqual([pump.silence_id]);
    expect(await list('project_id=FAR-001')).toEqual([]);
  });
});

describe('alerts that are open', () => {
  it('are silent where a silence covers them, and say so in their timeline', async () => {
    const pump = await alert('container', 'ONE-C01');
    const miner = await alert('miner', 'ONE-C01-M001', { rule: 'miner_offline', status: 'acknowledged' });
    const elsewhere = await alert('container', 'ONE-C02');
    const over = await alert('container', 'ONE-C01', { rule: 'leak', status: 'resolved' });
    const { silence_id } = await made({ target_type: 'transformer', target_id: 'ONE-T01', reason: 'Works' });
    expect(await Promise.all([pump, miner, elsewhere, over].map(silenced))).toEqual([
      after(HOUR),
      after(HOUR),
      null,
      null,
    ]);
    expect(await events(pump)).toEqual([
      {
        at: after(0),
        kind: 'silenced',
        actor: 'test project_manager',
        note: 'Works',
        data: { silence_id, until: after(HOUR) },
      },
    ]);
    expect(await events(elsewhere)).toEqual([]);
    const { rows } = await api.database.owner.query("select after ->> 'alerts' as alerts from activity_logs");
    expect(rows).toEqual([{ alerts: '2' }]);
  });

  it('stay as they are under a silence of another rule, or one to come', async () => {
    const pump = await alert('container', 'ONE-C01');
    await made({ rule_id: 'leak' });
    await made({ starts_at: after(HOUR), ends_at: after(2 * HOUR) });
    expect(await silenced(pump)).toBeNull();
  });

  it('follow an end that is moved, and lose their silence when it ends, but for what another one says', async () => {
    const pump = await alert('container', 'ONE-C01');
    const { silence_id: long } = await made({ ends_at: after(2 * HOUR) });
    await made({ target_type: 'agent', target_id: AGENT, ends_at: after(HOUR) });
    expect(await silenced(pump)).toBe(after(2 * HOUR));
    await put(long, { ends_at: after(3 * HOUR) });
    expect(await silenced(pump)).toBe(after(3 * HOUR));
    const ended = await end(long);
    expect(ended.body).toMatchObject({ ends_at: after(0), active: false, ended_by: 'test project_manager' });
    expect(await silenced(pump)).toBe(after(HOUR));
    api.now += 1000;
    expect((await end(long)).body).toEqual(ended.body);
    expect((await events(pump)).map(({ kind }) => kind)).toEqual(['silenced', 'silenced', 'silenced']);
  });

  it('are told of again once nothing silences them', async () => {
    const pump = await alert('container', 'ONE-C01');
    await end((await made()).silence_id);
    expect(await silenced(pump)).toBeNull();
    expect(await events(pump)).toMatchObject([{ kind: 'silenced' }, { kind: 'unsilenced', data: { until: null } }]);
  });

  it('are silent until the later end of two silences made at once', async () => {
    const pump = await alert('container', 'ONE-C01');
    await Promise.all([1, 4, 2, 3].map((hours) => post({ ends_at: after(hours * HOUR) })));
    expect(await silenced(pump)).toBe(after(4 * HOUR));
  });
});

describe('changing one', () => {
  it('shows whoever comes second what stands there, and is refused once it is over', async () => {
    const { silence_id: id } = await made();
    const tag = (await api.ask(`${ROUTE}/${id}`, { key: manager })).headers.get('ETag')!;
    const changed = await put(id, { ends_at: after(3 * HOUR), reason: 'Longer' }, { 'If-Match': tag });
    expect(changed.body).toMatchObject({ ends_at: after(3 * HOUR), reason: 'Longer' });
    expect((await put(id, { reason: '' }, { 'If-Match': tag })).body).toMatchObject({
      status: 412,
      current: { reason: 'Longer' },
    });
    expect(errorOf(await put(id, { ends_at: after(-HOUR) }))).toMatchObject({ code: 'upside_down' });
    api.now = NOW + 3 * HOUR;
    expect((await put(id, { reason: 'too late' })).body).toMatchObject({ status: 409, code: 'conflict' });
    const { rows } = await api.database.owner.query(
      "select before, after from activity_logs where action = 'silence.update'",
    );
    expect(rows).toEqual([
      { before: { ends_at: after(HOUR), reason: '' }, after: { ends_at: after(3 * HOUR), reason: 'Longer' } },
    ]);
  });

  it('that has not begun withdraws it', async () => {
    const { silence_id } = await made({ starts_at: after(HOUR), ends_at: after(2 * HOUR) });
    expect((await end(silence_id)).body).toMatchObject({ starts_at: after(-1), ends_at: after(0), active: false });
  });
});
