import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { until } from '../../../test/harness/until.ts';
import { Database, withContext } from '../db/client.ts';
import { insertDeliveries } from '../db/queries/deliveries.ts';
import type { ChannelKind } from '../db/schema.ts';
import { KeyFile } from '../keys.ts';
import { createLog } from '../log.ts';
import { httpReceiver, type Receiver, smtpReceiver } from './channels/testing.ts';
import { newDeliveries } from './message.ts';
import { payloadOf, RULES } from './message-samples.ts';
import { safePost } from './safe-fetch.ts';
import { sealSecret } from './secrets.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { testDelivery } from './test-delivery.ts';
import { PROJECT, START } from './testing.ts';

const PROJECT_ID = 'QATAR-001';
const WEBHOOK = '00000000-0000-4000-8000-000000000001';
const MAIL = '00000000-0000-4000-8000-000000000002';
const CHAT = '00000000-0000-4000-8000-000000000003';
const SIGNING = { signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

let test: TestDatabase;
let database: Database;
let keys: KeyFile;
let web: Receiver;
let mail: Receiver;
let now = START;
const folder = temporaryFolder('sender');
const senders: Sender[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
  keys = await KeyFile.open(folder.path);
  [web, mail] = await Promise.all([httpReceiver('{"ok":true,"result":{"message_id":7}}'), smtpReceiver()]);
  await sql("insert into projects (project_id, name) values ('QATAR-001', 'Qatar')");
  await channel(WEBHOOK, 'webhook', { url: web.url }, SIGNING);
  await channel(MAIL, 'email', { recipients: ['a@example.com', 'b@example.com'] }, {});
  await channel(CHAT, 'telegram', { chat_id: '-1001' }, { bot_token: '12345:aaaaaaaaaaaaaaaaaaaaaa' });
});
afterAll(async () => {
  await Promise.all([web.close(), mail.close(), database.close()]);
  await test.drop();
  folder[Symbol.dispose]();
});
beforeEach(async () => {
  now = START;
  await sql('truncate deliveries');
  await sql('update notification_channels set enabled = true');
  for (const receiver of [web, mail]) {
    receiver.behaviour = 'accept';
    receiver.accepted.length = 0;
  }
});
afterEach(() => Promise.all(senders.splice(0).map((sender) => sender.stop())));

async function sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await database.owner.query<T>(text, values)).rows;
}

function channel(id: string, kind: ChannelKind, config: object, secret: Record<string, string>): Promise<unknown> {
  return sql(
    `insert into notification_channels (project_id, channel_id, kind, name, config, secret)
     values ('QATAR-001', $1, $2, $2, $3, $4)`,
    [id, kind, config, sealSecret(keys, secret)],
  );
}

function start(options: Partial<SenderOptions> = {}): Sender {
  const sender = new Sender({
    pool: database.ingest,
    keys,
    log: createLog('silent'),
    now: () => now,
    post: safePost({ allowLocal: true }),
    mail: { url: mail.url, from: 'alerts@example.com' },
    rules: RULES,
    publicUrl: null,
    services: { telegram: web.url, pagerduty: web.url },
    waits: { lookMs: 20, attemptMs: 1000 },
    ...options,
  });
  senders.push(sender);
  sender.start();
  return sender;
}

/** Rows as planning writes them, due now; `thread` continues one. */
async function add(
  channelId: string,
  { thread, recipients = [''] }: { thread?: string; recipients?: string[] } = {},
): Promise<string> {
  const id = crypto.randomUUID();
  const addressed = { project_id: PROJECT_ID, channel_id: channelId, recipients };
  const rows = newDeliveries(id, { ...payloadOf(), thread: thread ?? id }, addressed, now);
  await withContext(database.ingest, { projectIds: [PROJECT_ID] }, (client) =>
    insertDeliveries(client, PROJECT_ID, rows, new Date(now)),
  );
  return id;
}

interface Row {
  readonly status: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly begun_at: Date | null;
  readonly next_attempt_at: Date | null;
  readonly delivered_at: Date | null;
}
const rows = (): Promise<Row[]> => sql<Row>('select * from deliveries order by created_at, recipient');

/** Waits until the first row has seen so many attempts and rests: a claim, which holds for 45 s, is none. */
function rests(attempts: number): Promise<Row> {
  return until(
    async () => {
      const [row] = await rows();
      const isClaimed = +(row?.next_attempt_at ?? 0) === now + 45_000;
      return row?.attempts === attempts && row.last_error !== null && !isClaimed ? row : null;
    },
    { withinMs: 10_000, everyMs: 10, what: `attempt ${attempts}` },
  );
}

