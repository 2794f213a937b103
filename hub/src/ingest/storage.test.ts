import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, type RawAgent } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';

/** Stands between hub and Postgres, and can take it away. */
class Line {
  readonly #port: number;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  async up(): Promise<void> {
    const server = createServer((near) => {
      const far = dial(this.#port, this.#host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}

let database: TestDatabase;
let line: Line;
let rig: IngestRig;
let agent: RawAgent;
const NOW = Math.floor(Date.now() / 1000) * 1000;
const ID = 'STORE-001';

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  line = new Line(url.hostname, Number(url.port || 5432));
  await line.up();
  url.hostname = '127.0.0.1';
  url.port = String(line.port);
  rig = await IngestRig.start({ url: url.href });
  agent = await rig.agent(ID);
  await agent.join();
});
afterAll(async () => {
  await rig?.stop();
  await line?.down();
  await database?.drop();
});

const next = (): Buffer => agent.batch({ frames: [containerFrame(ID, 'STORE-C01', NOW + agent.seq * 1000)] });
const stored = async (): Promise<number> => (await rig.rows(ID, 'select 1 from container_frames')).length;

/** Lets the next `times` inserts of frames fail with an SQLSTATE. */
async function failing(state: string, times: number, work: () => Promise<void>): Promise<void> {
  const { owner } = rig.database;
  await owner.query(`create sequence failures; grant usage on sequence failures to hearst_ingest;
    create function fail() returns trigger language plpgsql as $$ begin
      if nextval('failures') <= ${times} then raise exception 'on purpose' using errcode = '${state}'; end if; return new;
    end $$;
    create trigger fail before insert on container_frames for each row execute function fail()`);
  try {
    await work();
  } finally {
    await owner.query('drop trigger fail on container_frames; drop function fail; drop sequence failures');
  }
}

it.each(['40P01', '40001', '53200', '57P03'])('%s: tried again until it succeeds', async (state) => {
  const before = rig.ingest.stats();
  await failing(state, 2, async () => {
    await agent.send(next());
    await agent.acked(agent.seq);
  });
  expect(rig.ingest.stats()).toMatchObject({ retries: before.retries + 2, batches: before.batches + 1 });
});

it('trouble that stays is handed back to the agent, and nothing is kept of it', async () => {
  const count = await stored();
  const batch = next();
  await failing('40P01', 1000, async () => {
    await agent.send(batch);
    const retried = (): unknown => agent.acks.flatMap((ack) => ack.retry).find((entry) => entry.seq === agent.seq);
    expect(await until(retried, { withinMs: 20_000 })).toMatchObject({ after_ms: expect.any(Number) });
  });
  expect(agent.isAcked(agent.seq)).toBe(false);
  expect(await stored()).toBe(count);
  await agent.send(batch);
  await agent.acked(agent.seq);
  expect(await stored()).toBe(count + 1);
});

it('a fault of our own (42...) is neither acknowledged nor quarantined, and the batch goes in once it is mended', async () => {
  const before = rig.ingest.stats();
  const batch = next();
  await failing('42P01', 1000, async () => {
    await agent.send(batch);
    await until(() => rig.ingest.stats().faults === before.faults + 1, { withinMs: 10_000, everyMs: 10 });
  });
  expect(agent.isAcked(agent.seq)).toBe(false);
  expect(rig.ingest.stats().quarantined).toBe(before.quarantined);
  await agent.send(batch);
  await agent.acked(agent.seq);
});

it('backends killed during ingest cost nothing', async () => {
  const from = agent.seq;
  const count = await stored();
  let done = false;
  const killer = (async () => {
    while (!done) {
      await rig.database.owner.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = 'hearst_ingest'`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  const batches: Buffer[] = [];
  for (let i = 0; i < 40; i++) batches.push(next());
  for (const batch of batches) await agent.send(batch);
  const missing = (): number[] => batches.map((_, i) => from + 1 + i).filter((seq) => !agent.isAcked(seq));
  await new Promise((resolve) => setTimeout(resolve, 500));
  done = true;
  await killer;
  await until(
    async () => {
      for (const seq of missing()) await agent.send(batches[seq - from - 1]!);
      return missing().length === 0;
    },
    { withinMs: 15_000, everyMs: 300 },
  );
  expect(await stored()).toBe(count + 40);
  expect(await rig.rows(ID, 'select 1 from quarantine')).toHaveLength(0);
});

it('while Postgres is away the hub stays up, grants window 0, acknowledges nothing and lets known agents in', async () => {
  const count = await stored();
  await line.down();
  const batch = next();
  await agent.send(batch);
  await until(() => agent.acks.at(-1)?.window === 0, { withinMs: 15_000, what: 'window 0' });
  const welcome = await agent.hello({ low_watermark: agent.seq, next_seq: agent.seq + 1 });
  expect(welcome).toMatchObject({ window: 0, refused: null });
  await agent.leave();
  await agent.connect();
  expect(agent.isAcked(agent.seq)).toBe(false);
  expect(rig.ingest.stats().away).toBe(true);
  await line.up();
  await until(() => (agent.acks.at(-1)?.window ?? 0) > 0, { withinMs: 15_000, what: 'the window to open' });
  expect(agent.acks.some((ack) => ack.rehello && ack.window > 0)).toBe(true);
  await agent.hello({ low_watermark: agent.seq, next_seq: agent.seq + 1 });
  await agent.send(batch);
  await agent.acked(agent.seq);
  expect(await stored()).toBe(count + 1);
});

it('acknowledging before the commit is possible only as a test of the tests', async () => {
  const { Ingest } = await import('./ingest.ts');
  const make = (env: Record<string, string>): unknown => new Ingest({ env, log: undefined, send: {} } as never);
  expect(() => make({ HEARST_TEST_ACK_BEFORE_COMMIT: '1' })).toThrow(/HEARST_TEST=1/);
  expect(() => make({ HEARST_TEST_ACK_BEFORE_COMMIT: 'yes', HEARST_TEST: '1' })).toThrow(/milliseconds/);
  expect(() => make({ HEARST_TEST_ACK_BEFORE_COMMIT: '1', HEARST_TEST: '1' })).not.toThrow();
});
