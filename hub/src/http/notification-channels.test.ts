import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSecret } from '../notify/secrets.ts';
import type { Delivery, NotificationChannel } from './schemas/notification-channels.ts';
import { openTestApi, type TestApi } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const ROUTE = '/api/notification-channels';
const SECRET = `whsec_${'A'.repeat(32)}`;
let api: TestApi;
let admin: string;
let manager: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(`insert into projects (project_id, name, status) values
      ('ONE-001', 'One', 'active'), ('OLD-001', 'Old', 'archived'), ('FAR-001', 'Far', 'active')`),
  );
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['ONE-001', 'OLD-001']);
});
beforeEach(async () => {
  api.now = NOW;
  await api.asOwner((client) =>
    client.query('delete from deliveries; delete from notification_channels; delete from activity_logs'),
  );
});
afterAll(() => api.close());

const post = (fields: object = {}, key = manager) =>
  api.ask(ROUTE, {
    key,
    json: {
      ...{ project_id: 'ONE-001', kind: 'webhook', name: 'Hook' },
      ...{ config: { url: 'https://example.com/hook' }, secret: { signing_secret: SECRET } },
      ...fields,
    },
  });
const made = async (fields: object = {}, key = manager) => (await post(fields, key)).body as NotificationChannel;
const put = (id: string, json: object, headers = {}) =>
  api.ask(`${ROUTE}/${id}`, { key: manager, method: 'PUT', json, headers });
const mail = { kind: 'email', config: { recipients: ['a@example.com', 'b@example.com'] }, secret: {} };
const errorsOf = ({ body }: { body: unknown }) => (body as { errors: object[] }).errors;
async function sealedOf(id: string) {
  const { rows } = await api.database.owner.query('select secret from notification_channels where channel_id = $1', [
    id,
  ]);
  return rows[0].secret as Buffer | null;
}

describe('a channel', () => {
  it('is made by a manager; its secret goes in and never comes out', async () => {
    const answer = await post();
    expect(answer.status).toBe(201);
    const channel = answer.body as NotificationChannel;
    expect(channel).toEqual({
      project_id: 'ONE-001',
      channel_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'webhook',
      name: 'Hook',
      min_severity: 'warning',
      enabled: true,
      language: 'en',
      level: 1,
      hours: null,
      config: { url: 'https://example.com/hook' },
      secret_set: true,
      created_by: 'test project_manager',
      updated_by: 'test project_manager',
      created_at: new Date(NOW).toISOString(),
      updated_at: new Date(NOW).toISOString(),
    });
    expect((await api.ask(answer.headers.get('Location')!, { key: manager })).body).toEqual(channel);
    const sealed = await sealedOf(channel.channel_id);
    expect(openSecret(api.keys, sealed)).toEqual({ signing_secret: SECRET });
    expect(sealed?.includes(SECRET)).toBe(false);
    await put(channel.channel_id, { secret: { signing_secret: `whsec_${'B'.repeat(32)}` }, name: 'Other' });
    const { rows } = await api.database.owner.query('select action, before, after from activity_logs order by seq');
    expect(rows).toMatchObject([
      { action: 'notification_channel.create', after: { secret_set: true } },
      { before: { name: 'Hook' }, after: { name: 'Other', secret_changed: true } },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/whsec_/);
  });

  it.each([
    [{ config: {} }, '/config/url', 'invalid_type'],
    [{ config: { url: 'ftp://example.com' } }, '/config/url', 'invalid_format'],
    [{ config: { url: 'https://example.com', chat_id: '1' } }, '/config/chat_id', 'unrecognized_keys'],
    [{ secret: {} }, '/secret/signing_secret', 'invalid_type'],
    [{ secret: { signing_secret: 'short' } }, '/secret/signing_secret', 'invalid_format'],
    [{ ...mail, config: { recipients: ['nobody'] } }, '/config/recipients/0', 'invalid_format'],
    [{ ...mail, secret: { bot_token: 'x' } }, '/secret/bot_token', 'unrecognized_keys'],
    [{ kind: 'sms' }, '/kind', 'invalid_value'],
    [{ level: 6 }, '/level', 'too_big'],
    [{ hours: { from: '8', to: '18:00', days: [1], time_zone: 'Asia/Qatar' } }, '/hours/from', 'invalid_format'],
    [{ hours: { from: '08:00', to: '18:00', days: [8], time_zone: 'Asia/Qatar' } }, '/hours/days/0', 'too_big'],
    [{ hours: { from: '08:00', to: '18:00', days: [1], time_zone: 'Mars' } }, '/hours/time_zone', 'time_zone'],
  ])('with %j is refused at its place, without its secret', async (fields, pointer, code) => {
    const answer = await post(fields);
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)).toMatchObject([{ pointer, code }]);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });

  it('holds the secret before beside the new one until that is sent alone', async () => {
    const { channel_id: id } = await made();
    const next = `whsec_${'B'.repeat(32)}`;
    const both = { signing_secret: next, previous_signing_secret: SECRET };
    expect((await put(id, { secret: both })).status).toBe(200);
    expect(openSecret(api.keys, await sealedOf(id))).toEqual(both);
    await put(id, { name: 'Other' });
    expect(openSecret(api.keys, await sealedOf(id))).toEqual(both);
    await put(id, { secret: { signing_secret: next } });
    expect(openSecret(api.keys, await sealedOf(id))).toEqual({ signing_secret: next });
  });

  it('keeps its secret where none is sent, and its kind in any case', async () => {
    const { channel_id: id } = await made();
    const hours = { from: '08:00', to: '18:00', days: [1, 2], time_zone: 'Asia/Qatar' };
    const changed = await put(id, { enabled: false, min_severity: 'critical', hours });
    expect(changed.body).toMatchObject({ enabled: false, min_severity: 'critical', hours, secret_set: true });
    expect(openSecret(api.keys, await sealedOf(id))).toEqual({ signing_secret: SECRET });
    expect((await put(id, { kind: 'slack' })).status).toBe(422);
    expect((await put(id, { config: { recipients: ['a@example.com'] } })).status).toBe(422);
  });

  it('shows whoever comes second what stands there', async () => {
    const { channel_id: id } = await made();
    const tag = (await api.ask(`${ROUTE}/${id}`, { key: manager })).headers.get('ETag')!;
    await put(id, { name: 'First' }, { 'If-Match': tag });
    expect((await put(id, { name: 'Second' }, { 'If-Match': tag })).body).toMatchObject({
      status: 412,
      current: { name: 'First' },
    });
  });

  it('is its managers’ own: 404 elsewhere, 409 in an archived project, 403 for those who only read', async () => {
    const { channel_id: id } = await made();
    const stranger = await api.makeKey('project_manager', ['FAR-001']);
    expect((await api.ask(`${ROUTE}/${id}`, { key: stranger })).status).toBe(404);
    expect((await api.ask(`${ROUTE}/${id}/test`, { key: stranger, method: 'POST' })).status).toBe(404);
    expect((await api.ask(`${ROUTE}/${id}`, { key: stranger, method: 'DELETE' })).status).toBe(404);
    expect((await api.ask(ROUTE, { key: stranger })).body).toMatchObject({ total: 0 });
    expect((await post({ project_id: 'FAR-001' })).status).toBe(404);
    expect((await post({ project_id: 'OLD-001' })).status).toBe(409);
    for (const role of ['operator', 'viewer'] as const) {
      const key = await api.makeKey(role, ['ONE-001']);
      expect((await api.ask(ROUTE, { key })).status).toBe(403);
      expect((await api.ask('/api/deliveries', { key })).status).toBe(403);
      expect((await post({}, key)).status).toBe(403);
    }
  });

  it('of all projects is up to super admins', async () => {
    expect((await post({ project_id: 'HEARST-000' })).body).toMatchObject({ status: 403, permission: 'super_admin' });
    const { channel_id: id } = await made({ project_id: 'HEARST-000' }, admin);
    expect((await api.ask(`${ROUTE}/${id}`, { key: manager })).status).toBe(404);
    expect((await api.ask(`${ROUTE}/${id}/test`, { key: admin, method: 'POST' })).body).toMatchObject({
      data: [{ project_id: 'HEARST-000', channel_project_id: 'HEARST-000', kind: 'test' }],
    });
  });

  it('is taken away', async () => {
    const { channel_id: id } = await made();
    expect((await api.ask(`${ROUTE}/${id}`, { key: manager, method: 'DELETE' })).status).toBe(204);
    expect((await api.ask(`${ROUTE}/${id}`, { key: manager })).status).toBe(404);
  });
});

