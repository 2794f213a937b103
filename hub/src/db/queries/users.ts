import { and, asc, eq, getTableColumns, inArray, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { ROLES, type Role, user_project_access, users } from '../schema.ts';
import { ANY_TIME, byKey, byRank, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

/** People as super admins manage them. */
export type UserRow = Omit<typeof users.$inferSelect, 'password_hash' | 'totp_secret'> & {
  readonly project_ids: string[];
};

const { password_hash: _hash, totp_secret: _secret, ...COLUMNS } = getTableColumns(users);
// Spelled out: where one table is asked the query builder leaves its name away, and `user_id` would be the inner one's.
const PROJECT_IDS = sql<string[]>`array(
  select a.project_id from user_project_access a where a.user_id = users.user_id order by a.project_id)`;

export interface UserFilter {
  readonly status?: readonly UserRow['status'][] | undefined;
  readonly role?: readonly Role[] | undefined;
  readonly projectId?: string | undefined;
  /** A part of the address or the name. */
  readonly text?: string | undefined;
}

const EMAIL = byKey(users.email);

/** What people may be sorted by; a role from the mightiest on. */
export const USER_ORDER = {
  fields: {
    email: [EMAIL],
    name: [byText(users.name)],
    role: [byRank(ROLES, users.role)],
    status: [byRank(['active', 'invited', 'disabled'], users.status)],
    signed_in_at: [byTime(users.signed_in_at)],
    created_at: [byTime(users.created_at)],
  },
  ties: [EMAIL],
  standard: 'email',
} as const satisfies Order<string>;
export type UserSort = keyof typeof USER_ORDER.fields;

/** The people that a filter lets through, with their places in the list. */
export async function listUsers(client: ClientBase, filter: UserFilter, page: SortedPage<UserSort>) {
  const { place, rest, orderBy } = inOrder(USER_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...COLUMNS, project_ids: PROJECT_IDS, place })
    .from(users)
    .where(and(matches(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countUsers(client: ClientBase, filter: UserFilter): Promise<number> {
  return on(client).$count(users, matches(filter));
}

function matches({ status, role, projectId, text }: UserFilter): SQL | undefined {
  return and(
    status && inArray(users.status, [...status]),
    role && inArray(users.role, [...role]),
    anyHolds(text, users.email, users.name),
    projectId === undefined
      ? undefined
      : or(
          eq(users.role, 'super_admin'),
          sql`exists (select from user_project_access a where a.project_id = ${projectId} and a.user_id = users.user_id)`,
        ),
  );
}

export async function findUser(client: ClientBase, userId: string): Promise<UserRow | null> {
  const [row] = await on(client)
    .select({ ...COLUMNS, project_ids: PROJECT_IDS })
    .from(users)
    .where(eq(users.user_id, userId));
  return row ?? null;
}

export async function findUserByEmail(client: ClientBase, email: string): Promise<UserRow | null> {
  const [row] = await on(client)
    .select({ ...COLUMNS, project_ids: PROJECT_IDS })
    .from(users)
    .where(eq(users.email, email));
  return row ?? null;
}

/** Takes the locks that keep two changes of people apart: the one row, and whoever else is a super admin. */
export async function lockPeople(client: ClientBase, userId: string): Promise<void> {
  await on(client)
    .select({ id: users.user_id })
    .from(users)
    .where(or(eq(users.user_id, userId), eq(users.role, 'super_admin')))
    .orderBy(asc(users.user_id))
    .for('update');
}

/** How many other people could still manage people. */
export function countOtherSuperAdmins(client: ClientBase, userId: string): Promise<number> {
  return on(client).$count(
    users,
    and(eq(users.role, 'super_admin'), eq(users.status, 'active'), ne(users.user_id, userId)),
  );
}

export type UserFields = Partial<Pick<UserRow, 'email' | 'name' | 'role' | 'language' | 'status'>>;

/** Adds a person, invited; null where somebody has that address. */
export async function insertUser(
  client: ClientBase,
  user: Required<Omit<UserFields, 'status'>> & { createdBy: string; at: Date },
): Promise<string | null> {
  const { createdBy, at, ...fields } = user;
  const [row] = await on(client)
    .insert(users)
    .values({ ...fields, created_by: createdBy, created_at: at, updated_at: at })
    .onConflictDoNothing()
    .returning({ id: users.user_id });
  return row?.id ?? null;
}

export async function updateUser(client: ClientBase, userId: string, fields: UserFields, at: Date): Promise<void> {
  await on(client)
    .update(users)
    .set({ ...fields, version: sql`${users.version} + 1`, updated_at: at })
    .where(eq(users.user_id, userId));
}

/** Gives a person exactly these projects; what they had stays as it was granted. The copies of name and role follow. */
export async function grantProjects(
  client: ClientBase,
  user: { userId: string; email: string; name: string; role: Role },
  projectIds: readonly string[],
  by: string,
  at: Date,
): Promise<void> {
  const { userId: user_id, email, name, role } = user;
  const access = user_project_access;
  const kept = [...projectIds];
  await on(client)
    .delete(access)
    .where(and(eq(access.user_id, user_id), kept.length === 0 ? undefined : notInArray(access.project_id, kept)));
  if (kept.length === 0) return;
  await on(client)
    .insert(access)
    .values(kept.map((project_id) => ({ project_id, user_id, email, name, role, granted_by: by, granted_at: at })))
    .onConflictDoUpdate({ target: [access.project_id, access.user_id], set: { email, name, role } });
}

/** Who has access to a project, by e-mail address. */
export function listProjectPeople(client: ClientBase, projectId: string) {
  return on(client)
    .select()
    .from(user_project_access)
    .where(eq(user_project_access.project_id, projectId))
    .orderBy(asc(user_project_access.email));
}

/** Takes the second factor from a person who has lost it. */
export async function removeTotp(client: ClientBase, userId: string, at: Date): Promise<void> {
  await on(client)
    .update(users)
    .set({ totp_secret: null, totp_enabled_at: null, totp_last_step: null, updated_at: at })
    .where(eq(users.user_id, userId));
}