const delivered = (count: number) =>
  until(async () => (await rows()).filter(({ status }) => status === 'delivered').length === count, {
    withinMs: 10_000,
    everyMs: 10,
    what: `${count} delivered`,
  });

it('sends what is due, once, and says so', async () => {
  const id = await add(WEBHOOK);
  start();
  await delivered(1);
  await sleep(100);
  expect(web.accepted.map(({ headers }) => headers['webhook-id'])).toEqual([id]);
  expect(await rows()).toMatchObject([
    { attempts: 1, last_error: null, next_attempt_at: null, begun_at: new Date(START), delivered_at: new Date(START) },
  ]);
});

it('a signing secret changes while messages go out: whichever one the receiver knows, it believes each of them', async () => {
  const next = { signing_secret: `whsec_${Buffer.alloc(24, 3).toString('base64')}` };
  const both = { ...next, previous_signing_secret: SIGNING.signing_secret };
  now = Date.now(); // receivers believe nothing that is old
  start();
  try {
    for (const [index, secret] of [SIGNING, both, next].entries()) {
      await sql('update notification_channels set secret = $2 where channel_id = $1', [
        WEBHOOK,
        sealSecret(keys, secret),
      ]);
      await add(WEBHOOK);
      await delivered(index + 1);
    }
  } finally {
    await sql('update notification_channels set secret = $2 where channel_id = $1', [
      WEBHOOK,
      sealSecret(keys, SIGNING),
    ]);
  }
  const believes = ({ signing_secret }: typeof next) =>
    web.accepted.map(({ headers, body }) => {
      try {
        new Webhook(signing_secret).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    });
  expect([believes(SIGNING), believes(next)]).toEqual([
    [true, true, false],
    [false, true, true],
  ]);
});

it('sends to each recipient of a mail, and a refused one holds up nobody', async () => {
  await add(MAIL, { recipients: ['a@example.com', 'b@example.com'] });
  start();
  await delivered(2);
  expect(mail.accepted.map(({ path }) => path).sort()).toEqual(['a@example.com', 'b@example.com']);
});

it('tries again after growing waits, under the same identity, and tells why', async () => {
  web.behaviour = 'refuse';
  const id = await add(WEBHOOK);
  start();
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 7; attempt++) {
    const row = await rests(attempt);
    waits.push((+row.next_attempt_at! - now) / 1000);
    expect(row.last_error).toMatch(/answered 503: come back <later>/);
    if (attempt === 7) web.behaviour = 'accept';
    now = +row.next_attempt_at!;
  }
  await delivered(1);
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300]);
  expect(web.accepted.map(({ headers }) => headers['webhook-id'])).toEqual([id]);
});

it('gives up after a day, and at once what will be refused for ever', async () => {
  web.behaviour = 'refuse';
  await add(WEBHOOK);
  start();
  await rests(1);
  now += 24 * 3_600_000;
  expect(await rests(2)).toMatchObject({ status: 'failed', next_attempt_at: null });
  await sql('truncate deliveries');
  web.behaviour = 'gone';
  await add(WEBHOOK);
  expect(await rests(1)).toMatchObject({ status: 'failed', last_error: expect.stringContaining('410') });
});

it('loses nothing over an outage of the mail server, and gives up a recipient that it does not know', async () => {
  const { url } = mail;
  await add(MAIL, { recipients: ['a@example.com'] });
  const closed = { url: 'smtp://127.0.0.1:1', from: 'alerts@example.com' };
  const sender = start({ mail: closed });
  const row = await rests(1);
  expect(row).toMatchObject({ status: 'pending', begun_at: null });
  expect(row.last_error).toMatch(/mail server did not take it: .*ECONNREFUSED/);
  await sender.stop();
  now += 10_000;
  start({ mail: { url, from: 'alerts@example.com' } });
  await delivered(1);
  expect(mail.accepted).toHaveLength(1);
  await sql('truncate deliveries');
  mail.behaviour = 'gone';
  await add(MAIL, { recipients: ['nobody@example.com'] });
  expect(await rests(1)).toMatchObject({ status: 'failed', last_error: expect.stringContaining('550') });
});

it('says where there is no mail server', async () => {
  await add(MAIL, { recipients: ['a@example.com'] });
  start({ mail: null });
  expect(await rests(1)).toMatchObject({ status: 'pending', last_error: expect.stringContaining('HEARST_SMTP_URL') });
});

it('sends each message once from several hubs at once', async () => {
  for (let n = 0; n < 40; n++) await add(WEBHOOK);
  for (let n = 0; n < 3; n++) start();
  await delivered(40);
  const ids = web.accepted.map(({ headers }) => headers['webhook-id']);
  expect([ids.length, new Set(ids).size]).toEqual([40, 40]);
});

