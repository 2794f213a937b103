import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { SESSION_COOKIE, startSession } from '../auth/sessions.ts';
import { withContext } from '../db/client.ts';
import { HttpServer } from './server.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;
let viewer: string;
let foreigner: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.live.start();
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['NORTH-001']);
  viewer = await api.makeKey('viewer', ['NORTH-001']);
  foreigner = await api.makeKey('operator', ['SOUTH-001']);
  for (const project_id of ['NORTH-001', 'SOUTH-001'])
    await api.ask('/api/projects', { key: admin, json: { project_id, name: project_id } });
  await heard('SOUTH-001');
});
afterAll(() => api.close());

interface Event {
  readonly id: string;
  readonly data: { type: string; project_id?: string; container_id?: string; [member: string]: unknown };
}

/** A client of the stream, as a browser's EventSource reads it. */
class Stream {
  readonly events: Event[] = [];
  comments = 0;
  retry: number | null = null;
  ended = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
    void this.#read();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    this.ended = true;
  }

  #take(block: string): void {
    if (block.startsWith(':')) this.comments++;
    else if (block.startsWith('retry: ')) this.retry = Number(block.slice(7));
    else {
      const [, id, data] = /^id: (\S+)\ndata: (.+)$/.exec(block) ?? [];
      this.events.push({ id: id!, data: JSON.parse(data!) as Event['data'] });
    }
  }

  types(): string[] {
    return this.events.map(({ data }) => data.type);
  }

  /** What was told of containers and objects, in order. */
  told(): string[] {
    return this.events.flatMap(({ data }) =>
      'project_id' in data ? `${data.project_id} ${data.container_id ?? `${data.action} ${data.target_id}`}` : [],
    );
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

const streams: Stream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.leave();
  expect(api.live.feed.streams).toBe(0);
});

const ask = (query: string, headers: Record<string, string>) => api.app.request(`/api/events${query}`, { headers });

async function listen(key: string, query = '', lastEventId?: string): Promise<Stream> {
  const headers = { Authorization: `Bearer ${key}`, ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}) };
  const response = await ask(query, headers);
  expect(response.status).toBe(200);
  const stream = new Stream(response);
  streams.push(stream);
  await until(() => stream.types().includes('ready'), { withinMs: 2_000, everyMs: 2 });
  return stream;
}

/** A container has been read at this second of the hour. */
const stored = (project: string, container: string, second = 0, offline = false) =>
  api.live.feed.take({
    kind: 'stored',
    project_id: project,
    containers: [[container, Date.UTC(2026, 10, 23, 12, 0, second)]],
    offline: offline ? [container] : [],
  });

const change = (project: string, action: string, type: string, id: string) =>
  api.live.feed.take({ kind: 'changed', project_id: project, action, target_type: type, target_id: id, at: api.now });

/** Waits until what the database has told up to now has been heard: a change of `project` comes last. */
async function heard(project: string): Promise<void> {
  const last = await listen(admin, `?projects=${project}`);
  const name = `heard ${crypto.randomUUID()}`;
  await api.ask(`/api/projects/${project}`, { key: admin, method: 'PUT', json: { name } });
  await until(() => last.told().length > 0, { withinMs: 5_000, everyMs: 5 });
  await last.leave();
  streams.splice(streams.indexOf(last), 1);
}

/** Lets what was sent be read. */
const read = (stream: Stream, count: number) =>
  until(() => stream.events.length >= count, {
    withinMs: 2_000,
    everyMs: 2,
    what: () => JSON.stringify(stream.events),
  });

