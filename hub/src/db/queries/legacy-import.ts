import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { LegacyContainer } from '../../legacy/containers.ts';
import type { LegacyMiner } from '../../legacy/miners.ts';
import { type Column, selected, unnested } from './statements.ts';

/**
 * The inventory of an old database on its way into a project. Rows are gathered in tables of the transaction first and
 * stored by one statement at its end: they are locked for a moment only, whatever the source's pace. What the hub has
 * is never overwritten; only what is empty there is filled in, and of a container that people have edited nothing.
 */

const LOCK = 7_423_003;
/** The client gives up after this; a statement for a whole container's history may take long on a busy machine. */
const ANSWER_MS = 600_000;

/** Runs a statement that may take longer than those of a request. */
export function patiently<T extends QueryResultRow>(
  client: ClientBase,
  text: string,
  values: unknown[] = [],
): Promise<QueryResult<T>> {
  const config: QueryConfig & { query_timeout: number } = { text, values, query_timeout: ANSWER_MS };
  return client.query<T>(config);
}

/** Takes the lock under which imports are made, until they end; false when another one holds it. */
export async function beginImport(client: ClientBase): Promise<boolean> {
  await client.query('savepoint import');
  // The source sets the pace: this transaction waits for it, with work that takes as long as it takes.
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  // Whole tables are joined, some of them filled a moment ago: a loop over what the planner takes for few rows needed
  // 5 s for a year of hours (measured), a hash join next to nothing.
  await client.query('set local enable_nestloop = off; set local jit = off');
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_xact_lock(${LOCK}) as taken`);
  return rows[0]?.taken === true;
}

/** Takes back all that was done since `beginImport`. */
export async function undoImport(client: ClientBase): Promise<void> {
  await client.query('rollback to savepoint import');
}

/** Creates a project of which only the name is known, running already; false when there is one of that id. */
export async function insertActiveProjectIfAbsent(
  client: ClientBase,
  projectId: string,
  name: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    "insert into projects (project_id, name, status) values ($1, $2, 'active') on conflict do nothing",
    [projectId, name],
  );
  return rowCount === 1;
}

/** What an import must know of its project; null when it is not there. */
export async function targetProject(
  client: ClientBase,
  projectId: string,
): Promise<{ name: string; status: string; timeZone: string } | null> {
  const { rows } = await client.query<{ name: string; status: string; timeZone: string }>(
    'select name, status, time_zone as "timeZone" from projects where project_id = $1',
    [projectId],
  );
  return rows[0] ?? null;
}

/** The ids of a project's containers. */
export async function containerIds(client: ClientBase, projectId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select container_id as id from containers where project_id = $1',
    [projectId],
  );
  return rows.map((row) => row.id);
}

const CONTAINER_COLUMNS: readonly Column<LegacyContainer>[] = [
  ['container_id', 'text', 'containerId'],
  ['name', 'text', 'name'],
  ['model', 'text', 'model'],
  ['status', 'text', 'status'],
  ['hashrate_th', 'double precision', 'hashrateTh'],
  ['power_consumption_kw', 'double precision', 'powerKw'],
  ['miners_active', 'integer', 'minersActive'],
  ['temp_supply_c', 'double precision', 'tempSupplyC'],
  ['temp_return_c', 'double precision', 'tempReturnC'],
  ['flow_m3h', 'double precision', 'flowM3h'],
  ['state_at', 'time', 'stateAt'],
  ['created_at', 'time', 'createdAt'],
  ['metadata', 'jsonb', 'metadata'],
];

const MINER_COLUMNS: readonly Column<LegacyMiner>[] = [
  ['miner_id', 'text', 'minerId'],
  ['container_id', 'text', 'containerId'],
  ['position', 'integer', 'position'],
  ['model', 'text', 'model'],
  ['serial', 'text', 'serial'],
  ['mac', 'text', 'mac'],
  ['ip', 'text', 'ip'],
  ['firmware', 'text', 'firmware'],
  ['pool', 'text', 'pool'],
  ['worker', 'text', 'worker'],
  ['status', 'text', 'status'],
  ['hashrate_th', 'double precision', 'hashrateTh'],
  ['power_w', 'double precision', 'powerW'],
  ['temp_chip_c', 'real', 'tempChipC'],
  ['last_seen_at', 'time', 'lastSeenAt'],
  ['state_at', 'time', 'stateAt'],
  ['created_at', 'time', 'createdAt'],
];

/** What was measured: filled in only where the hub's state is not newer than the source's. */
const FIGURES = [
  'hashrate_th',
  'power_consumption_kw',
  'power_w',
  'miners_active',
  'temp_supply_c',
  'temp_return_c',
  'temp_chip_c',
  'flow_m3h',
];
/** What a row is, once and for all. */
const FIXED = ['container_id', 'miner_id', 'position', 'created_at'];

const CONTAINERS = staging('legacy_containers', CONTAINER_COLUMNS);
const MINERS = staging('legacy_miners', MINER_COLUMNS);

/** Makes the tables that the inventory is gathered in; they end with the transaction. */
export async function gatherInventory(client: ClientBase): Promise<void> {
  await client.query(CONTAINERS.create);
  await client.query(MINERS.create);
}

export async function gatherContainers(client: ClientBase, rows: readonly LegacyContainer[]): Promise<void> {
  await client.query(CONTAINERS.insert, CONTAINERS.values(rows));
}

export async function gatherMiners(client: ClientBase, rows: readonly LegacyMiner[]): Promise<void> {
  await client.query(MINERS.insert, MINERS.values(rows));
}

/** What became of gathered rows; the rest was there already. */
export interface Stored {
  readonly added: number;
  readonly filled: number;
}

const STORE_CONTAINERS = storing(
  'containers',
  'container_id',
  CONTAINER_COLUMNS.map(([column]) => column),
  `case when o.metadata ? 'legacy' then o.metadata else o.metadata || n.metadata end`,
  'and o.version = 1',
);
const STORE_MINERS = storing(
  'miners',
  'miner_id',
  MINER_COLUMNS.map(([column]) => column),
);

/** Stores the gathered containers under the project. `stateAt` is when the figures are from where no row says so. */
export async function storeContainers(client: ClientBase, projectId: string, stateAt: Date): Promise<Stored> {
  // In the order of ingest, which takes a container before its miners: neither waits for what the other holds.
  await client.query(
    `select from containers where project_id = $1 and container_id in (select container_id from legacy_containers)
      order by container_id for no key update`,
    [projectId],
  );
  return store(client, STORE_CONTAINERS, projectId, stateAt);
}

/** Stores the gathered miners, and how many are expected in containers that no agent has spoken for. */
export async function storeMiners(client: ClientBase, projectId: string, stateAt: Date): Promise<Stored> {
  const stored = await store(client, STORE_MINERS, projectId, stateAt);
  await patiently(
    client,
    `update containers c set miners_expected = m.count
       from (select container_id, count(*)::int from miners where project_id = $1 group by container_id) m
      where c.project_id = $1 and c.container_id = m.container_id and c.agent_id is null and c.version = 1
        and c.miners_expected < m.count and c.container_id in (select container_id from legacy_containers)`,
    [projectId],
  );
  return stored;
}

function staging<R>(table: string, columns: readonly Column<R>[]) {
  const types = columns.map(([column, type]) => `${column} ${type === 'time' ? 'timestamptz' : type}`);
  const { from, values } = unnested(columns, 1);
  return {
    create: `create temporary table ${table} (${types.join(', ')}) on commit drop`,
    insert: `insert into ${table} select ${columns.map((column) => selected(column)).join(', ')} from ${from}`,
    values,
  };
}

/**
 * One statement that adds what is missing and fills in what is empty, with `n` the gathered row and `o` the hub's.
 *
 * @param metadata how that of both becomes one
 * @param unless a further condition for filling in
 */
function storing(table: string, key: string, columns: readonly string[], metadata = '', unless = ''): string {
  const ofNew: Record<string, string> = {
    state_at: 'coalesce(n.state_at, $2)',
    created_at: 'coalesce(n.created_at, now())',
  };
  const filled = columns.filter((column) => !FIXED.includes(column));
  const old = filled.map((column) => `o.${column}`);
  const merged = filled.map((column) => {
    if (column === 'metadata') return metadata;
    if (column === 'status') return `case when o.status = 'unknown' then n.status else o.status end`;
    const value = `coalesce(o.${column}, ${ofNew[column] ?? `n.${column}`})`;
    return FIGURES.includes(column)
      ? `case when o.state_at > coalesce(n.state_at, $2) then o.${column} else ${value} end`
      : value;
  });
  const match = `o.project_id = $1 and o.${key} = n.${key}`;
  return `
    with added as (
      insert into ${table} (project_id, ${columns.join(', ')})
      select $1, ${columns.map((column) => ofNew[column] ?? `n.${column}`).join(', ')}
        from legacy_${table} n where not exists (select from ${table} o where ${match}) order by n.${key}
      on conflict do nothing returning 1
    ), filled as (
      update ${table} o set (${filled.join(', ')}, updated_at) = row(${merged.join(', ')}, now())
        from legacy_${table} n
       where ${match} ${unless} and row(${old.join(', ')}) is distinct from row(${merged.join(', ')})
      returning 1
    )
    select (select count(*) from added) as added, (select count(*) from filled) as filled`;
}

async function store(client: ClientBase, statement: string, projectId: string, stateAt: Date): Promise<Stored> {
  const { rows } = await patiently<{ added: number; filled: number }>(client, statement, [projectId, stateAt]);
  return rows[0] ?? { added: 0, filled: 0 };
}
