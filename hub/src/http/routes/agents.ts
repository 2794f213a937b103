import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { AGENT_ORDER, countAgents, findAgentEntry, listAgents } from '../../db/queries/agent-entries.ts';
import { enrolCommand } from '../../enrolment.ts';
import { addAgent, reinstateAgent, revokeAgent } from '../../operations/agents.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { answerList, soleOf } from '../lists.ts';
import { missing } from '../missing.ts';
import { presentAgent } from '../present/agents.ts';
import { problemResponse } from '../problem.ts';
import { AGENT_IDS, Agent, AgentPart, AgentPath, AgentQuery, EnrolmentToken, NewAgent } from '../schemas/agents.ts';
import { listOfEither, ProjectPath } from '../schemas.ts';
import { TABLE_CONTENT } from '../tables/format.ts';

const READERS: readonly Role[] = ['super_admin', 'project_manager', 'operator'];
const WRITERS: readonly Role[] = ['super_admin', 'project_manager'];

/** The agents at the sites: who they are and how they do; managers add, revoke and reinstate them. */
export function agentRoutes(services: Services): App {
  const { api, now, config } = services;
  const readers = allow(services, READERS);
  const writers = allow(services, WRITERS);

  const list = createRoute({
    method: 'get',
    path: '/api/agents',
    summary: 'The agents of your projects, revoked ones too, with what they last said of themselves',
    middleware: readers,
    request: { query: AgentQuery },
    responses: {
      200: {
        description: 'Agents, by project where nothing else is asked for',
        content: { 'application/json': { schema: listOfEither(Agent, AgentPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/agents/{agentId}',
    summary: 'One agent, with what it last said of itself',
    middleware: readers,
    request: { params: AgentPath },
    responses: {
      200: { description: 'The agent', content: { 'application/json': { schema: Agent } } },
      default: problemResponse,
    },
  });

  const add = createRoute({
    method: 'post',
    path: '/api/projects/{projectId}/agents',
    summary: 'Make a one-time token (24 h) that enrols an agent, and the command to run at the site',
    middleware: writers,
    request: {
      params: ProjectPath,
      body: { required: false, content: { 'application/json': { schema: NewAgent } } },
    },
    responses: {
      201: { description: 'The token, shown once', content: { 'application/json': { schema: EnrolmentToken } } },
      default: problemResponse,
    },
  });

  const revoke = createRoute({
    method: 'delete',
    path: '/api/agents/{agentId}',
    summary: 'Revoke an agent: it is cut off within seconds, its data stays. Again is harmless',
    middleware: writers,
    request: { params: AgentPath },
    responses: { 204: { description: 'Revoked' }, default: problemResponse },
  });

  const reinstate = createRoute({
    method: 'post',
    path: '/api/agents/{agentId}/reinstate',
    summary: 'Believe a quarantined agent again, once the second program that used its identity is stopped',
    middleware: writers,
    request: { params: AgentPath },
    responses: {
      200: { description: 'The agent', content: { 'application/json': { schema: Agent } } },
      default: problemResponse,
    },
  });

  const shown = async (client: ClientBase, agentId: string): Promise<Agent> => {
    const at = now();
    const row = await findAgentEntry(client, agentId, new Date(at));
    if (row === null) throw missing('agent', agentId);
    return presentAgent(row, at);
  };

  /** The hub's address as sites reach it; where nobody has said so, the one this request came to. */
  const hubUrl = (c: Context<Signed>): string => {
    if (config.publicUrl !== null) return config.publicUrl;
    const url = new URL(c.req.url);
    if (config.proxy) url.protocol = c.req.header('X-Forwarded-Proto') ?? url.protocol;
    return url.origin;
  };

  return createRouter()
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const filter = { projectIds: query.project_id, statuses: query.status, states: query.state, text: query.q };
      return answerList(c, services, query, {
        ...{ what: 'agents', of: soleOf(query.project_id), schema: Agent, ids: AGENT_IDS, order: AGENT_ORDER },
        read: (client, page, now) => listAgents(client, filter, page, now),
        count: (client, now) => countAgents(client, filter, now),
        show: presentAgent,
        timeOf: (agent) => agent.last_seen_at,
      });
    })
    .openapi(one, async (c) => {
      const { agentId } = c.req.valid('param');
      const agent = await withContext(api, readerOf(c.get('principal')), (client) => shown(client, agentId));
      return c.json(agent, 200);
    })
    .openapi(add, (c) =>
      change(c, services, async (change) => {
        const { name } = c.req.valid('json');
        const { projectId } = c.req.valid('param');
        const issued = await addAgent(change, projectId, { name, createdBy: change.principal.id });
        const expires_at = issued.expiresAt.toISOString();
        return c.json({ token: issued.token, expires_at, command: enrolCommand(hubUrl(c), issued.token, name) }, 201);
      }),
    )
    .openapi(revoke, (c) =>
      change(c, services, async (change) => {
        await revokeAgent(change, c.req.valid('param').agentId);
        return c.body(null, 204);
      }),
    )
    .openapi(reinstate, (c) =>
      change(c, services, async (change) => {
        const { agentId } = c.req.valid('param');
        await reinstateAgent(change, agentId);
        return c.json(await shown(change.client, agentId), 200);
      }),
    );
}
