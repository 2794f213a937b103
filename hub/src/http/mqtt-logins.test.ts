import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { IssuedCredential, issueEnrolmentToken, OVERLAP_MS } from '../enrolment.ts';
import { HttpServer } from './server.ts';
import { openTestApi, type TestApi } from './testing.ts';

const PROJECT = 'QATAR-001';
const SECRET = 'the-secret-that-the-broker-shows-here';
/** After so long the hub has read again what it knows of an agent. */
const READ_AGAIN_MS = 5000;

interface Site {
  readonly api: TestApi;
  readonly url: string;
  close(): Promise<void>;
}

/** On a port: how long a body is stands in the request of a real client. */
async function openSite(brokerSecret: string | undefined = SECRET): Promise<Site> {
  const api = await openTestApi(brokerSecret === '' ? {} : { brokerSecret });
  await api.asOwner((client) => client.query('insert into projects (project_id) values ($1)', [PROJECT]));
  const server = new HttpServer({ app: api.app, host: '127.0.0.1', port: 0, tls: null });
  const { port } = await server.start();
  const close = async (): Promise<void> => {
    await server.stop();
    await api.close();
  };
  return { api, url: `http://127.0.0.1:${port}/internal/mqtt/auth`, close };
}

/** What the broker asks, and what it is answered. */
async function ask(
  { url }: Site,
  body: unknown,
  authorization: string | null = `Bearer ${SECRET}`,
): Promise<{ status: number; text: string; result: string | undefined }> {
  const streamed = body instanceof ReadableStream;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
    body: streamed || typeof body === 'string' ? body : JSON.stringify(body),
    ...(streamed ? { duplex: 'half' as const } : {}),
  });
  const text = await response.text();
  return { status: response.status, text, result: (JSON.parse(text) as { result?: string }).result };
}

const login = ({ agent, secret }: { agent: string; secret: string }) => ({
  clientid: agent,
  username: agent,
  password: secret,
});

async function enrol({ api }: Site, renews?: string): Promise<IssuedCredential> {
  const { token } = await api.asOwner((client) =>
    issueEnrolmentToken(client, PROJECT, 'somebody', api.now, renews ?? null),
  );
  const answer = await api.ask('/api/enrol', { json: { token, name: 'edge', program: '1', agent: renews } });
  return IssuedCredential.parse(answer.body);
}

