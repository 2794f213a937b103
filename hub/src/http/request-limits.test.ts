import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';
import { makePerson, signIn } from './testing-people.ts';

let api: TestApi;
let key: string;

beforeAll(async () => {
  api = await openTestApi({ config: { requestLimits: true } });
  key = await api.makeKey('operator');
});
afterAll(() => api.close());
// The limiter reads the machine's clock: a minute later is told to that alone.
afterEach(() => {
  const later = Date.now() + 61_000;
  vi.useFakeTimers({ toFake: ['Date'], now: later });
});
afterAll(() => vi.useRealTimers());

type Answer = Awaited<ReturnType<TestApi['ask']>>;
const limits = ({ headers }: Answer) =>
  ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'].map((name) => headers.get(name));
async function ask(times: number, path: string, options: object): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < times; i++) answers.push(await api.ask(path, options));
  return answers;
}

describe('a key', () => {
  it('may ask 600 times a minute, and is told how often still', async () => {
    const first = await api.ask('/api/account', { key });
    expect(limits(first)).toEqual(['600', '599', '60']);
    // A refusal counts as well: a key has no account.
    expect(first.status).toBe(403);
    for (let batch = 0; batch < 6; batch++)
      await Promise.all(Array.from({ length: batch === 0 ? 98 : 100 }, () => api.ask('/api/account', { key })));
    const last = await api.ask('/api/account', { key });
    expect([last.status, ...limits(last).slice(0, 2)]).toEqual([403, '600', '0']);
    const refused = await api.ask('/api/account', { key });
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([429, 'too_many_requests']);
    expect(limits(refused).slice(0, 2)).toEqual(['600', '0']);
    expect(refused.headers.get('Retry-After')).toBe(refused.headers.get('RateLimit-Reset'));
    expect((await api.ask('/api/projects', { key: await api.makeKey('operator') })).status).toBe(200);
  });

  it('may ask again after the minute', async () => {
    expect((await api.ask('/api/projects', { key })).status).toBe(200);
  });

  it.each(['format=csv', 'range=24h', 'from=2026-01-01T00:00:00Z'])(
    'may ask 60 times a minute for much: %s',
    async (query) => {
      const answers = await ask(61, `/api/projects?${query}`, { key });
      expect(limits(answers[0]!).slice(0, 2)).toEqual(['60', '59']);
      expect(answers.slice(0, 60).map(({ status }) => status)).not.toContain(429);
      expect(answers[60]!.status).toBe(429);
      const light = await api.ask('/api/projects', { key });
      expect([light.status, ...limits(light).slice(0, 2)]).toEqual([200, '600', '538']);
    },
  );
});

describe('a person', () => {
  it('is counted by who they are, whatever session they use', async () => {
    const person = await makePerson(api);
    const first = await signIn(api, person);
    const second = await signIn(api, person);
    await ask(3, '/api/account', { cookie: first });
    expect(limits(await api.ask('/api/account', { cookie: second })).slice(0, 2)).toEqual(['600', '596']);
  });

  it('may try to sign in 10 times a minute from one address', async () => {
    const { email, password } = await makePerson(api);
    const options = { json: { email, password }, from: '10.0.0.1' };
    const answers = await ask(11, '/api/session', options);
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(201), 429]);
    expect(limits(answers[9]!).slice(0, 2)).toEqual(['10', '0']);
    expect((await api.ask('/api/session', { ...options, from: '10.0.0.2' })).status).toBe(201);
  });
});

it('nobody is limited where limits are switched off', async () => {
  const free = await openTestApi();
  const answer = await free.ask('/api/projects', { key: await free.makeKey('operator') });
  expect(limits(answer)).toEqual([null, null, null]);
  await free.close();
});
