import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyActivity } from '../activity/verify.ts';
import { openTestApi, type TestApi } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const ROUTE = '/api/alerts/bulk';
let api: TestApi;
let manager: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query("insert into projects (project_id, status) values ('ONE-001', 'active'), ('FAR-001', 'active')"),
  );
  await api.asOwner((client) =>
    client.query("insert into containers (project_id, container_id) values ('ONE-001', 'ONE-C01')"),
  );
  manager = await api.makeKey('project_manager', ['ONE-001']);
  operator = await api.makeKey('operator', ['ONE-001']);
});
beforeEach(async () => {
  api.now = NOW;
  await api.asOwner((client) => client.query('delete from silences; delete from alerts; delete from activity_logs'));
});
afterAll(() => api.close());

/** Opens so many alerts of a container. */
async function alerts(count: number, { project = 'ONE-001', status = 'active', holds = false, rule = 'r' } = {}) {
  const { rows } = await api.asOwner((client) =>
    client.query<{ id: number }>(
      `insert into alerts (project_id, target_type, target_id, rule_id, status, condition_holds, severity)
       select $1, 'container', 'ONE-C01', $5 || n, $3, $4, 'critical' from generate_series(1, $2) n returning id`,
      [project, count, status, holds, rule],
    ),
  );
  return rows.map(({ id }) => id);
}
const bulk = (json: object, { key = manager, headers = {} } = {}) => api.ask(ROUTE, { key, json, headers });
interface Outcome {
  id: number;
  done: boolean;
  problem: { code: string; status: number; detail: string } | null;
}
const outcomes = ({ body }: { body: unknown }) => (body as { data: Outcome[] }).data;
async function stored() {
  const { rows } = await api.database.owner.query<{ id: number; status: string; events: string[]; logged: number }>(
    `select id::int, status, silenced_until,
       array(select kind from alert_events e where e.alert_id = a.id order by ordinal) as events,
       (select count(*)::int from activity_logs l where l.target_id = a.id::text and l.action like 'alert.%') as logged
     from alerts a order by id`,
  );
  return rows;
}