describe('POST /internal/mqtt/auth, which EMQX asks at every login', () => {
  let site: Site;
  let agent: IssuedCredential;
  beforeAll(async () => {
    site = await openSite();
    agent = await enrol(site);
  });
  afterAll(() => site?.close());

  it('lets in an agent that shows its secret, as no superuser of the broker', async () => {
    const { status, text } = await ask(site, login(agent));
    expect([status, JSON.parse(text)]).toEqual([200, { result: 'allow', is_superuser: false }]);
    expect(site.api.logged.join('\n')).not.toContain(agent.secret);
  });

  it.each<[string, (own: IssuedCredential) => unknown]>([
    ['a wrong secret', (own) => login({ ...own, secret: 'x'.repeat(43) })],
    ['an empty secret', (own) => login({ ...own, secret: '' })],
    ['an agent that is not enrolled', (own) => login({ ...own, agent: randomUUID() })],
    ['the client id of another', (own) => ({ ...login(own), clientid: randomUUID() })],
    ['a name that is no id', (own) => login({ ...own, agent: 'hub' })],
    ['an id in capitals', (own) => login({ ...own, agent: own.agent.toUpperCase() })],
  ])('keeps out %s', async (_, asked) => {
    expect(await ask(site, asked(agent))).toMatchObject({ status: 200, result: 'deny' });
  });

  it.each<[string, (own: IssuedCredential) => unknown]>([
    ['no JSON', () => '{'],
    ['nothing', () => ''],
    ['null', () => 'null'],
    ['a list', (own) => [login(own)]],
    ['a field that is missing', ({ agent: clientid }) => ({ clientid, username: clientid })],
    ['a field of another kind', (own) => ({ ...login(own), password: { $ne: '' } })],
    ['a secret that is too long', (own) => login({ ...own, secret: 'x'.repeat(257) })],
    ['more than 4 kB around a login that is right', (own) => ({ ...login(own), more: 'x'.repeat(5000) })],
    ['a length that is not told', (own) => new Blob([JSON.stringify(login(own))]).stream()],
  ])('keeps out whoever is asked about with %s, and answers', async (_, asked) => {
    expect(await ask(site, asked(agent))).toMatchObject({ status: 200, result: 'deny' });
    expect(await ask(site, login(agent))).toMatchObject({ result: 'allow' });
  });

  it.each([
    ['another secret', `Bearer ${SECRET.slice(0, -1)}x`],
    ['a longer one', `Bearer ${SECRET}x`],
    ['another scheme', `Basic ${SECRET}`],
    ['none', null],
  ])('tells whoever shows %s nothing: right and wrong logins sound alike', async (_, authorization) => {
    const right = await ask(site, login(agent), authorization);
    const wrong = await ask(site, login({ ...agent, secret: 'x'.repeat(43) }), authorization);
    expect([right.status, wrong.status]).toEqual([401, 401]);
    expect(right.text).not.toMatch(/allow|deny/);
    const bare = (text: string): unknown => ({ ...(JSON.parse(text) as object), request_id: '' });
    expect(bare(right.text)).toEqual(bare(wrong.text));
  });

  it('takes new secrets at once, and those before for a day', async () => {
    const first = await enrol(site);
    expect(await ask(site, login(first))).toMatchObject({ result: 'allow' });
    const renewed = await enrol(site, first.agent);
    site.api.now += 1000;
    for (const one of [renewed, first]) expect(await ask(site, login(one))).toMatchObject({ result: 'allow' });
    site.api.now += OVERLAP_MS;
    expect(await ask(site, login(renewed))).toMatchObject({ result: 'allow' });
    expect(await ask(site, login(first))).toMatchObject({ result: 'deny' });
  });

  it.each(['revoked', 'quarantined'])(
    'keeps out an agent that was %s, after five seconds at the latest',
    async (to) => {
      const gone = await enrol(site);
      expect(await ask(site, login(gone))).toMatchObject({ result: 'allow' });
      await site.api.asOwner((client) =>
        client.query('update agents set status = $2 where agent_id = $1', [gone.agent, to]),
      );
      site.api.now += READ_AGAIN_MS;
      expect(await ask(site, login(gone))).toMatchObject({ result: 'deny' });
    },
  );
});

it('while Postgres is away, whom the hub knows is let in, and of others it says that it cannot tell', async () => {
  const site = await openSite();
  try {
    const [known, unseen] = [await enrol(site), await enrol(site)];
    expect(await ask(site, login(known))).toMatchObject({ result: 'allow' });
    await withoutDatabase(site.api.url);
    site.api.now += READ_AGAIN_MS;
    expect(await ask(site, login(known))).toMatchObject({ status: 200, result: 'allow' });
    expect(await ask(site, login(unseen))).toMatchObject({ status: 200, result: 'ignore' });
    // A wrong secret of somebody known may be one that is newer than what is remembered.
    const wrong = login({ ...known, secret: 'x'.repeat(43) });
    expect((await ask(site, wrong)).result).not.toBe('allow');
  } finally {
    await site.close();
  }
});

it('is not there where no secret for a broker is set', async () => {
  const site = await openSite('');
  try {
    expect(await ask(site, {})).toMatchObject({ status: 404 });
  } finally {
    await site.close();
  }
});

/** Takes the database away from whoever uses it. */
async function withoutDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgres').url });
  await client.connect();
  await client.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`);
  await client.end();
}
