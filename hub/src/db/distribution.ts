import type { ClientBase } from 'pg';
import pg from 'pg';

/**
 * How the schema lies on several servers under Citus. Whatever a project owns is spread by its id, so that one project's
 * rows of every table are on one server: keys and foreign keys stay there, and a question about a project asks one server.
 */

/** Has no project, is small, and is read everywhere: a whole copy on each server. */
export const REFERENCE_TABLES = ['installation'] as const;

/** Spread by `project_id`, together; what a foreign key points to comes before what it points from. */
export const DISTRIBUTED_TABLES = [
  'projects',
  'transformers',
  'containers',
  'miners',
  'meters',
  'agents',
  'enrolment_tokens',
  'api_keys',
  'users',
  'user_project_access',
  'sessions',
  'invitations',
  'sign_in_failures',
  'idempotency_keys',
  'activity_logs',
  'container_frames',
  'meter_frames',
  'agent_events',
  'ingest_keys',
  'quarantine',
  'metrics',
  'electricity_prices',
  'rollup_marks',
  'rollup_dues',
  'raw_horizons',
  'alert_rules',
  'alerts',
  'alert_events',
  'standing_conditions',
  'silences',
  'maintenance_windows',
  'maintenance_plans',
  'notification_channels',
  'notification_threads',
  'deliveries',
] as const;

/** One step, which does nothing where it was done before. */
export interface Step {
  readonly table: string;
  readonly sql: string;
}

/** What the session has to say first: both look at single rows of one server. */
export const SESSION = [
  // The hub's triggers change nothing but the row they are called for.
  'set citus.enable_unsafe_triggers = on',
  // One table after the other where foreign keys tie them together.
  "set citus.multi_shard_modify_mode = 'sequential'",
] as const;

/** For every later session: the projects that one may see are told to the other servers too, as the policies need it. */
export function databaseSetting(database: string): string {
  return `alter database ${pg.escapeIdentifier(database)} set citus.propagate_set_commands = 'local'`;
}

export function distributionSteps(): Step[] {
  const [first, ...others] = DISTRIBUTED_TABLES;
  const distribute = (table: string, colocate: string): Step => ({
    table,
    sql: `select create_distributed_table('public.${table}', 'project_id', colocate_with => '${colocate}')`,
  });
  return [
    ...REFERENCE_TABLES.map((table) => ({ table, sql: `select create_reference_table('public.${table}')` })),
    distribute(first, 'none'),
    ...others.map((table) => distribute(table, `public.${first}`)),
  ];
}

/** The version of Citus in this database; null where it is not there. */
export async function citusVersion(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ version: string }>(
    "select extversion as version from pg_extension where extname = 'citus'",
  );
  return rows[0]?.version ?? null;
}

/** The tables of ours that Citus has taken over already. */
export async function distributedAlready(client: ClientBase): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
      where c.relnamespace = 'public'::regnamespace`,
  );
  return new Set(rows.map(({ name }) => name));
}