describe('many alerts', () => {
  it('are acknowledged each as if it were alone: what is refused leaves the others done', async () => {
    const [live] = await alerts(1);
    const [over] = await alerts(1, { status: 'resolved' });
    const [foreign] = await alerts(1, { project: 'FAR-001' });
    const answer = await bulk({
      action: 'acknowledge',
      ids: [over, live, 999_999, foreign, live],
      note: 'All of them',
    });
    expect(answer.body).toMatchObject({ done: 1, refused: 3 });
    expect(outcomes(answer)).toMatchObject([
      {
        id: over,
        done: false,
        problem: { code: 'conflict', status: 409, detail: expect.stringMatching(/resolved already/) },
      },
      { id: live, done: true, problem: null },
      { id: 999_999, done: false, problem: { code: 'not_found', status: 404 } },
      { id: foreign, done: false, problem: { code: 'not_found' } },
    ]);
    expect(await stored()).toMatchObject([
      { id: live, status: 'acknowledged', events: ['acknowledged'], logged: 1 },
      { id: over, status: 'resolved', events: [], logged: 0 },
      { id: foreign, status: 'active', events: [], logged: 0 },
    ]);
  });

  it('are everybody’s again where acknowledgements are taken back', async () => {
    const ids = await alerts(2);
    await bulk({ action: 'acknowledge', ids, assignee: 'Omar' });
    const answer = await bulk({ action: 'unacknowledge', ids, assignee: null });
    expect(answer.body).toMatchObject({ done: 2, refused: 0 });
    expect(await stored()).toMatchObject(
      ids.map((id) => ({ id, status: 'active', events: ['acknowledged', 'unacknowledged'] })),
    );
  });

  it('are resolved, but for those whose condition holds', async () => {
    const [over] = await alerts(1);
    const [holds] = await alerts(1, { holds: true, rule: 'h' });
    const answer = await bulk(
      { action: 'resolve', ids: [over, holds], note: 'Repaired' },
      { headers: { 'Accept-Language': 'fr' } },
    );
    expect(outcomes(answer)).toMatchObject([
      { done: true },
      { problem: { detail: expect.stringMatching(/dure encore/) } },
    ]);
    expect((await stored()).map(({ status }) => status)).toEqual(['resolved', 'active']);
  });

  it('are silenced, each by its own rule and target', async () => {
    const [first, second] = await alerts(2);
    const [over] = await alerts(1, { status: 'resolved', rule: 'over' });
    const answer = await bulk({ action: 'silence', ids: [first, over], until: '2026-11-23T14:00:00Z', note: 'Works' });
    expect(outcomes(answer)).toMatchObject([{ done: true }, { done: false, problem: { code: 'conflict' } }]);
    expect(await stored()).toMatchObject([
      { id: first, silenced_until: new Date('2026-11-23T14:00:00Z'), events: ['silenced'] },
      { id: second, silenced_until: null, events: [] },
      { id: over, silenced_until: null, events: [] },
    ]);
    expect((await api.ask('/api/silences', { key: operator })).body).toMatchObject({
      data: [{ target_type: 'container', target_id: 'ONE-C01', rule_id: 'r1', reason: 'Works' }],
    });
    const { rows } = await api.database.owner.query("select after ->> 'alerts' as alerts from activity_logs");
    expect(rows).toEqual([{ alerts: '1' }]);
  });

  it('are those that meet a filter, and open where nothing is said; of more than 500 the number is told', async () => {
    const ids = await alerts(3);
    await alerts(2, { status: 'resolved', rule: 'over' });
    await alerts(2, { project: 'FAR-001' });
    const answer = await bulk({ action: 'acknowledge', filter: { severity: ['critical'], container_id: 'one-c01' } });
    expect(
      outcomes(answer)
        .map(({ id }) => id)
        .sort((a, b) => a - b),
    ).toEqual(ids);
    expect(answer.body).toMatchObject({ done: 3, refused: 0 });
    await alerts(498, { rule: 'more' });
    const refused = await bulk({ action: 'resolve', filter: { project_id: 'ONE-001' } });
    expect(refused.body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/filter', code: 'too_many', message: expect.stringMatching(/^501 alerts/) }],
    });
    expect((await stored()).filter(({ status, logged }) => status === 'active' && logged > 0)).toEqual([]);
  });

  it('of 500 are done in one go, also by two at once', async () => {
    const ids = await alerts(500);
    const [first, second] = await Promise.all([
      bulk({ action: 'acknowledge', ids }),
      bulk({ action: 'acknowledge', ids: ids.toReversed() }),
    ]);
    expect([first.body, second.body]).toMatchObject([{ done: 500 }, { done: 500 }]);
    expect((await stored()).every(({ events, logged }) => events.length === 1 && logged === 1)).toBe(true);
  });

  it('of 500 are silenced in one go', async () => {
    const ids = await alerts(500);
    expect((await bulk({ action: 'silence', ids, until: '2026-11-23T14:00:00Z' })).body).toMatchObject({ done: 500 });
    expect((await stored()).every(({ events }) => events.join() === 'silenced')).toBe(true);
    expect(await api.asOwner((client) => verifyActivity(client, 'ONE-001'))).toMatchObject({
      entries: 500,
      brokenAt: null,
    });
  });

  it('sent twice with a key are done once', async () => {
    const ids = await alerts(2);
    const headers = { 'Idempotency-Key': 'bulk-once' };
    const first = await bulk({ action: 'acknowledge', ids }, { headers });
    await api.asOwner((client) => client.query("update alerts set status = 'active'"));
    expect((await bulk({ action: 'acknowledge', ids }, { headers })).body).toEqual(first.body);
    expect((await stored()).map(({ events }) => events)).toEqual([['acknowledged'], ['acknowledged']]);
  });

  it.each([
    [{ action: 'acknowledge' }, '/ids'],
    [{ action: 'acknowledge', ids: [1], filter: {} }, '/ids'],
    [{ action: 'acknowledge', ids: [] }, '/ids'],
    [{ action: 'acknowledge', ids: Array.from({ length: 501 }, (_, i) => i + 1) }, '/ids'],
    [{ action: 'silence', ids: [1] }, '/until'],
    [{ action: 'silence', ids: [1], until: '2026-12-24T00:00:00Z' }, '/until'],
    [{ action: 'resolve', ids: [1], until: '2026-11-24T00:00:00Z' }, '/until'],
    [{ action: 'resolve', ids: [1], assignee: 'Omar' }, '/assignee'],
    [{ action: 'acknowledge', ids: [1], assignee: null }, '/assignee'],
    [{ action: 'unacknowledge', ids: [1], until: '2026-11-24T00:00:00Z' }, '/until'],
    [{ action: 'delete', ids: [1] }, '/action'],
    [{ action: 'resolve', filter: { projct_id: 'ONE-001' } }, '/filter/projct_id'],
  ])('of a request that is wrong are left alone: %j', async (json, pointer) => {
    expect((await bulk(json)).body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  it('are not for those who only read', async () => {
    expect((await bulk({ action: 'acknowledge', ids: [1] }, { key: operator })).status).toBe(403);
  });
});
