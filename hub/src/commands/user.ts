import { type Command, Option } from 'commander';
import type { ClientBase } from 'pg';
import { normalEmail } from '../auth/email.ts';
import { ROLES, type Role } from '../auth/principal.ts';
import type { HubConfig } from '../config.ts';
import { findUserByEmail, listUsers, type UserRow } from '../db/queries/users.ts';
import { EXIT, HubError } from '../errors.ts';
import { NewUser } from '../http/schemas/people.ts';
import { changeUser, type Invited, inviteAgain, inviteUser, type Managing, resetTotp } from '../operations/users.ts';
import { action, addressOf, asOwner, type Ending, type Io, operator, shortTime, table } from './command.ts';

interface AddOptions {
  readonly role: Role;
  readonly name?: string;
  readonly projects?: string;
  readonly language: 'fr' | 'en';
}

/** `user add EMAIL`, `user list`, `user invite EMAIL`, `user disable EMAIL`: people, from the machine the hub runs on. */
export function userCommands(program: Command, io: Io, ending: Ending): void {
  const user = program.command('user').description('add, list, invite again and disable the people who sign in');

  const add = user
    .command('add')
    .description('add a person; prints the invitation with which they choose a password (7 days, one use)')
    .argument('<email>', 'what they sign in with')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'their name')
    .option('--projects <ids>', 'where the role holds, with commas; a super_admin sees all')
    .addOption(new Option('--language <language>', 'of mails and pages').choices(['fr', 'en']).default('fr'));
  action(add, io, ending, async (email: string, options: AddOptions) => {
    const wish = NewUser.safeParse({
      email,
      name: options.name ?? '',
      role: options.role,
      language: options.language,
      project_ids: (options.projects ?? '').split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()])),
    });
    if (!wish.success) {
      const [fault] = wish.error.issues;
      throw new HubError(`${fault?.path.join('.')}: ${fault?.message}`, { exitCode: EXIT.usage });
    }
    return managed(io, async (managing, config) => invitation(await inviteUser(managing, wish.data), config));
  });

  action(user.command('list').description('everybody who may sign in, or was invited'), io, ending, async () => {
    const people = await asOwner(io, (client) => listUsers(client, {}, { limit: null, sort: 'email', after: null }));
    const rows = people.map((p) => [
      p.email,
      p.role,
      p.role === 'super_admin' ? 'all' : p.project_ids.join(','),
      p.status,
      shortTime(p.signed_in_at),
    ]);
    return {
      data: people.map((p) => ({
        user_id: p.user_id,
        email: p.email,
        name: p.name,
        role: p.role,
        project_ids: p.project_ids,
        status: p.status,
        signed_in_at: p.signed_in_at?.toISOString() ?? null,
      })),
      text:
        rows.length === 0
          ? 'There is nobody yet: the hub makes the first super admin when it starts.'
          : table(['E-MAIL', 'ROLE', 'PROJECTS', 'STATUS', 'SIGNED IN (UTC)'], rows),
    };
  });

  const again = user
    .command('invite')
    .description('make a new invitation: the first one was lost, or the password forgotten')
    .argument('<email>', 'the person, see: user list')
    .option('--reset-totp', 'take the second factor too: it was lost');
  action(again, io, ending, async (email: string, options: { resetTotp?: boolean }) =>
    managed(io, async (managing, config) => {
      const { user_id } = await requireUser(managing.client, email);
      if (options.resetTotp === true) await resetTotp(managing, user_id);
      return invitation(await inviteAgain(managing, user_id), config);
    }),
  );

  const disable = user
    .command('disable')
    .description('sign a person out and let them in no more; what they did stays on record')
    .argument('<email>', 'the person, see: user list');
  action(disable, io, ending, async (email: string) =>
    managed(io, async (managing) => {
      const { user_id, email: address } = await requireUser(managing.client, email);
      await changeUser(managing, user_id, { status: 'disabled' }, () => {});
      return { data: { user_id, email: address, status: 'disabled' }, text: `${address} is disabled.` };
    }),
  );
}

/** Runs a change of people as the operating system's user. */
function managed<T>(io: Io, work: (managing: Managing, config: HubConfig) => Promise<T>): Promise<T> {
  return asOwner(io, (_client, config, change) => work({ ...change, by: operator() }, config));
}

async function requireUser(client: ClientBase, email: string): Promise<UserRow> {
  const user = await findUserByEmail(client, normalEmail(email));
  if (user === null) throw new HubError(`Nobody signs in as ${email}. See: hearst-hub user list`);
  return user;
}

function invitation({ user, token, expiresAt }: Invited, config: HubConfig) {
  const expires_at = expiresAt.toISOString();
  return {
    data: { user_id: user.user_id, email: user.email, role: user.role, token, expires_at },
    text:
      `Invitation for ${user.email} (${user.role}), valid until ${expires_at}, one use, shown only now:\n\n  ${token}\n\n` +
      `They choose a password with it: POST ${addressOf(config)}/api/invitations/accept {"token": "...", "password": "..."}`,
  };
}
