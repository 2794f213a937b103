import { type Command, Option } from 'commander';
import { ROLES, type Role, VERBS } from '../auth/principal.ts';
import { findApiKeyEntry, listApiKeys } from '../db/queries/api-keys.ts';
import { EXIT, HubError } from '../errors.ts';
import { createApiKey, endApiKey } from '../operations/api-keys.ts';
import { action, asOwner, type Ending, type Io, operator, shortTime, table } from './command.ts';
import { requireProject } from './project.ts';

interface CreateOptions {
  readonly name: string;
  readonly role: Role;
  readonly projects?: string;
}

/** `key create`, `key list`, `key revoke ID`. */
export function keyCommands(program: Command, io: Io, ending: Ending): void {
  const key = program.command('key').description('make, list and revoke the keys of programs that use the API');

  const create = key
    .command('create')
    .description('make an API key; it is shown once')
    .requiredOption('--name <name>', 'what or whom it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--projects <ids>', 'the projects it may see, with commas; a super_admin sees all');
  action(create, io, ending, async (options: CreateOptions) => {
    const wanted = (options.projects ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
    if (options.role !== 'super_admin' && wanted.length === 0)
      throw new HubError(
        `A key of role ${options.role} sees only the projects it names: add --projects QATAR-001,...`,
        {
          exitCode: EXIT.usage,
        },
      );
    if (options.role === 'super_admin' && wanted.length > 0)
      throw new HubError('A super_admin sees every project: leave out --projects, or choose another role.', {
        exitCode: EXIT.usage,
      });
    const { entry, key } = await asOwner(io, async (client, _config, change) => {
      const project_ids: string[] = [];
      for (const id of wanted) project_ids.push(await requireProject(client, id));
      const { name, role } = options;
      return createApiKey({ ...change, by: operator() }, { name, role, project_ids, verbs: VERBS, expires_at: null });
    });
    const sees = options.role === 'super_admin' ? 'every project' : entry.projectIds.join(', ');
    return {
      data: { key, key_id: entry.keyId, name: options.name, role: options.role, project_ids: entry.projectIds },
      text: `API key for ${options.name} (${options.role}, ${sees}), shown only now:\n\n  ${key}\n`,
    };
  });

  action(key.command('list').description('the API keys, without their secrets'), io, ending, async () => {
    const keys = await asOwner(io, (client) => listApiKeys(client, null, { limit: null, sort: 'key_id', after: null }));
    const data = keys.map((k) => ({
      key_id: k.keyId,
      name: k.name,
      role: k.role,
      project_ids: k.projectIds,
      created_by: k.createdBy,
      created_at: k.createdAt.toISOString(),
      expires_at: k.expiresAt?.toISOString() ?? null,
      revoked_at: k.revokedAt?.toISOString() ?? null,
      last_used_at: k.lastUsedAt?.toISOString() ?? null,
    }));
    const rows = data.map((k) => [
      k.key_id,
      k.name,
      k.role,
      k.role === 'super_admin' ? 'all' : k.project_ids.join(','),
      k.revoked_at === null ? 'active' : 'revoked',
      shortTime(k.last_used_at),
    ]);
    return {
      data,
      text:
        rows.length === 0
          ? 'There is no API key yet. Make one with: hearst-hub key create --name NAME --role ROLE'
          : table(['KEY', 'NAME', 'ROLE', 'PROJECTS', 'STATUS', 'LAST USED (UTC)'], rows),
    };
  });

  const revoke = key
    .command('revoke')
    .description('refuse a key from now on')
    .argument('<id>', "the key's id (the twelve characters after hck_), see: key list");
  action(revoke, io, ending, async (id: string) => {
    const keyId = id.replace(/^hck_/, '').split('_', 1)[0] ?? id;
    await asOwner(io, async (client, _config, change) => {
      if ((await findApiKeyEntry(client, keyId)) === null)
        throw new HubError(`There is no API key ${keyId}. See: hearst-hub key list`);
      await endApiKey(change, keyId);
    });
    return { data: { key_id: keyId, status: 'revoked' }, text: `The API key ${keyId} is revoked.` };
  });
}
