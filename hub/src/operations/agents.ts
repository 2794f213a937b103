import { type AgentEntry, findAgentEntry, setReinstated, setRevoked } from '../db/queries/agent-entries.ts';
import { holdOpen } from '../db/queries/enrolment.ts';
import { projectExists } from '../db/queries/projects.ts';
import { issueEnrolmentToken } from '../enrolment.ts';
import type { UnsignedChange } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem } from '../http/problem.ts';

/** What may be done to agents, by people and by commands. */

/** Makes a one-time token that enrols an agent of a project. The token is in the answer and nowhere else. */
export async function addAgent(
  change: UnsignedChange,
  projectId: string,
  { name, createdBy }: { name: string | undefined; createdBy: string },
): Promise<{ token: string; expiresAt: Date }> {
  const { client, at } = change;
  if (!(await projectExists(client, projectId))) throw missing('project', projectId);
  if (!(await holdOpen(client, projectId)))
    throw new Problem(
      'conflict',
      say(
        `The project ${projectId} is archived and takes no agents. Take it back from the archive first: PUT its status.`,
        `Le projet ${projectId} est archivé et n'accepte plus d'agents. Sortez-le d'abord des archives : PUT de son status.`,
      ),
    );
  const issued = await issueEnrolmentToken(client, projectId, createdBy, +at);
  await change.record({
    project: projectId,
    action: 'agent.add',
    target: { type: 'project', id: projectId },
    after: { name: name ?? null, expires_at: issued.expiresAt },
  });
  return issued;
}

/**
 * Makes a one-time token with which an agent fetches new secrets: its login at the broker and its signing key. The ones it
 * has stay good for a day after that. The token is in the answer and nowhere else.
 */
export async function rotateAgent(
  change: UnsignedChange,
  agentId: string,
  createdBy: string,
): Promise<{ agent: AgentEntry; token: string; expiresAt: Date }> {
  const agent = await existing(change, agentId);
  if (agent.status === 'revoked') throw final(agent);
  const issued = await issueEnrolmentToken(change.client, agent.project_id, createdBy, +change.at, agentId);
  await change.record({
    project: agent.project_id,
    action: 'agent.rotate',
    target: { type: 'agent', id: agentId },
    after: { name: agent.name, expires_at: issued.expiresAt },
  });
  return { agent, ...issued };
}

/** Refuses an agent from now on; ingest closes its connection within 5 s. Its data stays. Again is harmless. */
export async function revokeAgent(change: UnsignedChange, agentId: string): Promise<AgentEntry> {
  const agent = await existing(change, agentId);
  if (await setRevoked(change.client, agent.project_id, agentId, change.at))
    await record(change, agent, 'agent.revoke', 'revoked');
  return agent;
}

/**
 * Ends the quarantine of an identity that two programs used: the person has stopped one of them. Whichever says hello
 * first is believed; a second one puts both into quarantine again. Harmless for an agent that is active.
 */
export async function reinstateAgent(change: UnsignedChange, agentId: string): Promise<AgentEntry> {
  const agent = await existing(change, agentId);
  if (agent.status === 'revoked') throw final(agent);
  if (await setReinstated(change.client, agent.project_id, agentId, change.at))
    await record(change, agent, 'agent.reinstate', 'active');
  return agent;
}

function final(agent: AgentEntry): Problem {
  return new Problem(
    'conflict',
    say(
      `The agent ${agent.name} is revoked, which is final. Enrol it again with a new token: POST /api/projects/${agent.project_id}/agents.`,
      `L'agent ${agent.name} est révoqué, ce qui est définitif. Inscrivez-le de nouveau avec un jeton : POST /api/projects/${agent.project_id}/agents.`,
    ),
  );
}

async function existing({ client, at }: UnsignedChange, agentId: string): Promise<AgentEntry> {
  const agent = await findAgentEntry(client, agentId, at);
  if (agent === null) throw missing('agent', agentId);
  return agent;
}

function record(change: UnsignedChange, agent: AgentEntry, action: string, status: string): Promise<void> {
  const target = { type: 'agent', id: agent.agent_id };
  const before = { name: agent.name, status: agent.status };
  return change.record({ project: agent.project_id, action, target, before, after: { name: agent.name, status } });
}