describe('a stream', () => {
  it('says how to come back, and that nobody is to keep or squeeze it', async () => {
    const response = await ask('', { Authorization: `Bearer ${viewer}` });
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('no-store, no-transform');
    expect(response.headers.get('X-Accel-Buffering')).toBe('no');
    expect(response.headers.get('Content-Encoding')).toBeNull();
    const stream = new Stream(response);
    streams.push(stream);
    await read(stream, 1);
    expect(stream.retry).toBe(3_000);
    expect(stream.events).toMatchObject([{ id: expect.stringMatching(/^\S+$/), data: { type: 'ready' } }]);
  });

  it('tells a super admin of a project the moment it was made, and of nothing that was taken back', async () => {
    const all = await listen(admin, '?topics=projects');
    const other = await listen(foreigner);
    expect((await api.ask('/api/projects', { key: admin, json: { project_id: 'SOUTH-001', name: 'x' } })).status).toBe(
      409,
    );
    await api.ask('/api/projects', { key: admin, json: { project_id: 'NEW-001', name: 'New' } });
    await until(() => all.told().length > 0, { withinMs: 2_000, everyMs: 5 });
    expect(all.events.at(-1)!.data).toEqual({
      type: 'projects',
      project_id: 'NEW-001',
      action: 'project.create',
      target_type: 'project',
      target_id: 'NEW-001',
      at: '2026-11-23T12:00:00.000Z',
    });
    await heard('NORTH-001');
    expect(other.told()).toEqual([]);
  });

  it('tells what ingest stored', async () => {
    const stream = await listen(viewer);
    api.live.stored({
      projectId: 'NORTH-001',
      containers: Array.from({ length: 100 }, (_, i) => ({
        containerId: `NORTH-C${i + 100}`,
        at: api.now,
        offline: false,
      })),
      meters: [],
    });
    await until(() => stream.told().length === 100, { withinMs: 5_000, everyMs: 5 });
    expect(stream.events[1]!.data).toEqual({
      type: 'snapshot',
      project_id: 'NORTH-001',
      container_id: 'NORTH-C100',
      at: '2026-11-23T12:00:00.000Z',
    });
  });

  it('tells at once of a container that falls silent or comes back, though not twice a second', async () => {
    const stream = await listen(manager, '?topics=snapshot');
    for (const [second, offline] of [false, false, true, true, false].entries()) {
      stored('NORTH-001', 'NORTH-C09', second, offline);
      api.now += 1_000;
    }
    api.now -= 500;
    stored('NORTH-001', 'NORTH-C09', 5, true);
    stored('NORTH-001', 'NORTH-C10', 5);
    api.now += 500;
    await api.live.feed.tick();
    const at = () => stream.events.slice(1).map(({ data }) => `${data.container_id} ${String(data.at).slice(17, 19)}`);
    await read(stream, 6);
    expect(at()).toEqual(['NORTH-C09 00', 'NORTH-C09 02', 'NORTH-C09 04', 'NORTH-C10 05', 'NORTH-C09 05']);
  });

  it('tells of a container at most every 5 s, and of the last state in any case', async () => {
    const stream = await listen(manager, '?topics=snapshot');
    for (let second = 1; second <= 4; second++) stored('NORTH-001', 'NORTH-C01', second);
    stored('NORTH-001', 'NORTH-C02', 1);
    await read(stream, 3);
    const at = () => stream.events.slice(1).map(({ data }) => `${data.container_id} ${String(data.at).slice(17, 19)}`);
    expect(at()).toEqual(['NORTH-C01 01', 'NORTH-C02 01']);
    api.now += 4_999;
    await api.live.feed.tick();
    api.now += 1;
    await api.live.feed.tick();
    await read(stream, 4);
    expect(at()).toEqual(['NORTH-C01 01', 'NORTH-C02 01', 'NORTH-C01 04']);
    // The backlog of an outage is no news.
    api.now += 60_000;
    stored('NORTH-001', 'NORTH-C01', 2);
    stored('NORTH-001', 'NORTH-C02', 2);
    await read(stream, 5);
    expect(at().slice(3)).toEqual(['NORTH-C02 02']);
  });

  it('beats every 15 s', async () => {
    const stream = await listen(manager);
    for (const [after, comments] of [
      [14_999, 0],
      [1, 1],
      [15_000, 2],
    ] as const) {
      api.now += after;
      await api.live.feed.tick();
      await until(() => stream.comments >= comments, { withinMs: 1_000, everyMs: 1 });
      expect(stream.comments).toBe(comments);
    }
  });
});

