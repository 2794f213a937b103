import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyActivity } from '../activity/verify.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;
let operator: string;
let viewer: string;
/** Ids by message. */
const ids: Record<string, number> = {};

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query("insert into projects (project_id, name) values ('NORTH-001', 'North'), ('SOUTH-001', 'South')"),
  );
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['NORTH-001']);
  operator = await api.makeKey('operator', ['NORTH-001']);
  viewer = await api.makeKey('viewer', ['NORTH-001']);
  await make({ message: 'old critical', severity: 'critical', at: '08:00:00' });
  await make({ message: 'info', severity: 'info', at: '11:00:00', target: ['container', 'NORTH-C01'] });
  await make({ message: 'critical', severity: 'critical', at: '10:00:00', target: ['miner', 'NORTH-C01-M007'] });
  // Microseconds apart, then of one moment: the order is still one.
  await make({ message: '100% sure_', severity: 'warning', at: '09:00:00.000002', rule: 'hot', type: 'temp_high' });
  await make({ message: 'earlier', severity: 'warning', at: '09:00:00.000001', assignee: 'Omar' });
  await make({ message: 'twin', severity: 'warning', at: '09:00:00.000001' });
  await make({ message: 'over', severity: 'info', at: '07:00:00', status: 'resolved' });
  await make({ message: 'held', severity: 'critical', at: '11:30:00', status: 'pending' });
  await make({ message: 'southern', severity: 'critical', at: '11:30:00', project: 'SOUTH-001' });
  await make({ message: 'price', severity: 'warning', at: '11:30:00', project: 'HEARST-000', target: ['global', ''] });
});
afterAll(() => api.close());

interface Made {
  message: string;
  severity?: string;
  at?: string;
  status?: string;
  project?: string;
  target?: [type: string, id: string];
  rule?: string;
  type?: string;
  assignee?: string;
  holds?: boolean;
}

async function make(made: Made): Promise<number> {
  const { message, severity = 'warning', at = '06:00:00', status = 'active', project = 'NORTH-001' } = made;
  const [targetType, targetId] = made.target ?? ['project', project];
  return api.asOwner(async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into alerts (project_id, message, severity, timestamp, status, target_type, target_id, rule_id, alert_type,
         assignee, condition_holds, value, threshold, unit)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 71.5, 70, '°C') returning id`,
      [
        project,
        message,
        severity,
        `2026-11-23T${at}Z`,
        status,
        targetType,
        targetId,
        made.rule,
        made.type ?? 'custom',
        made.assignee,
        made.holds ?? false,
      ],
    );
    const id = rows[0]!.id;
    ids[message] = id;
    return id;
  });
}

interface Listed {
  data: { id: number; message: string }[];
  next_cursor: string | null;
  total: number;
}

async function list(query: string, key = operator): Promise<Listed & { messages: string[] }> {
  const { body } = await api.ask(`/api/alerts?${query}`, { key });
  const listed = body as Listed;
  return { ...listed, messages: listed.data.map(({ message }) => message) };
}

const post = (
  path: string,
  { key = manager, json, ...rest }: { key?: string; json?: object; headers?: Record<string, string> } = {},
) => api.ask(`/api/alerts/${path}`, { key, method: 'POST', json, ...rest });

async function timeline(id: number): Promise<object[]> {
  const { body } = await api.ask(`/api/alerts/${id}/timeline`, { key: operator });
  return (body as { data: object[] }).data;
}

describe('the list', () => {
  const inOrder = ['critical', 'old critical', '100% sure_', 'twin', 'earlier', 'info', 'over'];

  it('has the most important first, then the newest, and none that is pending or foreign', async () => {
    const { messages, total } = await list('');
    expect(messages).toEqual(inOrder);
    expect(total).toBe(7);
  });

  it('shows what belongs to no project to super admins alone', async () => {
    expect((await list('', admin)).messages).toEqual([
      'southern',
      ...inOrder.slice(0, 2),
      'price',
      ...inOrder.slice(2),
    ]);
  });

  it.each([1, 2, 3])('comes in pages of %i, each alert once', async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(
        `limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.total).toBe(7);
      seen.push(...page.messages);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(inOrder);
  });

  it('is a file too, of all of them', async () => {
    const { body } = await api.ask('/api/alerts?format=csv&status=active,resolved', { key: operator });
    const lines = (body as string).trim().split('\r\n');
    expect(lines).toHaveLength(1 + inOrder.length);
    expect(lines[1]).toMatch(/^2026-11-23T10:00:00.000Z,2026-11-23 10:00:00,\d+,2026-11-23T10:00:00.000Z,NORTH-001,/);
  });

  it.each([
    ['status=resolved', ['over']],
    ['status=active,acknowledged&severity=info', ['info']],
    ['severity=critical,info', ['critical', 'old critical', 'info', 'over']],
    ['project_id=NORTH-001&severity=info', ['info', 'over']],
    ['project_id=SOUTH-001', []],
    ['container_id=north-c01', ['critical', 'info']],
    ['target_type=miner', ['critical']],
    ['alert_type=temp_high', ['100% sure_']],
    ['rule=hot', ['100% sure_']],
    ['assignee=Omar', ['earlier']],
    ['from=2026-11-23T09:00:00Z&to=2026-11-23T11:00:00Z', ['critical', '100% sure_', 'twin', 'earlier']],
    ['q=CRIT', ['critical', 'old critical']],
    ['q=c01-m007', ['critical']],
    ['q=100%25', ['100% sure_']],
    ['q=e_', ['100% sure_']],
    ['q=%25', ['100% sure_']],
  ])('by %s', async (query, messages) => {
    const listed = await list(query);
    expect(listed.messages).toEqual(messages);
    expect(listed.total).toBe(messages.length);
  });

  it.each([
    ['status=pending', '/status/0'],
    ['severity=', '/severity/0'],
    ['limit=501', '/limit'],
    ['cursor=MTox', '/cursor'],
    ['from=today', '/from'],
    ['project=NORTH-001', '/project'],
  ])('refuses %s', async (query, pointer) => {
    const { status, body } = await api.ask(`/api/alerts?${query}`, { key: operator });
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ pointer }] });
  });
});