describe('deliveries', () => {
  const list = async (query = '') =>
    (await api.ask(`/api/deliveries?${query}`, { key: manager })).body as { data: Delivery[] };
  const retry = (id: string, key = manager) => api.ask(`/api/deliveries/${id}/retry`, { key, method: 'POST' });

  it('of a test are one for each recipient, due at once, and listed', async () => {
    const { channel_id: id } = await made(mail);
    const answer = await api.ask(`${ROUTE}/${id}/test`, { key: manager, method: 'POST' });
    expect(answer.status).toBe(201);
    const { data } = answer.body as { data: Delivery[] };
    expect(data).toMatchObject(
      mail.config.recipients.map((recipient) => ({
        ...{ project_id: 'ONE-001', channel_id: id, channel_project_id: 'ONE-001', kind: 'test', status: 'pending' },
        ...{ recipient, attempts: 0, alert_id: null, next_attempt_at: new Date(NOW).toISOString() },
      })),
    );
    expect((await list(`channel_id=${id}&status=pending&project_id=one-001`)).data).toHaveLength(2);
    expect((await list('status=failed')).data).toEqual([]);
    expect((await list('alert_id=1')).data).toEqual([]);
    expect((await list('limit=1')).data).toHaveLength(1);
  });

  it('that have not arrived are sent again, as what they were', async () => {
    const { channel_id: id } = await made();
    await api.ask(`${ROUTE}/${id}/test`, { key: manager, method: 'POST' });
    const [delivery] = (await list()).data;
    await api.asOwner((client) =>
      client.query("update deliveries set status = 'failed', next_attempt_at = null, last_error = 'no', attempts = 9"),
    );
    api.now += 60_000;
    const again = await retry(delivery!.delivery_id);
    expect(again.body).toMatchObject({
      ...{ delivery_id: delivery!.delivery_id, status: 'pending', attempts: 9, last_error: 'no' },
      next_attempt_at: new Date(NOW + 60_000).toISOString(),
    });
    const stranger = await api.makeKey('project_manager', ['FAR-001']);
    expect((await retry(delivery!.delivery_id, stranger)).status).toBe(404);
    await api.asOwner((client) => client.query("update deliveries set status = 'delivered'"));
    expect((await retry(delivery!.delivery_id)).body).toMatchObject({ status: 409 });
    const { rows } = await api.database.owner.query("select after from activity_logs where action = 'delivery.retry'");
    expect(rows).toMatchObject([{ after: { status: 'pending' } }]);
  });
});
