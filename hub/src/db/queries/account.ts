import { eq, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { user_project_access, users } from '../schema.ts';

/**
 * What people change of their own account. Every statement names the person; the policy `own` keeps people apart where one
 * forgets it.
 */
export type Account = typeof users.$inferSelect;

/** The account of an e-mail address, read in the context of that address. */
export async function findAccountByEmail(client: ClientBase, email: string): Promise<Account | null> {
  const [row] = await on(client).select().from(users).where(eq(users.email, email));
  return row ?? null;
}

/** One person's account. */
export async function findAccount(client: ClientBase, userId: string): Promise<Account | null> {
  const [row] = await on(client).select().from(users).where(eq(users.user_id, userId));
  return row ?? null;
}

/** The row, locked until the transaction ends. */
export async function lockAccount(client: ClientBase, userId: string): Promise<Account | null> {
  const [row] = await on(client).select().from(users).where(eq(users.user_id, userId)).for('update');
  return row ?? null;
}

/** What people may say of themselves, and what the operations on their account set. Never the role. */
export type AccountFields = Partial<
  Pick<
    Account,
    | 'name'
    | 'language'
    | 'status'
    | 'password_hash'
    | 'password_one_time'
    | 'password_changed_at'
    | 'totp_secret'
    | 'totp_enabled_at'
    | 'totp_last_step'
  >
>;

export async function updateAccount(
  client: ClientBase,
  userId: string,
  fields: AccountFields,
  at: Date,
): Promise<void> {
  await on(client)
    .update(users)
    .set({ ...fields, version: sql`${users.version} + 1`, updated_at: at })
    .where(eq(users.user_id, userId));
}

/** The projects that a person was given. */
export async function accessOf(client: ClientBase, userId: string): Promise<string[]> {
  const rows = await on(client)
    .select({ id: user_project_access.project_id })
    .from(user_project_access)
    .where(eq(user_project_access.user_id, userId));
  return rows.map((row) => row.id);
}

/** The copy of a person's name that their projects' managers see; the context has to hold the projects. */
export async function renameInProjects(client: ClientBase, userId: string, name: string): Promise<void> {
  await on(client).update(user_project_access).set({ name }).where(eq(user_project_access.user_id, userId));
}

/**
 * Notes a sign-in, if the account is still the one whose password was compared: false when it was disabled, or its
 * password changed, meanwhile.
 */
export async function noteSignIn(client: ClientBase, userId: string, passwordHash: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update users set signed_in_at = $3 where user_id = $1 and password_hash = $2 and status = 'active'`,
    [userId, passwordHash, at],
  );
  return rowCount === 1;
}

/** Uses up the code of a time step; false when that one or a later one was used: of many at once, one gets true. */
export async function useTotpStep(client: ClientBase, userId: string, step: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update users set totp_last_step = $2
      where user_id = $1 and totp_enabled_at is not null and (totp_last_step is null or totp_last_step < $2)`,
    [userId, step],
  );
  return rowCount === 1;
}

/** One of our advisory locks. */
const LOCK = 7_423_005;

/** Makes whoever wants to make the first account wait for each other until their transactions end. */
export async function lockAccounts(client: ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
}

/** How many people there are, in a context that sees them all. */
export function countAccounts(client: ClientBase): Promise<number> {
  return on(client).$count(users);
}

/** Makes an account; answers its id. */
export async function insertAccount(
  client: ClientBase,
  account: Omit<typeof users.$inferInsert, 'project_id' | 'user_id' | 'version' | 'created_at' | 'updated_at'>,
  at: Date,
): Promise<string> {
  const [row] = await on(client)
    .insert(users)
    .values({ ...account, created_at: at, updated_at: at })
    .returning({ id: users.user_id });
  return row!.id;
}
