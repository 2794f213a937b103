import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { type Command, Option } from 'commander';
import { newApiKey } from '../auth/api-keys.ts';
import { ROLES, type Role, VERBS } from '../auth/principal.ts';
import { insertApiKey, listApiKeys, revokeApiKey } from '../db/queries/api-keys.ts';
import { EXIT, HubError } from '../errors.ts';
import { action, asOwner, type Ending, type Io, operator, table } from './command.ts';
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
    const made = newApiKey();
    const projects = await asOwner(io, async (client, _config, change) => {
      const ids: string[] = [];
      for (const id of wanted) ids.push(await requireProject(client, id));
      const [only, ...others] = [...new Set(ids)];
      const project = only !== undefined && others.length === 0 ? only : GLOBAL_PROJECT_ID;
      await insertApiKey(client, {
        projectId: project,
        keyId: made.keyId,
        tokenHash: made.hash,
        name: options.name,
        role: options.role,
        projectIds: ids,
        verbs: VERBS,
        createdBy: operator(),
        createdAt: change.at,
        expiresAt: null,
      });
      await change.record({
        project,
        action: 'api_key.create',
        target: { type: 'api_key', id: made.keyId },
        after: { name: options.name, role: options.role, project_ids: ids },
      });
      return ids;
    });
    const sees = options.role === 'super_admin' ? 'every project' : projects.join(', ');
    return {
      data: { key: made.key, key_id: made.keyId, name: options.name, role: options.role, project_ids: projects },
      text: `API key for ${options.name} (${options.role}, ${sees}), shown only now:\n\n  ${made.key}\n`,
    };
  });

  action(key.command('list').description('the API keys, without their secrets'), io, ending, async () => {
    const keys = await asOwner(io, listApiKeys);
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
      k.last_used_at,
    ]);
    return {
      data,
      text:
        rows.length === 0
          ? 'There is no API key yet. Make one with: hearst-hub key create --name NAME --role ROLE'
          : table(['KEY', 'NAME', 'ROLE', 'PROJECTS', 'STATUS', 'LAST USED'], rows),
    };
  });

  const revoke = key
    .command('revoke')
    .description('refuse a key from now on')
    .argument('<id>', "the key's id (the twelve characters after hck_), see: key list");
  action(revoke, io, ending, async (id: string) => {
    const keyId = id.replace(/^hck_/, '').split('_', 1)[0] ?? id;
    await asOwner(io, async (client, _config, change) => {
      const key = (await listApiKeys(client)).find((entry) => entry.keyId === keyId);
      if (key === undefined) throw new HubError(`There is no API key ${keyId}. See: hearst-hub key list`);
      if (key.revokedAt !== null) return;
      await revokeApiKey(client, keyId, change.at);
      await change.record({
        project: key.projectId,
        action: 'api_key.revoke',
        target: { type: 'api_key', id: keyId },
        before: { name: key.name, role: key.role, revoked_at: null },
        after: { name: key.name, role: key.role, revoked_at: change.at },
      });
    });
    return { data: { key_id: keyId, status: 'revoked' }, text: `The API key ${keyId} is revoked.` };
  });
}