describe('one alert', () => {
  it('says what it is about, in the names of the columns', async () => {
    const { status, body } = await api.ask(`/api/alerts/${ids.critical}`, { key: operator });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: ids.critical,
      timestamp: '2026-11-23T10:00:00.000Z',
      project_id: 'NORTH-001',
      alert_type: 'custom',
      severity: 'critical',
      target_type: 'miner',
      target_id: 'NORTH-C01-M007',
      message: 'critical',
      status: 'active',
      value: 71.5,
      threshold: 70,
      unit: '°C',
      occurrences: 1,
      condition_holds: false,
      suppressed_by: null,
      silenced_until: null,
      acknowledged_by: null,
    });
  });

  it.each([
    ['foreign', () => ids.southern],
    ['global', () => ids.price],
    ['pending', () => ids.held],
    ['unknown', () => 999_999],
    ['no number', () => 'x'],
    ['too long', () => '99999999999999999999'],
    ['negative', () => '-1'],
    ['half', () => '1.5'],
    ['hostile', () => '1%20or%201=1'],
  ])('that is %s is 404, whatever is done to it', async (_, id) => {
    const statuses = [
      await api.ask(`/api/alerts/${id()}`, { key: manager }),
      await api.ask(`/api/alerts/${id()}/timeline`, { key: manager }),
      await post(`${id()}/acknowledge`),
      await post(`${id()}/unacknowledge`),
      await post(`${id()}/resolve`),
      await post(`${id()}/notes`, { json: { note: 'x' } }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
  });
});