describe('what is heard', () => {
  it('is of the own projects alone, whatever is asked for', async () => {
    const [north, south, all] = [
      await listen(manager, '?projects=NORTH-001,SOUTH-001'),
      await listen(foreigner),
      await listen(admin, '?projects=south-001'),
    ];
    stored('NORTH-001', 'CANARY-C01', 5);
    stored('SOUTH-001', 'CANARY-C02', 5);
    change('SOUTH-001', 'alert.acknowledge', 'alert', '7');
    change('NORTH-001', 'agent.revoke', 'agent', 'a');
    change('HEARST-000', 'project.purge', 'project', 'NORTH-001');
    await read(north, 4);
    await read(south, 3);
    expect(north.told()).toEqual([
      'NORTH-001 CANARY-C01',
      'NORTH-001 agent.revoke a',
      'NORTH-001 project.purge NORTH-001',
    ]);
    expect(south.told()).toEqual(['SOUTH-001 CANARY-C02', 'SOUTH-001 alert.acknowledge 7']);
    expect(all.told()).toEqual(['SOUTH-001 CANARY-C02', 'SOUTH-001 alert.acknowledge 7']);
  });

  it('is what the role may see: a viewer hears of figures and projects only', async () => {
    const stream = await listen(viewer);
    change('NORTH-001', 'alert.acknowledge', 'alert', '8');
    change('NORTH-001', 'agent.revoke', 'agent', 'b');
    change('NORTH-001', 'transformer.update', 'transformer', 'NORTH-T01');
    change('NORTH-001', 'user.update', 'user', 'somebody');
    change('NORTH-001', 'container.update', 'container', 'NORTH-C01');
    await read(stream, 2);
    expect(stream.told()).toEqual(['NORTH-001 container.update NORTH-C01']);
    const refused = await ask('?topics=snapshot,alerts', { Authorization: `Bearer ${viewer}` });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'forbidden']);
  });

  it('is what was asked for', async () => {
    const stream = await listen(admin, '?topics=alerts,agents&projects=NORTH-001');
    stored('NORTH-001', 'NORTH-C03', 5);
    change('NORTH-001', 'project.update', 'project', 'NORTH-001');
    change('NORTH-001', 'alert.resolve', 'alert', '9');
    await read(stream, 2);
    expect(stream.told()).toEqual(['NORTH-001 alert.resolve 9']);
  });

  it.each(['?topics=everything', '?projects=x', '?project=NORTH-001'])('%s is refused', async (query) => {
    expect((await ask(query, { Authorization: `Bearer ${admin}` })).status).toBe(422);
  });

  it('is nothing for nobody', async () => {
    expect((await ask('', {})).status).toBe(401);
  });
});

