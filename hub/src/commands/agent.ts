import { AgentId } from '@hearst/protocol';
import type { Command } from 'commander';
import { listAgents, revokeAgent } from '../db/queries/enrolment.ts';
import { issueEnrolmentToken } from '../enrolment.ts';
import { EXIT, HubError } from '../errors.ts';
import { action, addressOf, asOwner, type Ending, type Io, operator, table } from './command.ts';
import { requireProject } from './project.ts';

/** `agent add PROJECT`, `agent list`, `agent revoke ID`. */
export function agentCommands(program: Command, io: Io, ending: Ending): void {
  const agent = program.command('agent').description('add, list and revoke the agents at the sites');

  const add = agent
    .command('add')
    .description('make a one-time token that enrols an agent (valid 24 h)')
    .argument('<project>', 'the project it reports for, such as QATAR-001')
    .option('--name <name>', 'what to call the agent (default: the name of its server)')
    .option('--hub <url>', "the hub's address as seen from the site");
  action(add, io, ending, async (project: string, options: { name?: string; hub?: string }) => {
    const { projectId, token, expiresAt, config } = await asOwner(io, async (client, config) => {
      const projectId = await requireProject(client, project);
      return { projectId, config, ...(await issueEnrolmentToken(client, projectId, operator(), io.now())) };
    });
    const expires_at = expiresAt.toISOString();
    const command = enrolCommand(options.hub ?? addressOf(config), token, options.name);
    return {
      data: { project_id: projectId, token, expires_at, command },
      text: `One-time token for an agent of ${projectId}, valid until ${expires_at}. On the site's server run:\n\n  ${command}\n`,
    };
  });

  action(agent.command('list').description('the agents of every project'), io, ending, async () => {
    const agents = await asOwner(io, listAgents);
    const rows = agents.map((a) => [a.agent_id, a.project_id, a.name, a.status, a.state, when(a.last_seen_at)]);
    return {
      data: agents.map((a) => ({
        ...a,
        last_seen_at: when(a.last_seen_at),
        created_at: a.created_at.toISOString(),
      })),
      text:
        rows.length === 0
          ? 'No agent is enrolled yet. Begin with: hearst-hub agent add PROJECT'
          : table(['AGENT', 'PROJECT', 'NAME', 'STATUS', 'STATE', 'LAST SEEN'], rows),
    };
  });

  const revoke = agent
    .command('revoke')
    .description('refuse an agent from now on; its data stays, a new token enrols it again')
    .argument('<id>', "the agent's id, see: agent list");
  action(revoke, io, ending, async (id: string) => {
    const agentId = AgentId.safeParse(id);
    if (!agentId.success)
      throw new HubError(`${id} is not an agent's id. See: hearst-hub agent list`, { exitCode: EXIT.usage });
    const revoked = await asOwner(io, (client) => revokeAgent(client, agentId.data, new Date(io.now())));
    if (revoked === null) throw new HubError(`There is no agent ${agentId.data}. See: hearst-hub agent list`);
    return {
      data: { agent_id: revoked.agent_id, project_id: revoked.project_id, status: revoked.status },
      text: `Agent ${revoked.name} (${revoked.agent_id}) of ${revoked.project_id} is revoked; it is cut off within seconds.`,
    };
  });
}

function enrolCommand(hub: string, token: string, name: string | undefined): string {
  const named = name === undefined ? '' : ` --name '${name.replaceAll("'", "'\\''")}'`;
  return `hearst-agent enrol --hub ${hub} --token ${token}${named}`;
}

function when(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