describe('acknowledging', () => {
  it.each(['acknowledge', 'unacknowledge', 'resolve'])(
    '%s needs no body, also where the request says that it is JSON',
    async (verb) => {
      const id = await make({ message: `bare ${verb}` });
      for (const json of ['', undefined]) {
        const headers = { 'Content-Type': 'application/json' };
        const { status } = await api.ask(`/api/alerts/${id}/${verb}`, { key: manager, method: 'POST', json, headers });
        expect(status).toBe(200);
      }
      const torn = await api.ask(`/api/alerts/${id}/${verb}`, { key: manager, json: '{' });
      expect([torn.status, (torn.body as { code: string }).code]).toEqual([400, 'malformed_request']);
    },
  );

  it('needs no body, is in the timeline and in the activity log, and is done once', async () => {
    const id = await make({ message: 'plain' });
    const first = await post(`${id}/acknowledge`);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'acknowledged',
      acknowledged_by: 'test project_manager',
      acknowledged_at: '2026-11-23T12:00:00.000Z',
      acknowledged_until: null,
    });
    api.now += 1000;
    const again = await post(`${id}/acknowledge`, { key: admin, json: { note: 'me too', assignee: 'Ines' } });
    api.now -= 1000;
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await timeline(id)).toEqual([
      { at: '2026-11-23T12:00:00.000Z', kind: 'acknowledged', actor: 'test project_manager', note: null, data: {} },
    ]);
    const { rows } = await api.database.owner.query(
      "select before, after from activity_logs where action = 'alert.acknowledge' and target_id = $1",
      [String(id)],
    );
    expect(rows).toEqual([
      {
        before: { status: 'active', acknowledged_by: null },
        after: { status: 'acknowledged', acknowledged_by: 'test project_manager' },
      },
    ]);
  });

  it('takes a note, who sees to it, and until when', async () => {
    const id = await make({ message: 'with a body' });
    const json = { note: ' Pump ordered ', assignee: 'Omar', until: '2026-11-24T08:00:00+03:00' };
    const { body } = await post(`${id}/acknowledge`, { json });
    expect(body).toMatchObject({ assignee: 'Omar', acknowledged_until: '2026-11-24T05:00:00.000Z' });
    expect(await timeline(id)).toMatchObject([
      { note: 'Pump ordered', data: { assignee: 'Omar', until: '2026-11-24T05:00:00.000Z' } },
    ]);
  });

  it.each([
    [{ until: '2026-11-23T12:00:00Z' }, '/until'],
    [{ until: 'tomorrow' }, '/until'],
    [{ note: '' }, '/note'],
    [{ assigned: 'Omar' }, '/assigned'],
  ])('refuses %j', async (json, pointer) => {
    const { status, body } = await post(`${ids.info}/acknowledge`, { json });
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ pointer }] });
    expect((await api.ask(`/api/alerts/${ids.info}`, { key: manager })).body).toMatchObject({ status: 'active' });
  });

  it('what is resolved is a conflict, said in the language of the asker', async () => {
    const en = await post(`${ids.over}/acknowledge`);
    expect([en.status, (en.body as { code: string }).code]).toEqual([409, 'conflict']);
    const fr = await post(`${ids.over}/acknowledge`, { headers: { 'Accept-Language': 'fr' } });
    expect(fr.body).toMatchObject({ detail: expect.stringMatching(/déjà résolue/) });
  });

  it('by ten at once is done by one, and the others learn by whom', async () => {
    const id = await make({ message: 'race' });
    const keys = await Promise.all(Array.from({ length: 10 }, () => api.makeKey('project_manager', ['NORTH-001'])));
    await api.asOwner((client) =>
      client.query("update api_keys set name = name || ' ' || key_id where name = 'test project_manager'"),
    );
    const answers = await Promise.all(keys.map((key) => post(`${id}/acknowledge`, { key })));
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200));
    const winners = new Set(answers.map(({ body }) => (body as { acknowledged_by: string }).acknowledged_by));
    expect([...winners]).toHaveLength(1);
    expect(await timeline(id)).toMatchObject([{ kind: 'acknowledged', actor: [...winners][0] }]);
    await api.asOwner((client) =>
      client.query("update api_keys set name = 'test project_manager' where role = 'project_manager'"),
    );
  });

  it('and resolving at once never leaves a resolved alert acknowledged', async () => {
    for (let i = 0; i < 5; i++) {
      const id = await make({ message: `both ${i}` });
      const [acknowledged, resolved] = await Promise.all([post(`${id}/acknowledge`), post(`${id}/resolve`)]);
      expect(resolved.status).toBe(200);
      expect([200, 409]).toContain(acknowledged.status);
      const { body } = await api.ask(`/api/alerts/${id}`, { key: manager });
      expect(body).toMatchObject({ status: 'resolved' });
      const kinds = (await timeline(id)).map((event) => (event as { kind: string }).kind);
      expect(kinds).toEqual(acknowledged.status === 200 ? ['acknowledged', 'resolved'] : ['resolved']);
    }
  });
});

