import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashSecret } from '../auth/secrets.ts';
import { IssuedCredential, issueEnrolmentToken, OVERLAP_MS, TOKEN_LIFETIME_MS } from '../enrolment.ts';
import { openTestApi, type TestApi } from './testing.ts';

const PROJECT = 'QATAR-001';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) => client.query('insert into projects (project_id) values ($1)', [PROJECT]));
});
afterAll(() => api.close());
// A window of its own for each test's wrong guesses.
beforeEach(() => {
  api.now += 3_600_000;
});

const request = (token: string) => ({ token, name: 'edge-1', program: '0.1.0' });
const enrol = (token: string, from?: string) =>
  api.ask('/api/enrol', { json: request(token), ...(from === undefined ? {} : { from }) });

function agents() {
  return api.asOwner(async (client) => {
    const { rows } = await client.query<{ agent_id: string; name: string; secret_hash: Buffer; hmac_key: Buffer }>(
      'select agent_id, name, secret_hash, hmac_key from agents where project_id = $1',
      [PROJECT],
    );
    return rows;
  });
}

describe('POST /api/enrol', () => {
  it('answers a credential whose secrets the hub keeps as hash and sealed', async () => {
    const answer = await enrol(await api.makeToken(PROJECT));
    expect(answer.status).toBe(201);
    const credential = IssuedCredential.parse(answer.body);
    expect(credential).toMatchObject({ project: PROJECT, mqtt: 'mqtt://127.0.0.1:1883' });
    const row = (await agents()).find((agent) => agent.agent_id === credential.agent)!;
    expect(row.name).toBe('edge-1');
    expect(row.secret_hash).toEqual(hashSecret(credential.secret));
    expect(row.hmac_key.includes(Buffer.from(credential.hmac_key, 'base64url'))).toBe(false);
    expect(api.keys.decrypt(row.hmac_key).toString('base64url')).toBe(credential.hmac_key);
    const log = api.logged.join('\n');
    expect(log).toContain(credential.agent);
    for (const secret of [credential.secret, credential.hmac_key, 'het_']) expect(log).not.toContain(secret);
  });

  it('enrols exactly one of fifty that present one token at once', async () => {
    const before = (await agents()).length;
    const token = await api.makeToken(PROJECT);
    const answers = await Promise.all(Array.from({ length: 50 }, () => enrol(token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 201) expect(body).toMatchObject({ code: 'token_used' });
    expect(await agents()).toHaveLength(before + 1);
    // Losing that race is no guessing: the next agent of this address is let in.
    expect((await enrol(await api.makeToken(PROJECT))).status).toBe(201);
  });

  it('refuses a token that was used, has expired, or never was', async () => {
    const used = await api.makeToken(PROJECT);
    await enrol(used);
    expect(await enrol(used)).toMatchObject({ status: 403, body: { code: 'token_used' } });
    const old = await api.makeToken(PROJECT);
    api.now += TOKEN_LIFETIME_MS;
    expect(await enrol(old)).toMatchObject({ status: 403, body: { code: 'token_expired' } });
    expect(await enrol(`het_${'x'.repeat(43)}`)).toMatchObject({ status: 403, body: { code: 'token_unknown' } });
  });

  it('gives an agent new secrets for a token of its own, and keeps those before for a day', async () => {
    const first = IssuedCredential.parse((await enrol(await api.makeToken(PROJECT))).body);
    const { token } = await api.asOwner((client) =>
      issueEnrolmentToken(client, PROJECT, 'somebody', api.now, first.agent),
    );
    // Neither one that joins nor another agent gets anything for it.
    for (const agent of [undefined, randomUUID()])
      expect(await api.ask('/api/enrol', { json: { ...request(token), agent } })).toMatchObject({
        ...{ status: 403, body: { code: 'token_unknown', detail: expect.stringContaining('--renew') } },
      });
    const answer = await api.ask('/api/enrol', { json: { ...request(token), agent: first.agent } });
    const renewed = IssuedCredential.parse(answer.body);
    expect(renewed).toMatchObject({ agent: first.agent, project: PROJECT });
    const { rows } = await api.asOwner((client) =>
      client.query<
        Record<'secret_hash' | 'previous_secret_hash' | 'previous_hmac_key', Buffer> & { previous_until: Date }
      >('select * from agents where agent_id = $1', [first.agent]),
    );
    expect(rows).toMatchObject([
      { secret_hash: hashSecret(renewed.secret), previous_secret_hash: hashSecret(first.secret) },
    ]);
    expect(+rows[0]!.previous_until - api.now).toBe(OVERLAP_MS);
    expect(api.keys.decrypt(rows[0]!.previous_hmac_key).toString('base64url')).toBe(first.hmac_key);
    const again = await api.ask('/api/enrol', { json: { ...request(token), agent: first.agent } });
    expect(again).toMatchObject({ status: 403, body: { code: 'token_used' } });
  });

  it('stores a token as its hash only', async () => {
    const token = await api.makeToken(PROJECT);
    const { rows } = await api.asOwner((client) =>
      client.query<{ row: string }>('select enrolment_tokens::text as row from enrolment_tokens'),
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain(hashSecret(token).toString('hex'));
    expect(text).not.toContain(token.slice(4));
  });

  it('takes a token in plain text from this machine only', async () => {
    const token = await api.makeToken(PROJECT);
    const answer = await enrol(token, '10.1.2.3');
    expect(answer).toMatchObject({ status: 403, body: { code: 'tls_required' } });
    // Nobody may talk the hub into believing in TLS when it was not told of a proxy.
    const claimed = await api.ask('/api/enrol', {
      json: request(token),
      from: '10.1.2.3',
      headers: { 'X-Forwarded-Proto': 'https' },
    });
    expect(claimed.status).toBe(403);
    expect((await enrol(token)).status).toBe(201);
  });

  it('slows down guessing', async () => {
    const guess = () => enrol(`het_${'g'.repeat(43)}`, '127.7.7.7');
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(403);
    const answer = await guess();
    expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    const token = await api.makeToken(PROJECT);
    expect((await enrol(token, '127.7.7.8')).status).toBe(201);
  });

  it.each([
    ['no JSON', '{', 400, 'malformed_request'],
    ['a missing field', { token: 'x'.repeat(30) }, 422, 'invalid_request'],
    ['a huge body', 'x'.repeat(70_000), 413, 'too_large'],
  ])('refuses %s', async (_, json, status, code) => {
    expect(await api.ask('/api/enrol', { json })).toMatchObject({ status, body: { code } });
  });

  it('refuses a body that is no JSON by type', async () => {
    const answer = await api.ask('/api/enrol', { json: 'token=x', headers: { 'Content-Type': 'text/plain' } });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });
});

describe('behind a declared proxy', () => {
  let proxied: TestApi;
  beforeAll(async () => {
    proxied = await openTestApi({ config: { proxy: true } });
    await proxied.asOwner((client) => client.query('insert into projects (project_id) values ($1)', [PROJECT]));
  });
  afterAll(() => proxied.close());

  it('believes what the proxy says about TLS, also when the proxy is on this machine', async () => {
    const token = await proxied.makeToken(PROJECT);
    const ask = (proto: string) =>
      proxied.ask('/api/enrol', { json: request(token), headers: { 'X-Forwarded-Proto': proto } });
    expect((await ask('http')).status).toBe(403);
    const answer = await ask('https');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Strict-Transport-Security')).toContain('max-age');
  });

  it('counts guesses by the address that the proxy added, not by what the client claims', async () => {
    const guess = (claimed: string) =>
      proxied.ask('/api/enrol', {
        json: request(`het_${'h'.repeat(43)}`),
        headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': `${claimed}, 203.0.113.9` },
      });
    for (let i = 0; i < 10; i++) await guess(`198.51.100.${i}`);
    expect((await guess('198.51.100.99')).status).toBe(429);
  });
});
