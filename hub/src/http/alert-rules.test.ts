import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../alerts/rule-book.ts';
import type { AlertRule } from './schemas/alert-rules.ts';
import { openTestApi, type TestApi } from './testing.ts';

const ROUTE = '/api/alert-rules';
let api: TestApi;
let admin: string;
let manager: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(`insert into projects (project_id, status) values
      ('ONE-001', 'active'), ('OLD-001', 'archived'), ('FAR-001', 'active')`),
  );
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['ONE-001', 'OLD-001']);
  operator = await api.makeKey('operator', ['ONE-001']);
});
beforeEach(() => api.asOwner((client) => client.query('delete from alert_rules; delete from activity_logs')));
afterAll(() => api.close());

const put = (rule: string, json: object, { key = manager, project = 'ONE-001', headers = {} } = {}) =>
  api.ask(`${ROUTE}/${rule}?project_id=${project}`, { key, method: 'PUT', json, headers });
const reset = (rule: string, { key = manager, project = 'ONE-001' } = {}) =>
  api.ask(`${ROUTE}/${rule}?project_id=${project}`, { key, method: 'DELETE' });
const get = async (rule: string, { key = operator, project = 'ONE-001' } = {}) =>
  (await api.ask(`${ROUTE}/${rule}?project_id=${project}`, { key })).body as AlertRule;
const errorsOf = ({ body }: { body: unknown }) => (body as { errors: { pointer: string; code: string }[] }).errors;
async function logged() {
  const { rows } = await api.database.owner.query(
    'select project_id, action, target_id, before, after from activity_logs order by project_id, seq',
  );
  return rows;
}