describe('taking an acknowledgement back', () => {
  it('leaves the alert as though nobody had acknowledged it, with the whole story in timeline and log', async () => {
    const id = await make({ message: 'too quick' });
    await post(`${id}/acknowledge`, { json: { assignee: 'Amal', until: '2026-11-24T08:00:00Z' } });
    const first = await post(`${id}/unacknowledge`, { json: { assignee: null, note: 'wrong one' } });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'active',
      acknowledged_at: null,
      acknowledged_by: null,
      acknowledged_until: null,
      assignee: null,
    });
    expect((await post(`${id}/unacknowledge`)).body).toEqual(first.body);
    expect(await timeline(id)).toMatchObject([
      { kind: 'acknowledged' },
      { kind: 'unacknowledged', actor: 'test project_manager', note: 'wrong one', data: { assignee: null } },
    ]);
    const { rows } = await api.database.owner.query(
      "select before, after from activity_logs where action = 'alert.unacknowledge' and target_id = $1",
      [String(id)],
    );
    expect(rows).toMatchObject([
      {
        before: { status: 'acknowledged', acknowledged_by: 'test project_manager', assignee: 'Amal' },
        after: { status: 'active', acknowledged_by: null, assignee: null },
      },
    ]);
    expect((await post(`${id}/acknowledge`, { key: admin })).body).toMatchObject({
      acknowledged_by: 'test super_admin',
    });
  });

  it('leaves who sees to it, unless somebody else is named', async () => {
    const id = await make({ message: 'still his', assignee: 'Omar' });
    await post(`${id}/acknowledge`);
    expect((await post(`${id}/unacknowledge`)).body).toMatchObject({ status: 'active', assignee: 'Omar' });
  });

  it('is refused once it is over, and to those who only read', async () => {
    const id = await make({ message: 'over by now', status: 'resolved' });
    expect((await post(`${id}/unacknowledge`)).body).toMatchObject({ code: 'conflict' });
    expect((await post(`${id}/unacknowledge`, { key: operator })).status).toBe(403);
    expect(await timeline(id)).toEqual([]);
  });
});

describe('resolving', () => {
  it('needs no body and is done once', async () => {
    const id = await make({ message: 'to resolve' });
    await post(`${id}/acknowledge`);
    const first = await post(`${id}/resolve`);
    expect(first.body).toMatchObject({ status: 'resolved', resolved_by: 'test project_manager' });
    expect((await post(`${id}/resolve`, { json: { note: 'again' } })).body).toEqual(first.body);
    expect(await timeline(id)).toMatchObject([{ kind: 'acknowledged' }, { kind: 'resolved', note: null }]);
  });

  it('is refused while the condition holds, and offers silence', async () => {
    const id = await make({ message: 'live fault', holds: true });
    const en = await post(`${id}/resolve`);
    expect(en.status).toBe(409);
    expect(en.body).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/still holds.*Silence it/),
      instead: {
        method: 'POST',
        url: '/api/silences',
        body: {
          project_id: 'NORTH-001',
          target_type: 'project',
          target_id: 'NORTH-001',
          rule_id: null,
          ends_at: '2026-11-23T20:00:00.000Z',
        },
      },
    });
    const { url, body } = (en.body as { instead: { url: string; body: object } }).instead;
    expect((await api.ask(url, { key: manager, json: body })).status).toBe(201);
    expect((await api.ask(`/api/alerts/${id}`, { key: manager })).body).toMatchObject({
      silenced_until: '2026-11-23T20:00:00.000Z',
    });
    const fr = await post(`${id}/resolve`, { headers: { 'Accept-Language': 'fr' } });
    expect(fr.body).toMatchObject({ detail: expect.stringMatching(/dure encore.*silence/) });
    await post(`${id}/acknowledge`);
    expect((await post(`${id}/resolve`)).status).toBe(409);
    await api.asOwner((client) => client.query('update alerts set condition_holds = false where id = $1', [id]));
    expect((await post(`${id}/resolve`, { json: { note: 'cooled down' } })).status).toBe(200);
    expect((await timeline(id)).slice(1)).toMatchObject([
      { kind: 'acknowledged' },
      { kind: 'resolved', note: 'cooled down' },
    ]);
  });

  it('waits for whoever is just saying that the condition holds again', async () => {
    const id = await make({ message: 'just now' });
    const client = await api.database.owner.connect();
    await client.query('begin');
    await client.query('update alerts set condition_holds = true where id = $1', [id]);
    const resolving = post(`${id}/resolve`);
    await expect
      .poll(async () => {
        const { rows } = await api.database.owner.query(
          "select 1 from pg_stat_activity where wait_event_type = 'Lock'",
        );
        return rows.length;
      })
      .toBeGreaterThan(0);
    await client.query('commit');
    client.release();
    expect((await resolving).status).toBe(409);
  });
});

