import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { Database } from './client.ts';
import { TidyUp } from './tidy-up.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const at = (hours: number) => new Date(NOW + hours * HOUR);
const left = async (column: string, table: string) =>
  (await database.owner.query(`select ${column} as mark from ${table} order by 1`)).rows.map(({ mark }) => mark);

it('removes what has served its time, and nothing else', async () => {
  const { owner } = database;
  for (const [mark, expires, revoked] of [
    ['ended', 0, null],
    ['revoked', 100, -1],
    ['open', 1, null],
  ] as const)
    await owner.query(
      `insert into sessions (token_hash, user_id, user_agent, expires_at, revoked_at)
       values (sha256($1::text::bytea), gen_random_uuid(), $1, $2, $3)`,
      [mark, at(expires), revoked === null ? null : at(revoked)],
    );
  for (const [mark, expires, used] of [
    ['expired long ago', -30 * 24, null],
    ['used long ago', -29 * 24, -31 * 24],
    ['expired', -1, null],
    ['used', -1, -29 * 24],
    ['open', 1, null],
  ] as const)
    await owner.query(
      `insert into invitations (token_hash, user_id, created_by, expires_at, used_at)
       values (sha256($1::text::bytea), gen_random_uuid(), $1, $2, $3)`,
      [mark, at(expires), used === null ? null : at(used)],
    );
  for (const [mark, last, blocked] of [
    ['old', -24, null],
    ['old but waiting', -24, 1],
    ['recent', -23, null],
  ] as const)
    await owner.query('insert into sign_in_failures (subject, last_at, blocked_until) values ($1, $2, $3)', [
      mark,
      at(last),
      blocked === null ? null : at(blocked),
    ]);
  for (const [mark, created] of [
    ['old', -24],
    ['recent', -23],
  ] as const)
    await owner.query(
      `insert into idempotency_keys (principal, key, request_hash, created_at) values ('key:x', $1, '', $2)`,
      [mark, at(created)],
    );

  const lines: string[] = [];
  await new TidyUp(owner, { log: createLog('debug', { write: (line) => lines.push(line) }), now: () => NOW }).run();

  expect(await left('user_agent', 'sessions')).toEqual(['open']);
  expect(await left('created_by', 'invitations')).toEqual(['expired', 'open', 'used']);
  expect(await left('subject', 'sign_in_failures')).toEqual(['old but waiting', 'recent']);
  expect(await left('key', 'idempotency_keys')).toEqual(['recent']);
  expect(JSON.parse(lines[0]!)).toMatchObject({ sessions: 2, invitations: 2, failures: 1, idempotencyKeys: 1 });
});

it('says so when it cannot, and stops all the same', async () => {
  const lines: string[] = [];
  const gone = await Database.open({ url: test.url, log: createLog('silent') });
  await gone.close();
  const tidyUp = new TidyUp(gone.owner, {
    log: createLog('warn', { write: (line) => lines.push(line) }),
    now: () => NOW,
  });
  tidyUp.start();
  await tidyUp.stop();
  expect(lines.join()).toMatch(/will try again in an hour/);
});
