import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { World } from '../harness/world.ts';

/** Somebody who can sign in to the demo. */
export interface DemoUser {
  role: string;
  email: string;
  password: string;
  projects: string[];
}

const PROJECT = 'QATAR-001';

/** One person per role, with the passwords of an earlier start where there was one. */
export function demoUsers(demoFile: string, env: NodeJS.ProcessEnv): DemoUser[] {
  const known = existsSync(demoFile)
    ? ((JSON.parse(readFileSync(demoFile, 'utf8')) as { users?: DemoUser[] }).users ?? [])
    : [];
  return ['super_admin', 'project_manager', 'operator', 'viewer'].map((role) => {
    const admin = role === 'super_admin';
    const email = (admin && env.HEARST_ADMIN_EMAIL) || `${role.replace('_', '-')}@hearst.example`;
    const password =
      (admin && env.HEARST_ADMIN_PASSWORD) ||
      known.find((user) => user.email === email)?.password ||
      randomBytes(12).toString('base64url');
    return { role, email, password, projects: admin ? [] : [PROJECT] };
  });
}

/** Makes sure that everybody can sign in: who cannot is invited (again) and chooses the password. */
export async function admitUsers(world: World, users: readonly DemoUser[]): Promise<void> {
  const { data: known } = await world.api<{ data: { user_id: string; email: string }[] }>('/api/users?limit=500');
  for (const { role, email, password, projects } of users) {
    const session = await post(world, '/api/session', { email, password });
    if (session.ok) continue;
    const person = known.find((user) => user.email === email);
    const name = `Demo ${role.replace('_', ' ')}`;
    const invited =
      person === undefined
        ? await post(world, '/api/users', { email, name, role, project_ids: projects, language: 'en' })
        : await post(world, `/api/users/${person.user_id}/invitation`, undefined);
    const answer = (await invited.json()) as { token?: string; invitation?: { token: string }; detail?: string };
    const token = answer.invitation?.token ?? answer.token;
    if (token === undefined) throw new Error(`${email} cannot be invited: ${answer.detail}`);
    const accepted = await post(world, '/api/invitations/accept', { token, password });
    if (!accepted.ok) throw new Error(`${email} cannot choose a password: ${await accepted.text()}`);
  }
}

function post(world: World, path: string, body: unknown): Promise<Response> {
  return fetch(`${world.httpUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