describe('assigning', () => {
  it('says who sees to it, in the timeline too, and leaves its state', async () => {
    const id = await make({ message: 'to see to' });
    const first = await post(`${id}/assign`, { json: { assignee: 'Omar', note: 'on site today' } });
    expect(first.body).toMatchObject({ status: 'active', assignee: 'Omar' });
    expect((await post(`${id}/assign`, { json: { assignee: 'Omar' } })).body).toEqual(first.body);
    expect((await post(`${id}/assign`, { json: { assignee: null } })).body).toMatchObject({ assignee: null });
    expect(await timeline(id)).toMatchObject([
      { kind: 'assigned', note: 'on site today', data: { assignee: 'Omar' } },
      { kind: 'assigned', note: null, data: { assignee: null } },
    ]);
    const { rows } = await api.database.owner.query(
      "select before, after from activity_logs where action = 'alert.assign' and target_id = $1 order by seq",
      [String(id)],
    );
    expect(rows).toEqual([
      { before: { assignee: null }, after: { assignee: 'Omar', note: 'on site today' } },
      { before: { assignee: 'Omar' }, after: { assignee: null } },
    ]);
  });

  it('is refused once it is over', async () => {
    const id = await make({ message: 'over and done', status: 'resolved' });
    expect((await post(`${id}/assign`, { json: { assignee: 'Omar' } })).body).toMatchObject({ code: 'conflict' });
    expect(await timeline(id)).toEqual([]);
  });
});

describe('acknowledged until a time', () => {
  it('it stays acknowledged after that, and may be acknowledged anew', async () => {
    const id = await make({ message: 'look again' });
    await post(`${id}/acknowledge`, { json: { until: '2026-11-23T13:00:00Z' } });
    await post(`${id}/acknowledge`, { key: admin, json: { note: 'too early' } });
    api.now += 3_600_000;
    expect((await api.ask(`/api/alerts/${id}`, { key: operator })).body).toMatchObject({ status: 'acknowledged' });
    const again = await post(`${id}/acknowledge`, { key: admin, json: { until: '2026-11-23T15:00:00Z' } });
    api.now -= 3_600_000;
    expect(again.body).toMatchObject({
      status: 'acknowledged',
      acknowledged_by: 'test super_admin',
      acknowledged_until: '2026-11-23T15:00:00.000Z',
    });
    expect(await timeline(id)).toMatchObject([
      { kind: 'acknowledged', actor: 'test project_manager' },
      { kind: 'acknowledged', actor: 'test super_admin' },
    ]);
  });
});

