import { and, eq, gt, inArray, isNotNull } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { agents, alerts, containers, meters, projects, standing_conditions } from '../schema.ts';

/**
 * What an evaluation of a project reads, in the transaction that writes what comes of it.
 */

/** Takes the project for this transaction; false where another hub has it. */
export async function takeEvaluation(client: ClientBase, projectId: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock(${LOCK}, hashtext($1)) as taken`,
    [projectId],
  );
  return rows[0]?.taken ?? false;
}

/** One of our advisory locks, with the project's hash as second key. */
const LOCK = 7_423_006;

/** The projects whose alerts are evaluated, archived ones left out. */
export async function evaluatedProjects(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ project_id: string }>(
    "select project_id from projects where status <> 'archived' order by project_id",
  );
  return rows.map((row) => row.project_id);
}

/** What the project is planned for. */
export async function plannedFor(client: ClientBase, projectId: string) {
  const [row] = await on(client)
    .select({ targetHashrateEh: projects.target_hashrate_eh, totalMiners: projects.total_miners })
    .from(projects)
    .where(eq(projects.project_id, projectId));
  return row ?? null;
}

/** What people call the project's agents, by their ids. */
export async function namesOfAgents(client: ClientBase, projectId: string): Promise<Map<string, string>> {
  const rows = await on(client)
    .select({ id: agents.agent_id, name: agents.name })
    .from(agents)
    .where(eq(agents.project_id, projectId));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export type ContainerConditions = Awaited<ReturnType<typeof containerConditions>>[number];

export function containerConditions(client: ClientBase, projectId: string) {
  return on(client)
    .select({
      containerId: containers.container_id,
      transformerId: containers.transformer_id,
      agentId: containers.agent_id,
      conditions: containers.conditions,
      stateAt: containers.state_at,
      intervalS: containers.interval_s,
      minersExpected: containers.miners_expected,
      expectedThs: containers.hashrate_expected_th,
      minersAnswering: containers.miners_answering,
    })
    .from(containers)
    .where(eq(containers.project_id, projectId))
    .orderBy(containers.container_id);
}

export type MeterConditions = Awaited<ReturnType<typeof meterConditions>>[number];

/** Of meters that measure a transformer and have been judged. */
export function meterConditions(client: ClientBase, projectId: string) {
  return on(client)
    .select({
      transformerId: meters.transformer_id,
      conditions: meters.conditions,
      stateAt: meters.state_at,
      intervalS: meters.interval_s,
    })
    .from(meters)
    .where(and(eq(meters.project_id, projectId), isNotNull(meters.conditions), isNotNull(meters.transformer_id)))
    .orderBy(meters.meter_id);
}

export async function standingConditions(client: ClientBase, projectId: string) {
  const rows = await on(client)
    .select({ conditions: standing_conditions.conditions })
    .from(standing_conditions)
    .where(eq(standing_conditions.project_id, projectId))
    .orderBy(standing_conditions.source);
  return rows.flatMap((row) => row.conditions);
}

export type EvaluatedAlert = typeof alerts.$inferSelect;

/** The open alerts of rules; what people or imports entered has none. */
export function openAlerts(client: ClientBase, projectId: string): Promise<EvaluatedAlert[]> {
  return on(client)
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.project_id, projectId),
        inArray(alerts.status, ['active', 'acknowledged']),
        isNotNull(alerts.rule_id),
      ),
    )
    .orderBy(alerts.id);
}

/** What was resolved after a moment. */
export function alertsResolvedAfter(client: ClientBase, projectId: string, after: Date): Promise<EvaluatedAlert[]> {
  return on(client)
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.project_id, projectId),
        eq(alerts.status, 'resolved'),
        gt(alerts.resolved_at, after),
        isNotNull(alerts.rule_id),
      ),
    )
    .orderBy(alerts.id);
}
