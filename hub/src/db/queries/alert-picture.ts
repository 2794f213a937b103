import type { ClientBase } from 'pg';
import type { Conditions, StandingConditions } from '../../alerts/conditions.ts';
import type { alerts } from '../schema.ts';

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

/** What an evaluation has to know of the project itself. */
export interface ProjectFacts {
  readonly targetHashrateEh: number | null;
  readonly totalMiners: number | null;
  /** What people call its agents, by their ids. */
  readonly agentNames: Readonly<Record<string, string>>;
}

/** Null where there is no such project (HEARST-000). */
export async function projectFacts(client: ClientBase, projectId: string): Promise<ProjectFacts | null> {
  const { rows } = await client.query<ProjectFacts>(
    `select target_hashrate_eh as "targetHashrateEh", total_miners as "totalMiners",
       (select coalesce(jsonb_object_agg(agent_id, name), '{}') from agents where project_id = $1) as "agentNames"
     from projects where project_id = $1`,
    [projectId],
  );
  return rows[0] ?? null;
}

/** A container as of its newest reading. */
export interface ContainerConditions {
  readonly containerId: string;
  readonly transformerId: string | null;
  readonly agentId: string | null;
  readonly conditions: Conditions | null;
  readonly stateAt: Date | null;
  readonly intervalS: number | null;
  readonly minersExpected: number;
  readonly expectedThs: number | null;
  readonly minersAnswering: number | null;
}

export async function containerConditions(client: ClientBase, projectId: string): Promise<ContainerConditions[]> {
  const { rows } = await client.query<ContainerConditions>(
    `select container_id as "containerId", transformer_id as "transformerId", agent_id as "agentId", conditions,
       state_at as "stateAt", interval_s as "intervalS", miners_expected as "minersExpected",
       hashrate_expected_th as "expectedThs", miners_answering as "minersAnswering"
     from containers where project_id = $1 order by container_id`,
    [projectId],
  );
  return rows;
}

/** A meter that measures a transformer and has been judged. */
export interface MeterConditions {
  readonly transformerId: string;
  readonly conditions: Conditions;
  readonly stateAt: Date | null;
  readonly intervalS: number | null;
}

export async function meterConditions(client: ClientBase, projectId: string): Promise<MeterConditions[]> {
  const { rows } = await client.query<MeterConditions>(
    `select transformer_id as "transformerId", conditions, state_at as "stateAt", interval_s as "intervalS"
     from meters where project_id = $1 and conditions is not null and transformer_id is not null order by meter_id`,
    [projectId],
  );
  return rows;
}

/** What holds by the clock, source by source. */
export async function standingConditions(client: ClientBase, projectId: string): Promise<StandingConditions[]> {
  const { rows } = await client.query<{ conditions: StandingConditions[] }>(
    'select conditions from standing_conditions where project_id = $1 order by source',
    [projectId],
  );
  return rows.flatMap((row) => row.conditions);
}

const EVALUATED = [
  ...(['id', 'rule_id', 'target_type', 'target_id', 'severity', 'status', 'message', 'value'] as const),
  ...(['last_seen_at', 'occurrences', 'parent_id', 'condition_holds', 'recovering_since', 'silenced_until'] as const),
  ...([
    'flapping',
    'miners_affected',
    'hashrate_lost_ths',
    'hashrate_share',
    'data',
    'resolved_at',
    'acknowledged_until',
  ] as const),
];

/** What an evaluation has to know of an alert. */
export type EvaluatedAlert = Pick<typeof alerts.$inferSelect, (typeof EVALUATED)[number]>;

/** The alerts of rules that are open or were resolved after a moment; what people or imports entered is of no rule. */
export async function evaluatedAlerts(client: ClientBase, projectId: string, after: Date): Promise<EvaluatedAlert[]> {
  const select = `select ${EVALUATED} from alerts where project_id = $1 and rule_id is not null and`;
  const { rows } = await client.query<EvaluatedAlert>(
    `${select} status in ('active', 'acknowledged')
     union all ${select} status = 'resolved' and resolved_at > $2 order by id`,
    [projectId, after],
  );
  return rows;
}