describe('what it costs', () => {
  it('is told in miners, hashrate and the share of what the project is expected to make', async () => {
    const id = await make({ message: 'pump', rule: 'pump_stopped', target: ['container', 'NORTH-C01'] });
    const child = await make({ message: 'flow', target: ['container', 'NORTH-C01'] });
    await api.asOwner((client) =>
      client.query(
        `update alerts set miners_affected = 308, hashrate_lost_ths = 146.2, hashrate_share = 0.017,
           data = '{"miners": {"NORTH-C01": {"miner_offline": [1, 2]}}}'
         where id = $1`,
        [id],
      ),
    );
    await api.asOwner((client) => client.query('update alerts set parent_id = $1 where id = $2', [id, child]));
    const { body } = await api.ask(`/api/alerts/${id}`, { key: operator });
    expect(body).toMatchObject({
      impact: { miners: 308, hashrate_ths: 146.2, share_of_project_pct: 1.7 },
      explained_miners: { 'NORTH-C01': { miner_offline: [1, 2] } },
      runbook: expect.stringMatching(/pump/),
    });
    const fr = await api.ask(`/api/alerts/${id}`, { key: operator, headers: { 'Accept-Language': 'fr' } });
    expect(fr.body).toMatchObject({ runbook: expect.stringMatching(/pompe/) });
    expect((await list(`parent_id=${id}`)).messages).toEqual(['flow']);
    expect((await api.ask(`/api/alerts/${child}`, { key: operator })).body).toMatchObject({
      impact: null,
      suppressed_by: id,
      explained_miners: null,
      runbook: null,
    });
    await api.asOwner((client) => client.query('update alerts set hashrate_share = null where id = $1', [id]));
    expect((await api.ask(`/api/alerts/${id}`, { key: operator })).body).toMatchObject({
      impact: { miners: 308, share_of_project_pct: null },
    });
  });
});

describe('notes', () => {
  it('stand in the timeline in the order they were written, also of what is over', async () => {
    const id = await make({ message: 'noted', status: 'resolved' });
    const texts = Array.from({ length: 5 }, (_, i) => `note ${i}`);
    const answers = await Promise.all(texts.map((note) => post(`${id}/notes`, { json: { note } })));
    expect(answers.map(({ status }) => status)).toEqual(texts.map(() => 201));
    const notes = (await timeline(id)).map((event) => (event as { note: string }).note);
    expect(notes.sort()).toEqual(texts);
    await post(`${id}/acknowledge`);
    const { body } = await api.ask(`/api/alerts/${id}/notes`, { key: operator });
    const { data } = body as { data: { kind: string; note: string }[] };
    expect(data.map(({ kind }) => kind)).toEqual(texts.map(() => 'note'));
    expect(data.map(({ note }) => note).sort()).toEqual([...texts].sort());
  });

  it('sent twice with a key are written once', async () => {
    const id = await make({ message: 'noted once' });
    const headers = { 'Idempotency-Key': 'note-once' };
    const first = await post(`${id}/notes`, { json: { note: 'once' }, headers });
    const again = await post(`${id}/notes`, { json: { note: 'once' }, headers });
    expect(again.body).toEqual(first.body);
    expect(await timeline(id)).toHaveLength(1);
  });
});

describe('who may', () => {
  it('read: all but viewers; write: managers of the project and super admins', async () => {
    const reading = ['', `/${ids.critical}`, `/${ids.critical}/timeline`];
    const writing = [`${ids.critical}/acknowledge`, `${ids.critical}/resolve`, `${ids.critical}/notes`];
    for (const path of reading) {
      expect((await api.ask(`/api/alerts${path}`, { key: operator })).status).toBe(200);
      expect((await api.ask(`/api/alerts${path}`, { key: viewer })).status).toBe(403);
    }
    for (const path of writing)
      for (const key of [operator, viewer]) expect((await post(path, { key, json: { note: 'x' } })).status).toBe(403);
    expect((await post(`${ids.price}/acknowledge`, { key: admin })).body).toMatchObject({ status: 'acknowledged' });
  });

  it('leaves an activity log that nobody can have mended', async () => {
    for (const project of ['NORTH-001', 'HEARST-000']) {
      const { entries, brokenAt } = await api.asOwner((client) => verifyActivity(client, project));
      expect(entries).toBeGreaterThan(0);
      expect(brokenAt).toBeNull();
    }
  });
});