it('lets nothing overtake what was said before in its thread, and nothing else wait for it', async () => {
  web.behaviour = 'refuse';
  const first = await add(WEBHOOK);
  start();
  await rests(1);
  now += 1000;
  const later = await add(WEBHOOK, { thread: first });
  web.behaviour = 'accept';
  const other = await add(WEBHOOK);
  await delivered(1);
  await sleep(100);
  expect(web.accepted.map(({ headers }) => headers['webhook-id'])).toEqual([other]);
  now = START + 10_000;
  await delivered(3);
  expect(web.accepted.map(({ headers }) => headers['webhook-id'])).toEqual([other, first, later]);
});

it('is woken, and does not look for what is due later before it is', async () => {
  const sender = start({ waits: { lookMs: 60_000 } });
  await sleep(200);
  await add(WEBHOOK);
  sender.wake();
  await delivered(1);
});

it('sends again what another has begun and not ended, and says that it may be a repeat', async () => {
  await add(CHAT);
  await sql('update deliveries set begun_at = $1, attempts = 1, next_attempt_at = $2', [
    new Date(START),
    new Date(START + 45_000),
  ]);
  start();
  await sleep(150);
  expect(web.accepted).toEqual([]);
  now += 45_000;
  await delivered(1);
  expect(web.accepted[0]?.body).toContain('Possible repeat');
  expect(await rows()).toMatchObject([{ attempts: 2 }]);
});

it('remembers that a message may have arrived until it has', async () => {
  web.behaviour = 'die';
  await add(CHAT);
  start();
  let row = await rests(1);
  expect(row.begun_at).not.toBeNull();
  web.behaviour = 'gone';
  await sql("update deliveries set next_attempt_at = $1 where status = 'pending'", [new Date(now)]);
  row = await rests(2);
  expect(row).toMatchObject({ status: 'failed', begun_at: expect.any(Date) });
});

it('answers the first message of a thread where the service told its number', async () => {
  const first = await add(CHAT);
  start();
  await delivered(1);
  now += 1000;
  await add(CHAT, { thread: first });
  await delivered(2);
  expect(JSON.parse(web.accepted[1]!.body)).toMatchObject({ reply_parameters: { message_id: 7 } });
});

it('sends nothing to a channel that is switched off but a test', async () => {
  await sql('update notification_channels set enabled = false');
  await add(WEBHOOK);
  start();
  expect(await rests(1)).toMatchObject({ status: 'failed', last_error: expect.stringContaining('switched off') });
  const tested = { project_id: PROJECT_ID, channel_id: WEBHOOK, kind: 'webhook', name: 'hooks', config: {} } as const;
  const test = testDelivery(tested, PROJECT, { by: 'Amal', at: new Date(now) });
  await withContext(database.api, { projectIds: [PROJECT_ID], role: 'project_manager' }, (client) =>
    insertDeliveries(client, PROJECT_ID, test, new Date(now)),
  );
  await delivered(1);
  expect(web.accepted[0]?.body).toContain('hearst.test.v1');
});

it('says that a secret cannot be opened, and holds it back', async () => {
  using elsewhere = temporaryFolder('other-key');
  await add(WEBHOOK);
  start({ keys: await KeyFile.open(elsewhere.path) });
  expect(await rests(1)).toMatchObject({ status: 'pending', last_error: expect.stringContaining('hub.key') });
});

it('does not wait for a receiver that hangs: others are sent, and the hub stops at once', async () => {
  await channel('00000000-0000-4000-8000-000000000009', 'webhook', { url: mail.url.replace('smtp', 'http') }, SIGNING);
  mail.behaviour = 'hang';
  await add('00000000-0000-4000-8000-000000000009');
  await add(WEBHOOK);
  const sender = start({ waits: { lookMs: 20, attemptMs: 30_000 } });
  await delivered(1);
  const begun = performance.now();
  await sender.stop();
  expect(performance.now() - begun).toBeLessThan(2000);
  expect((await rows()).filter(({ status }) => status === 'pending')).toHaveLength(1);
});

it('waits while the database is away, and goes on when it is back', async () => {
  const { pathname } = new URL(test.url);
  const name = pathname.slice(1);
  start();
  await add(WEBHOOK);
  await delivered(1);
  const admin = await Database.open({ url: new URL('/postgres', test.url).href, log: createLog('silent') });
  await admin.owner.query(`alter database ${name} with allow_connections false`);
  await admin.owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await sleep(300);
  await admin.owner.query(`alter database ${name} with allow_connections true`);
  await admin.close();
  await add(WEBHOOK);
  await delivered(2);
  expect(web.accepted).toHaveLength(2);
});
