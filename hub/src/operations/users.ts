import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { difference } from '../activity/chain.ts';
import type { Activity } from '../activity/record.ts';
import { issueInvitation } from '../auth/invitations.ts';
import type { Role } from '../auth/principal.ts';
import { unknownProjects } from '../db/queries/projects.ts';
import { endSessions } from '../db/queries/sessions.ts';
import {
  countOtherSuperAdmins,
  findUser,
  grantProjects,
  insertUser,
  lockPeople,
  removeTotp,
  type UserFields,
  type UserRow,
  updateUser,
} from '../db/queries/users.ts';
import type { UnsignedChange } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem } from '../http/problem.ts';

/**
 * The people, managed by super admins. What holds: there is always somebody left who can manage people; a role that
 * needs projects has some, and a super admin needs none; a change of role, projects or status ends the person's sessions.
 */

/** A change, and who makes it as the log names them: somebody signed in, or the user of a command. */
export interface Managing extends Pick<UnsignedChange, 'client' | 'at' | 'record'> {
  readonly by: string;
}

export interface UserWish {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly language: 'fr' | 'en';
  readonly project_ids: readonly string[];
}

/** An invitation as it is handed out. */
export interface Invited {
  readonly user: UserRow;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Adds a person and makes their first invitation. */
export async function inviteUser(managing: Managing, wish: UserWish): Promise<Invited> {
  const { client, at, by } = managing;
  const projects = await checkedProjects(client, wish.role, wish.project_ids);
  const { email, name, role, language } = wish;
  const userId = await insertUser(client, { email, name, role, language, createdBy: by, at });
  if (userId === null)
    throw new Problem(
      'already_exists',
      say(
        `Somebody with the address ${email} is there already: GET /api/users.`,
        `Quelqu'un a déjà l'adresse ${email} : GET /api/users.`,
      ),
    );
  await grantProjects(client, { userId, email, name, role }, projects, by, at);
  const invitation = await issueInvitation(client, userId, by, at);
  await managing.record(about(userId, 'user.invite', null, { email, name, role, project_ids: projects }));
  return { user: await existing(client, userId), ...invitation };
}

/** Makes a new invitation: for somebody who lost the first one, or forgot the password. Earlier ones end. */
export async function inviteAgain(managing: Managing, userId: string): Promise<Invited> {
  const { client, at, by } = managing;
  const user = await existing(client, userId);
  if (user.status === 'disabled')
    throw new Problem(
      'conflict',
      say('This person is disabled: make them active first.', "Cette personne est désactivée : réactivez-la d'abord."),
    );
  const invitation = await issueInvitation(client, userId, by, at);
  await managing.record(about(userId, 'user.invite_again', null, { email: user.email }));
  return { user, ...invitation };
}

/** Changes the fields given; `check` is called with the person as they stand, locked. */
export async function changeUser(
  managing: Managing,
  userId: string,
  wish: UserFields & { readonly project_ids?: readonly string[] },
  check: (user: UserRow) => void,
): Promise<void> {
  const { client, at, by } = managing;
  await lockPeople(client, userId);
  const before = await existing(client, userId);
  check(before);
  const { project_ids, ...fields } = wish;
  const after = { ...before, ...fields };
  if (fields.status === 'active' && before.status === 'invited') throw notAccepted();
  const projects = await checkedProjects(client, after.role, project_ids ?? before.project_ids);
  await refuseLeavingNobody(client, before, after);
  const shown = ({ email, name, role, language, status }: typeof after) => ({ email, name, role, language, status });
  const differs = difference(
    { ...shown(before), project_ids: before.project_ids },
    { ...shown(after), project_ids: [...projects].sort() },
  );
  if (differs === null) return;
  await refuseTakenAddress(() => updateUser(client, userId, fields, at), after.email);
  await grantProjects(client, { userId, email: after.email, name: after.name, role: after.role }, projects, by, at);
  if (Object.keys(differs.after).some((key) => ['role', 'status', 'project_ids'].includes(key)))
    await endSessions(client, userId, at);
  await managing.record(about(userId, 'user.update', differs.before, differs.after));
}

/** Signs a person out everywhere. */
export async function signOutUser(managing: Managing, userId: string): Promise<void> {
  const user = await existing(managing.client, userId);
  await endSessions(managing.client, userId, managing.at);
  await managing.record(about(userId, 'user.sign_out', null, { email: user.email }));
}

/** Takes the second factor from a person who lost it, and signs them out. */
export async function resetTotp(managing: Managing, userId: string): Promise<void> {
  const user = await existing(managing.client, userId);
  if (user.totp_enabled_at === null) return;
  await removeTotp(managing.client, userId, managing.at);
  await endSessions(managing.client, userId, managing.at);
  await managing.record(about(userId, 'user.reset_totp', { totp_enabled: true }, { totp_enabled: false }));
}

async function existing(client: ClientBase, userId: string): Promise<UserRow> {
  const user = await findUser(client, userId);
  if (user === null) throw missing('user', userId);
  return user;
}

/** The projects of a person, without doubles. */
async function checkedProjects(client: ClientBase, role: Role, wanted: readonly string[]): Promise<string[]> {
  const projects = [...new Set(wanted)];
  if ((role === 'super_admin') !== (projects.length === 0))
    throw new Problem(
      'invalid_request',
      role === 'super_admin'
        ? say(
            'A super admin sees every project: leave project_ids empty.',
            'Un super admin voit tous les projets : laissez project_ids vide.',
          )
        : say(
            `The role ${role} holds in the projects that project_ids names: name at least one.`,
            `Le rôle ${role} vaut dans les projets que project_ids nomme : nommez-en au moins un.`,
          ),
      { errors: [{ pointer: '/project_ids', code: 'role_mismatch', message: `role ${role}` }] },
    );
  const [unknown] = await unknownProjects(client, projects);
  if (unknown !== undefined)
    throw new Problem('invalid_request', say(`There is no project ${unknown}.`, `Il n'y a pas de projet ${unknown}.`), {
      errors: [{ pointer: '/project_ids', code: 'unknown_project', message: unknown }],
    });
  return projects;
}

async function refuseLeavingNobody(client: ClientBase, before: UserRow, after: UserRow): Promise<void> {
  const manages = (user: UserRow) => user.role === 'super_admin' && user.status === 'active';
  if (!manages(before) || manages(after)) return;
  if ((await countOtherSuperAdmins(client, before.user_id)) > 0) return;
  throw new Problem(
    'conflict',
    say(
      'This is the last active super admin: nobody could manage people any more. Make another one first.',
      "C'est le dernier super admin actif : plus personne ne pourrait gérer les personnes. Nommez-en un autre d'abord.",
    ),
  );
}

function notAccepted(): Problem {
  return new Problem(
    'conflict',
    say(
      'This person has not accepted the invitation yet: that makes them active.',
      "Cette personne n'a pas encore accepté l'invitation : c'est ce qui l'active.",
    ),
  );
}

async function refuseTakenAddress(update: () => Promise<void>, email: string): Promise<void> {
  try {
    await update();
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: unknown };
    if (code !== '23505') throw error;
    throw new Problem(
      'already_exists',
      say(`Somebody else has the address ${email}.`, `Quelqu'un d'autre a l'adresse ${email}.`),
    );
  }
}

function about(
  userId: string,
  action: string,
  before: Record<string, unknown> | null,
  after: Record<string, unknown>,
): Activity {
  return { project: GLOBAL_PROJECT_ID, action, target: { type: 'user', id: userId }, before, after };
}