describe('the rules of a project', () => {
  it('are all those of the catalogue, by default as they stand there', async () => {
    const { body } = await api.ask(`${ROUTE}?project_id=ONE-001`, { key: operator });
    const { data, total } = body as { data: AlertRule[]; total: number };
    expect(data.map(({ rule_id }) => rule_id)).toEqual(DEFAULT_RULES.map(({ id }) => id));
    expect(total).toBe(DEFAULT_RULES.length);
    expect(data.every(({ decided_by }) => decided_by === 'default')).toBe(true);
    const standard = { enabled: true, severity: 'critical', raise: null, clear: null, hold_s: 30, options: {} };
    expect(data.find(({ rule_id }) => rule_id === 'pump_stopped')).toMatchObject({
      project_id: 'ONE-001',
      target_type: 'container',
      by_clock: false,
      ...standard,
      defaults: standard,
      updated_at: null,
    });
    const fr = await api.ask(`${ROUTE}/pump_stopped?project_id=ONE-001`, {
      key: operator,
      headers: { 'Accept-Language': 'fr' },
    });
    expect((fr.body as AlertRule).runbook).toMatch(/pompe/);
  });

  it('are decided by the project before the company before the catalogue', async () => {
    expect((await put('supply_hot', { raise: 37, clear: 36 }, { key: admin, project: 'HEARST-000' })).status).toBe(200);
    expect(await get('supply_hot')).toMatchObject({ decided_by: 'company', raise: 37, clear: 36 });
    // Whoever begins to change a rule begins with what holds then.
    expect((await put('supply_hot', { severity: 'critical' })).body).toMatchObject({
      decided_by: 'project',
      severity: 'critical',
      raise: 37,
      clear: 36,
      defaults: { severity: 'warning', raise: 38, clear: 37 },
      updated_by: 'test project_manager',
    });
    await put('supply_hot', { raise: 39 }, { key: admin, project: 'HEARST-000' });
    expect(await get('supply_hot')).toMatchObject({ decided_by: 'project', raise: 37 });
    expect(await get('supply_hot', { key: admin, project: 'FAR-001' })).toMatchObject({
      decided_by: 'company',
      raise: 39,
    });
    expect((await reset('supply_hot')).body).toMatchObject({ decided_by: 'company', raise: 39, severity: 'warning' });
    expect((await reset('supply_hot', { key: admin, project: 'HEARST-000' })).body).toMatchObject({
      decided_by: 'default',
      raise: 38,
    });
    expect((await reset('supply_hot')).body).toMatchObject({
      status: 404,
      detail: expect.stringMatching(/nothing to take back/),
    });
    expect(await logged()).toMatchObject([
      { project_id: 'HEARST-000', action: 'alert_rule.update', after: { raise: 37, clear: 36 } },
      { project_id: 'HEARST-000', action: 'alert_rule.update', before: { raise: 37 }, after: { raise: 39 } },
      { project_id: 'HEARST-000', action: 'alert_rule.reset', before: { raise: 39 } },
      {
        project_id: 'ONE-001',
        action: 'alert_rule.update',
        before: { severity: 'warning' },
        after: { severity: 'critical' },
      },
      { project_id: 'ONE-001', action: 'alert_rule.reset', before: { severity: 'critical', raise: 37 } },
    ]);
  });

  it('take thresholds, times, options, and may be switched off', async () => {
    expect((await put('flow_low', { enabled: false, raise: 6, hold_s: 10, keep_s: 20 })).body).toMatchObject({
      enabled: false,
      raise: 6,
      // It goes along by the distance that it has by default.
      clear: expect.closeTo(6.4),
      hold_s: 10,
      keep_s: 20,
    });
    const { body } = await put('miner_pool_wrong', { options: { allowed: ['pool.example:3333'] } });
    expect(body).toMatchObject({ options: { allowed: ['pool.example:3333'] }, defaults: { options: { allowed: [] } } });
    expect((await put('miners_down_many', { options: { at_least: 5 } })).body).toMatchObject({
      options: { at_least: 5 },
    });
    // What was said before stays.
    expect((await put('flow_low', { hold_s: 30 })).body).toMatchObject({
      enabled: false,
      raise: 6,
      hold_s: 30,
      keep_s: 20,
    });
  });

  it.each([
    ['supply_hot', { raise: 36 }, [], 200],
    ['supply_hot', { raise: 36, clear: 36.5 }, ['/clear', 'wrong_side']],
    ['supply_hot', { clear: 38.1 }, ['/clear', 'wrong_side']],
    ['supply_cold', { raise: 22, clear: 21 }, ['/clear', 'wrong_side']],
    ['supply_hot', { raise: 380 }, ['/raise', 'implausible']],
    ['supply_hot', { raise: 38, clear: -41 }, ['/clear', 'implausible']],
    ['pump_stopped', { raise: 1 }, ['/raise', 'no_threshold']],
    ['pump_stopped', { options: { at_least: 1 } }, ['/options/at_least', 'unknown_option']],
    ['miners_down_many', { options: { at_lest: 1 } }, ['/options/at_lest', 'unknown_option']],
    ['miners_down_many', { options: { at_least: '1' } }, ['/options/at_least', 'invalid_option']],
    ['miners_down_many', { options: { at_least: -1 } }, ['/options/at_least', 'invalid_option']],
    ['miner_pool_wrong', { options: { allowed: ['a\u0007'] } }, ['/options/allowed', 'invalid_option']],
    ['miner_pool_wrong', { options: { allowed: 'a' } }, ['/options/allowed', 'invalid_option']],
    ['supply_hot', { hold_s: -1 }, ['/hold_s', 'too_small']],
    ['supply_hot', { severity: 'fatal' }, ['/severity', 'invalid_value']],
    ['supply_hot', { treshold: 1 }, ['/treshold', 'unrecognized_keys']],
  ])('%s with %j', async (rule, json, [pointer, code], status = 422) => {
    const answer = await put(rule, json);
    expect(answer.status).toBe(status);
    if (status === 422) {
      expect(errorsOf(answer)).toMatchObject([{ pointer, code }]);
      expect(await get(rule)).toMatchObject({ decided_by: 'default' });
    }
  });

  it('refuses a bound that would pass the other one set before', async () => {
    await put('supply_hot', { raise: 38, clear: 37 });
    expect(errorsOf(await put('supply_hot', { raise: 36 }))).toMatchObject([{ pointer: '/raise', code: 'wrong_side' }]);
  });

  it('suggests the option that was meant, in the language of the asker', async () => {
    const headers = { 'Accept-Language': 'fr' };
    expect(errorsOf(await put('miners_down_many', { options: { at_lest: 1 } }, { headers }))).toMatchObject([
      { message: 'inconnue : vouliez-vous dire at_least ?' },
    ]);
  });

  it('show whoever comes second what stands there', async () => {
    const tag = async () => (await api.ask(`${ROUTE}/leak?project_id=ONE-001`, { key: manager })).headers.get('ETag')!;
    const first = await tag();
    expect((await put('leak', { hold_s: 5 }, { headers: { 'If-Match': first } })).status).toBe(200);
    const refused = await put('leak', { hold_s: 6 }, { headers: { 'If-Match': first } });
    expect(refused.body).toMatchObject({ status: 412, current: { hold_s: 5 } });
    expect((await put('leak', { hold_s: 6 }, { headers: { 'If-Match': await tag() } })).status).toBe(200);
  });

  it('of all projects are changed by super admins alone, and read by everybody inside', async () => {
    expect((await put('leak', { hold_s: 5 }, { project: 'HEARST-000' })).body).toMatchObject({ status: 403 });
    expect((await reset('leak', { project: 'HEARST-000' })).status).toBe(403);
    expect((await api.ask(`${ROUTE}?project_id=HEARST-000`, { key: operator })).status).toBe(200);
    const viewer = await api.makeKey('viewer', ['ONE-001']);
    expect((await api.ask(`${ROUTE}?project_id=ONE-001`, { key: viewer })).status).toBe(403);
  });

  it('are nobody else’s', async () => {
    for (const path of [ROUTE, `${ROUTE}/leak`])
      expect((await api.ask(`${path}?project_id=FAR-001`, { key: manager })).status).toBe(404);
    expect((await put('leak', { hold_s: 5 }, { project: 'FAR-001' })).status).toBe(404);
    expect((await reset('leak', { project: 'FAR-001' })).status).toBe(404);
    expect((await put('leak', { hold_s: 5 }, { project: 'OLD-001' })).status).toBe(409);
    expect((await put('leak', { hold_s: 5 }, { key: operator })).status).toBe(403);
    expect((await put('no_such_rule', { hold_s: 5 })).status).toBe(404);
    expect(await logged()).toEqual([]);
  });
});
