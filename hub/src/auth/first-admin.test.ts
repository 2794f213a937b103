import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { Database } from '../db/client.ts';
import { createLog } from '../log.ts';
import { makeFirstAdmin } from './first-admin.ts';
import { passwordFault } from './password-rules.ts';
import { Passwords } from './passwords.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const passwords = new Passwords();
let test: TestDatabase;
let databases: Database[];

beforeAll(async () => {
  test = await createTestDatabase();
  const open = () => Database.open({ url: test.url, log: createLog('silent'), connections: { api: 2 } });
  databases = [await open(), await open()];
});
beforeEach(async () => {
  await databases[0]!.owner.query('delete from users; delete from activity_logs');
});
afterAll(async () => {
  for (const database of databases) await database.close();
  await test.drop();
});

const make = (hub: number, password: string | null = null) =>
  makeFirstAdmin({ pool: databases[hub]!.api, passwords, now: () => NOW }, { email: 'admin@localhost', password });
const people = async () => (await databases[0]!.owner.query('select * from users')).rows;

describe('where there is nobody', () => {
  it('makes a super admin with a one-time password', async () => {
    const login = await make(0);
    expect(login).toEqual({
      email: 'admin@localhost',
      password: expect.stringMatching(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/),
    });
    expect(passwordFault(login!.password, { email: login!.email, name: '' })).toBeNull();
    const [admin, ...others] = await people();
    expect(others).toEqual([]);
    expect(admin).toMatchObject({
      email: 'admin@localhost',
      role: 'super_admin',
      status: 'active',
      password_one_time: true,
    });
    expect(await passwords.verify(admin.password_hash, login!.password)).toBe(true);
  });

  it('makes one with the password configured, which nobody is asked to change', async () => {
    expect(await make(0, 'chosen by the operator')).toBeNull();
    const [admin] = await people();
    expect(admin).toMatchObject({ role: 'super_admin', status: 'active', password_one_time: false });
    expect(await passwords.verify(admin.password_hash, 'chosen by the operator')).toBe(true);
  });

  it('makes one, however many hubs start at once', async () => {
    const logins = await Promise.all([0, 1, 0, 1].map((hub) => make(hub)));
    const told = logins.filter((login) => login !== null);
    expect(told).toHaveLength(1);
    const all = await people();
    expect(all).toHaveLength(1);
    expect(await passwords.verify(all[0].password_hash, told[0]!.password)).toBe(true);
  });

  it('leaves a line in the activity log', async () => {
    await make(0);
    const { rows } = await databases[0]!.owner.query('select actor_kind, action, after from activity_logs');
    expect(rows).toEqual([
      {
        actor_kind: 'system',
        action: 'user.create',
        after: { email: 'admin@localhost', role: 'super_admin', status: 'active' },
      },
    ]);
  });
});

it('where there is somebody, whoever that is, nothing is made', async () => {
  await databases[0]!.owner.query(
    "insert into users (email, role, status) values ('a@example.com', 'viewer', 'disabled')",
  );
  expect(await make(0)).toBeNull();
  expect(await make(1, 'chosen by the operator')).toBeNull();
  expect(await people()).toHaveLength(1);
});
