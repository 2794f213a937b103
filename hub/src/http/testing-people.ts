import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type { Role } from '../auth/principal.ts';
import { insertAccount } from '../db/queries/account.ts';
import type { AskOptions, TestApi } from './testing.ts';

/** A person as tests know them. */
export interface TestPerson {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

export interface PersonOptions {
  readonly role?: Role;
  readonly projectIds?: readonly string[];
  readonly status?: 'invited' | 'active' | 'disabled';
  readonly oneTime?: boolean;
}

/** Makes somebody who can sign in, straight in the database. */
export async function makePerson(api: TestApi, options: PersonOptions = {}): Promise<TestPerson> {
  const { role = 'operator', projectIds = [], status = 'active', oneTime = false } = options;
  const tag = randomBytes(6).toString('hex');
  const person = { email: `${role}-${tag}@example.com`, name: `Person ${tag}`, password: `canary password ${tag}` };
  const at = new Date(api.now);
  const userId = await api.asOwner(async (client) => {
    const account = { email: person.email, name: person.name, role, status, password_one_time: oneTime };
    const password_hash = status === 'invited' ? null : await hash(person.password);
    const id = await insertAccount(client, { ...account, password_hash }, at);
    for (const project of projectIds)
      await client.query(
        `insert into user_project_access (project_id, user_id, email, name, role) values ($1, $2, $3, $4, $5)`,
        [project, id, person.email, person.name, role],
      );
    return id;
  });
  return { userId, ...person };
}

/** Signs somebody in and answers the cookie that a browser would send from then on. */
export async function signIn(
  api: TestApi,
  { email, password }: Pick<TestPerson, 'email' | 'password'>,
  options: AskOptions & { totp?: string } = {},
): Promise<string> {
  const { totp, ...rest } = options;
  const answer = await api.ask('/api/session', { ...rest, json: { email, password, ...(totp && { totp }) } });
  if (answer.status !== 201)
    throw new Error(`signing in was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return cookieOf(answer.headers);
}

/** What a browser sends back of an answer's cookies. */
export function cookieOf(headers: Headers): string {
  return (headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
}
