import type { ClientBase, QueryResultRow } from 'pg';
import type { ProjectStatus } from '../schema.ts';

/**
 * What containers say now, added up. A container counts while it reports (`is_reporting`: it answered, at most five of
 * its intervals ago); whatever none of them tells is null.
 */
export interface Figures {
  /** Of the container heard last, reporting or not. */
  readonly observed_at: Date | null;
  readonly interval_s: number | null;
  /** Containers that the inventory expects to report: all but the planned ones. */
  readonly containers_total: number;
  readonly containers_reporting: number;
  /** Reporting containers with at least one miner hashing. */
  readonly containers_active: number | null;
  /** Miners that the inventory expects in those containers; null where it does not say. */
  readonly miners_total: number | null;
  readonly miners_active: number | null;
  readonly hashrate_ths: number | null;
  readonly power_kw: number | null;
  /** Over the containers that tell both hashrate and power. */
  readonly efficiency_j_per_th: number | null;
  /** Weighted by the miners that answered; where none did, each container counts alike. */
  readonly temp_supply_c: number | null;
  readonly temp_return_c: number | null;
}

/** The figures of the company: of every project that counts, and how many projects there are. */
export interface GlobalFigures extends Figures {
  readonly projects_total: number;
  readonly projects_active: number;
}

/** A container's figures, in which its miners are the members. */
export interface ContainerFigures extends Figures {
  readonly miners_answering: number;
  readonly miners_expected: number;
}

/** A project's figures beside what was planned and paid for it. */
export interface ProjectFigures extends Figures {
  readonly project_id: string;
  readonly name: string;
  readonly status: ProjectStatus;
  readonly target_hashrate_eh: number | null;
  readonly target_power_mw: number | null;
  readonly capex_usd: number | null;
  readonly opex_monthly_usd: number | null;
}

/** Containers as of $1, each judged. */
const JUDGED = `(
  select *, is_reporting(status, state_at, interval_s, $1) as reporting,
    coalesce(miners_answering, miners_active, 0) as answering
  from containers
)`;

const temperature = (column: string): string => `coalesce(
    sum(c.${column} * c.answering) filter (where c.reporting)
      / nullif(sum(c.answering) filter (where c.reporting and c.${column} is not null), 0),
    avg(c.${column}) filter (where c.reporting)) as ${column}`;

/** Figures over the rows of JUDGED as `c`. */
const FIGURES = `
  max(c.state_at) as observed_at,
  min(c.interval_s) as interval_s,
  (count(*) filter (where c.status <> 'planned'))::int as containers_total,
  (count(*) filter (where c.reporting))::int as containers_reporting,
  (sum((c.miners_active > 0)::int) filter (where c.reporting))::int as containers_active,
  (sum(nullif(c.miners_expected, 0)) filter (where c.status <> 'planned'))::int as miners_total,
  (sum(c.miners_active) filter (where c.reporting))::int as miners_active,
  sum(c.hashrate_th) filter (where c.reporting) as hashrate_ths,
  sum(c.power_consumption_kw) filter (where c.reporting) as power_kw,
  1000 * sum(c.power_consumption_kw) filter (where c.reporting and c.hashrate_th is not null)
    / nullif(sum(c.hashrate_th) filter (where c.reporting and c.power_consumption_kw is not null), 0)
    as efficiency_j_per_th,
  ${temperature('temp_supply_c')},
  ${temperature('temp_return_c')}`;

/**
 * The sum over every visible project but archived ones. Planned projects and those under maintenance are counted, and
 * are in the sums only while something of them reports.
 */
export async function globalFigures(client: ClientBase, now: Date): Promise<GlobalFigures> {
  const [row] = await select<GlobalFigures>(
    client,
    `with counted as (
       select project_id, status from projects where status <> 'archived'
     )
     select ${FIGURES},
       (select count(*) from counted)::int as projects_total,
       (select count(*) from counted where status = 'active')::int as projects_active
     from ${JUDGED} c
     where c.project_id in (
       select p.project_id from counted p
       where p.status = 'active' or exists (
         select from containers x where x.project_id = p.project_id
           and is_reporting(x.status, x.state_at, x.interval_s, $1)))`,
    [now],
  );
  if (row === undefined) throw new Error('a sum without groups has one row');
  return row;
}

/** The figures of each of these projects that may be seen, archived ones too. */
export function projectFigures(
  client: ClientBase,
  projectIds: readonly string[],
  now: Date,
): Promise<ProjectFigures[]> {
  return select(
    client,
    `select p.project_id, p.name, p.status, p.target_hashrate_eh, p.target_power_mw, p.capex_usd, p.opex_monthly_usd,
       ${FIGURES}
     from projects p left join ${JUDGED} c on c.project_id = p.project_id
     where p.project_id = any ($2) group by p.project_id`,
    [now, projectIds],
  );
}

/** The figures of a container that is there. */
export async function containerFigures(
  client: ClientBase,
  projectId: string,
  containerId: string,
  now: Date,
): Promise<ContainerFigures> {
  const [row] = await select<ContainerFigures>(
    client,
    `select ${FIGURES},
       coalesce(sum(c.miners_answering) filter (where c.reporting), 0)::int as miners_answering,
       coalesce(sum(c.miners_expected), 0)::int as miners_expected
     from ${JUDGED} c where c.project_id = $2 and c.container_id = $3`,
    [now, projectId, containerId],
  );
  if (row === undefined) throw new Error('a sum without groups has one row');
  return row;
}

/** The figures of the containers on a transformer. */
export async function transformerFigures(
  client: ClientBase,
  projectId: string,
  transformerId: string,
  now: Date,
): Promise<Figures> {
  const [row] = await select<Figures>(
    client,
    `select ${FIGURES} from ${JUDGED} c where c.project_id = $2 and c.transformer_id = $3`,
    [now, projectId, transformerId],
  );
  if (row === undefined) throw new Error('a sum without groups has one row');
  return row;
}

async function select<Row extends QueryResultRow>(client: ClientBase, text: string, values: unknown[]): Promise<Row[]> {
  const { rows } = await client.query<Row>(text, values);
  return rows;
}