describe('coming back', () => {
  it('brings what was missed, and only what may be heard', async () => {
    const first = await listen(manager);
    change('NORTH-001', 'agent.revoke', 'agent', '1');
    await read(first, 2);
    await first.leave();
    change('NORTH-001', 'agent.revoke', 'agent', '2');
    change('SOUTH-001', 'agent.revoke', 'agent', '3');
    change('NORTH-001', 'agent.revoke', 'agent', '4');
    const second = await listen(manager, '', first.events.at(-1)!.id);
    expect(second.told()).toEqual(['NORTH-001 agent.revoke 2', 'NORTH-001 agent.revoke 4']);
    expect(second.types()).not.toContain('reset');
    const third = await listen(manager, '', second.events.at(-1)!.id);
    expect(third.types()).toEqual(['ready']);
  });

  it.each([
    ['from another hub, or before a restart', () => 'ffffffff-1'],
    ['from the future', (id: string) => id.replace(/-\d+$/, '-99999999')],
    ['with something else', () => 'null'],
  ])('%s is told to fetch again', async (_, of) => {
    const { events } = await listen(manager);
    const stream = await listen(manager, '', of(events[0]!.id));
    expect(stream.types()).toEqual(['reset', 'ready']);
  });

  it('too late is told to fetch again', async () => {
    const { events } = await listen(manager);
    for (let i = 0; i < 8_001; i++) change('SOUTH-001', 'agent.revoke', 'agent', String(i));
    expect((await listen(manager, '', events[0]!.id)).types()).toEqual(['reset', 'ready']);
  });

  it('is asked of everybody after the database was not heard for a while', async () => {
    const stream = await listen(manager);
    await api.database.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where query like 'listen %' and datname = current_database()`,
    );
    await until(() => stream.types().includes('reset'), { withinMs: 10_000, everyMs: 20 });
    await heard('NORTH-001');
    expect(stream.told()).toEqual(['NORTH-001 project.update NORTH-001']);
  }, 20_000);
});

describe('a stream ends', () => {
  const revoke = (key: string) =>
    api.asOwner((client) =>
      client.query('update api_keys set revoked_at = now() where key_id = $1', [key.slice(4, 16)]),
    );

  it('within a minute of its key being revoked, at once when that is told', async () => {
    const [one, two] = [await api.makeKey('viewer', ['NORTH-001']), await api.makeKey('viewer', ['NORTH-001'])];
    const [silent, told, other] = [await listen(one), await listen(two), await listen(manager)];
    await revoke(two);
    change('HEARST-000', 'api_key.revoke', 'api_key', two.slice(4, 16));
    await api.live.feed.tick();
    await until(() => told.ended, { withinMs: 2_000, everyMs: 2 });
    await revoke(one);
    api.now += 59_000;
    await api.live.feed.tick();
    expect([silent.ended, other.ended]).toEqual([false, false]);
    api.now += 1_000;
    await api.live.feed.tick();
    await until(() => silent.ended, { withinMs: 2_000, everyMs: 2 });
    expect(other.ended).toBe(false);
  });

  it('when a project is taken from its person, and when their session ends', async () => {
    const userId = '5f1e7a40-0000-4000-8000-000000000001';
    await api.asOwner(async (client) => {
      await client.query(
        `insert into users (user_id, email, role, status) values ($1, 'ines@example.com', 'operator', 'active')`,
        [userId],
      );
      await client.query(
        `insert into user_project_access (project_id, user_id, email, role)
         values ('NORTH-001', $1, 'ines@example.com', 'operator'), ('SOUTH-001', $1, 'ines@example.com', 'operator')`,
        [userId],
      );
    });
    const { token, sessionId } = await withContext(api.database.api, { userId }, (client) =>
      startSession(
        client,
        { userId, role: 'operator' },
        { address: '127.0.0.1', userAgent: null, secondFactor: false },
        new Date(api.now),
      ),
    );
    const open = async () => {
      const stream = new Stream(await ask('', { Cookie: `${SESSION_COOKIE}=${token}` }));
      streams.push(stream);
      await read(stream, 1);
      return stream;
    };
    const minute = async () => {
      api.now += 60_000;
      await api.live.feed.tick();
    };
    const stream = await open();
    await minute();
    expect(stream.ended).toBe(false);
    await api.asOwner((client) => client.query(`delete from user_project_access where project_id = 'SOUTH-001'`));
    await minute();
    await until(() => stream.ended, { withinMs: 2_000, everyMs: 2 });
    const again = await open();
    await api.asOwner((client) =>
      client.query('update sessions set revoked_at = now() where session_id = $1', [sessionId]),
    );
    await minute();
    await until(() => again.ended, { withinMs: 2_000, everyMs: 2 });
  });

  it('that one stream too many never begins, and a place is free once one has gone', async () => {
    const key = await api.makeKey('viewer', ['NORTH-001']);
    const open: Stream[] = [];
    for (let i = 0; i < 6; i++) open.push(await listen(key));
    const refused = await ask('', { Authorization: `Bearer ${key}` });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('30');
    await listen(manager);
    await open[0]!.leave();
    await listen(key);
  });

  it('when its reader does not read', async () => {
    await ask('', { Authorization: `Bearer ${manager}` });
    const reading = await listen(manager);
    expect(api.live.feed.streams).toBe(2);
    for (let i = 0; i < 600; i++) change('NORTH-001', 'agent.revoke', 'agent', `${i}`);
    await read(reading, 601);
    api.now += 9_999;
    await api.live.feed.tick();
    expect(api.live.feed.streams).toBe(2);
    api.now += 1;
    await api.live.feed.tick();
    expect(api.live.feed.streams).toBe(1);
    expect(reading.ended).toBe(false);
  });

  it('is not even begun for who asks for the headers alone', async () => {
    const response = await api.app.request('/api/events', {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${manager}` },
    });
    expect(response.headers.get('Content-Type')).toContain('text/event-stream');
    expect(api.live.feed.streams).toBe(0);
  });
});

it('over a real connection: events come at once, a reader that stalls is cut, and a server that stops waits for none', async () => {
  const server = new HttpServer({ app: api.app, host: '127.0.0.1', port: 0, drainMs: 600_000 });
  const { port } = await server.start();
  const dial = () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${manager}\r\n\r\n`);
    return socket;
  };
  const stalled = dial();
  await until(() => api.live.feed.streams === 1, { withinMs: 2_000, everyMs: 2 });
  stalled.pause();
  const reading = dial();
  let text = '';
  reading.on('data', (chunk) => {
    text += chunk;
  });
  await until(() => text.includes('"ready"'), { withinMs: 2_000, everyMs: 2 });
  stored('NORTH-001', 'NORTH-C04', 5);
  await until(() => text.includes('NORTH-C04'), { withinMs: 2_000, everyMs: 2 });
  // Until all that lies between the two programs is full.
  const padding = 'x'.repeat(20_000);
  for (let i = 0; i < 2_000 && api.live.feed.streams === 2; i++) {
    change('NORTH-001', 'agent.revoke', 'agent', padding);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const closed = once(stalled, 'close');
  stalled.resume();
  await closed;
  expect(api.live.feed.streams).toBe(1);
  const ended = once(reading, 'end');
  api.live.feed.close();
  await server.stop();
  await ended;
}, 20_000);
