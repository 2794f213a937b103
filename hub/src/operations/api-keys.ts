import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { newApiKey } from '../auth/api-keys.ts';
import type { Principal, Role, Verb } from '../auth/principal.ts';
import { type ApiKeyEntry, findApiKeyEntry, insertApiKey, revokeApiKey } from '../db/queries/api-keys.ts';
import { unknownProjects } from '../db/queries/projects.ts';
import type { UnsignedChange } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem } from '../http/problem.ts';
import type { Managing } from './users.ts';

export interface ApiKeyWish {
  readonly name: string;
  readonly role: Role;
  readonly project_ids: readonly string[];
  readonly verbs: readonly Verb[];
  readonly expires_at: string | null;
}

/**
 * Makes a key and answers it, once. A key of several projects belongs to none of them: only super admins see and revoke
 * it.
 */
export async function createApiKey(change: Managing, wish: ApiKeyWish): Promise<{ entry: ApiKeyEntry; key: string }> {
  const projects = [...new Set(wish.project_ids)];
  refuseMismatch(wish.role, projects);
  refusePast(wish.expires_at, change.at);
  const unknown = await unknownProjects(change.client, projects);
  if (unknown[0] !== undefined) throw missing('project', unknown[0]);
  const { keyId, key, hash } = newApiKey();
  const [only, ...others] = projects;
  const projectId = only !== undefined && others.length === 0 ? only : GLOBAL_PROJECT_ID;
  const fields = { name: wish.name, role: wish.role, project_ids: projects, verbs: [...new Set(wish.verbs)] };
  await insertApiKey(change.client, {
    projectId,
    keyId,
    tokenHash: hash,
    name: fields.name,
    role: fields.role,
    projectIds: projects,
    verbs: fields.verbs,
    createdBy: change.by,
    createdAt: change.at,
    expiresAt: wish.expires_at === null ? null : new Date(wish.expires_at),
  });
  const entry = await findApiKeyEntry(change.client, keyId);
  if (entry === null) throw new Error('an API key that was just made is not there');
  await change.record({
    project: projectId,
    action: 'api_key.create',
    target: { type: 'api_key', id: keyId },
    after: { ...fields, expires_at: wish.expires_at },
  });
  return { entry, key };
}

/** Revokes a key; the next request with it is refused. Again is harmless. */
export async function endApiKey(change: UnsignedChange, keyId: string): Promise<void> {
  const entry = await findApiKeyEntry(change.client, keyId);
  if (entry === null) throw missing('api_key', keyId);
  if (entry.revokedAt !== null) return;
  if (!(await revokeApiKey(change.client, keyId, change.at))) throw missing('api_key', keyId);
  await change.record({
    project: entry.projectId,
    action: 'api_key.revoke',
    target: { type: 'api_key', id: keyId },
    before: { name: entry.name, role: entry.role },
  });
}

/** A super admin makes any key; a project manager makes keys of one own project, no mightier than a manager. */
export function assertMayMakeKey(principal: Principal, { role, project_ids }: ApiKeyWish): void {
  if (principal.role === 'super_admin') return;
  if (role === 'super_admin' || new Set(project_ids).size !== 1)
    throw new Problem(
      'forbidden',
      say(
        'A project manager makes keys of one own project, of the roles project_manager, operator or viewer.',
        "Un responsable de projet crée des clés d'un seul de ses projets, de rôle project_manager, operator ou viewer.",
      ),
      { permission: 'super_admin' },
    );
}

function refuseMismatch(role: Role, projects: readonly string[]): void {
  if ((role === 'super_admin') === (projects.length === 0)) return;
  throw new Problem(
    'invalid_request',
    role === 'super_admin'
      ? say(
          'A super admin sees every project: leave project_ids empty, or choose another role.',
          'Un super admin voit tous les projets : laissez project_ids vide, ou choisissez un autre rôle.',
        )
      : say(
          `A key of role ${role} sees only the projects it names: fill project_ids.`,
          `Une clé de rôle ${role} ne voit que les projets qu'elle nomme : remplissez project_ids.`,
        ),
    { errors: [{ pointer: '/project_ids', code: 'role_mismatch', message: `role ${role}` }] },
  );
}

function refusePast(expiresAt: string | null, now: Date): void {
  if (expiresAt === null || new Date(expiresAt) > now) return;
  throw new Problem(
    'invalid_request',
    say(
      'expires_at lies in the past: such a key would never work.',
      'expires_at est passé : cette clé ne marcherait jamais.',
    ),
    { errors: [{ pointer: '/expires_at', code: 'in_the_past', message: expiresAt }] },
  );
}
