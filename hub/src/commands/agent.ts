import { AgentId } from '@hearst/protocol';
import type { Command } from 'commander';
import { type AgentEntry, listAgents } from '../db/queries/agent-entries.ts';
import { enrolCommand, renewCommand } from '../enrolment.ts';
import { EXIT, HubError } from '../errors.ts';
import type { UnsignedChange } from '../http/change.ts';
import { presentAgent } from '../http/present/agents.ts';
import { addAgent, reinstateAgent, revokeAgent, rotateAgent } from '../operations/agents.ts';
import { action, addressOf, asOwner, type Ending, type Io, operator, shortTime, table } from './command.ts';
import { requireProject } from './project.ts';

/** `agent add PROJECT`, `agent list`, `agent rotate ID`, `agent revoke ID`, `agent reinstate ID`. */
export function agentCommands(program: Command, io: Io, ending: Ending): void {
  const agent = program.command('agent').description('add, list and revoke the agents at the sites');

  const add = agent
    .command('add')
    .description('make a one-time token that enrols an agent (valid 24 h)')
    .argument('<project>', 'the project it reports for, such as QATAR-001')
    .option('--name <name>', 'what to call the agent (default: the name of its server)')
    .option('--hub <url>', "the hub's address as seen from the site");
  action(add, io, ending, async (project: string, options: { name?: string; hub?: string }) => {
    const { projectId, token, expiresAt, config } = await asOwner(io, async (client, config, change) => {
      const projectId = await requireProject(client, project);
      const issued = await addAgent(change, projectId, { name: options.name, createdBy: operator() });
      return { projectId, config, ...issued };
    });
    const expires_at = expiresAt.toISOString();
    const command = enrolCommand(options.hub ?? addressOf(config), token, options.name);
    return {
      data: { project_id: projectId, token, expires_at, command },
      text: `One-time token for an agent of ${projectId}, valid until ${expires_at}. On the site's server run:\n\n  ${command}\n`,
    };
  });

  action(agent.command('list').description('the agents of every project'), io, ending, async () => {
    const now = io.now();
    const entries = await asOwner(io, (client) =>
      listAgents(client, {}, { limit: null, sort: 'project_id', after: null }, new Date(now)),
    );
    const data = entries.map((entry) => presentAgent(entry, now));
    const rows = data.map((a) => [
      a.agent_id,
      a.project_id,
      a.name,
      a.status === 'active' ? a.state : a.status,
      shortTime(a.last_seen_at),
    ]);
    return {
      data,
      text:
        rows.length === 0
          ? 'No agent is enrolled yet. Begin with: hearst-hub agent add PROJECT'
          : table(['AGENT', 'PROJECT', 'NAME', 'STATE', 'SEEN (UTC)'], rows),
    };
  });

  const rotate = agent
    .command('rotate')
    .description('make a one-time token with which an agent fetches new secrets; those before stay good for a day')
    .argument('<id>', "the agent's id, see: agent list")
    .option('--hub <url>', "the hub's address as seen from the site");
  action(rotate, io, ending, async (id: string, options: { hub?: string }) => {
    const { agent, token, expiresAt, config } = await asOwner(io, async (_client, config, change) => ({
      config,
      ...(await rotateAgent(change, agentIdOf(id), operator())),
    }));
    const { name, agent_id, project_id } = agent;
    const expires_at = expiresAt.toISOString();
    const command = renewCommand(options.hub ?? addressOf(config), token);
    return {
      data: { agent_id, project_id, token, expires_at, command },
      text: `One-time token for new secrets of ${name} (${agent_id}), valid until ${expires_at}. On its server run:\n\n  ${command}\n`,
    };
  });

  const revoke = agent
    .command('revoke')
    .description('refuse an agent from now on; its data stays, a new token enrols it again')
    .argument('<id>', "the agent's id, see: agent list");
  action(revoke, io, ending, async (id: string) => {
    const { name, agent_id, project_id } = await changeAgent(io, id, revokeAgent);
    return {
      data: { agent_id, project_id, status: 'revoked' },
      text: `Agent ${name} (${agent_id}) of ${project_id} is revoked; it is cut off within seconds.`,
    };
  });

  const reinstate = agent
    .command('reinstate')
    .description('believe a quarantined agent again, once the second program with its identity is stopped')
    .argument('<id>', "the agent's id, see: agent list");
  action(reinstate, io, ending, async (id: string) => {
    const { name, agent_id, project_id } = await changeAgent(io, id, reinstateAgent);
    return {
      data: { agent_id, project_id, status: 'active' },
      text: `Agent ${name} (${agent_id}) of ${project_id} is believed again; it connects within a minute.`,
    };
  });
}

/** Runs an operation on the agent of that id, as a person wrote it. */
function changeAgent(
  io: Io,
  written: string,
  operation: (change: UnsignedChange, agentId: string) => Promise<AgentEntry>,
): Promise<AgentEntry> {
  const id = agentIdOf(written);
  return asOwner(io, (_client, _config, change) => operation(change, id));
}

function agentIdOf(written: string): string {
  const id = AgentId.safeParse(written);
  if (id.success) return id.data;
  throw new HubError(`${written} is not an agent's id. See: hearst-hub agent list`, { exitCode: EXIT.usage });
}
