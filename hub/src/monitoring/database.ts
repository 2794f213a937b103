import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { type Database, withContext } from '../db/client.ts';
import {
  type AgentSeen,
  type AlertsOpen,
  agentsSeen,
  alertsOpen,
  marksWaiting,
  type ProjectAge,
  projectAges,
} from '../db/queries/monitoring.ts';
import { SEVERITIES } from '../db/schema.ts';
import type { Log } from '../log.ts';
import type { Monitoring } from './monitoring.ts';

/** What was read is told again this long, so that nobody can tire the database by asking. */
const REUSE_MS = 10_000;
/** Whoever asks is answered by then, whatever becomes of the database. */
const DEADLINE_MS = 2_000;

/** How many connections each pool has, and who waits for one. */
export function watchPools(monitoring: Monitoring, pools: Pick<Database, 'ingest' | 'api' | 'owner'>): void {
  new Gauge({
    name: 'hearst_database_connections',
    help: 'Connections of a pool by state; waiting: requests that wait for one',
    labelNames: ['pool', 'state'],
    registers: [monitoring.hub],
    collect() {
      for (const name of ['ingest', 'api', 'owner'] as const) {
        const { totalCount, idleCount, waitingCount } = pools[name];
        this.set({ pool: name, state: 'busy' }, totalCount - idleCount);
        this.set({ pool: name, state: 'idle' }, idleCount);
        this.set({ pool: name, state: 'waiting' }, waitingCount);
      }
    },
  });
}

interface Read {
  readonly alerts: readonly AlertsOpen[];
  readonly agents: readonly AgentSeen[];
  readonly ages: readonly ProjectAge[];
  readonly marks: number | null;
}

export interface DatabaseWatchOptions {
  readonly monitoring: Monitoring;
  /** Role hearst_api. */
  readonly pool: Pool;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * What the database says of alerts, agents and readings. While it does not answer `hearst_database_up` is 0 and the rest
 * is left out: what was true before is not what is true now.
 */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  readonly #up: Gauge;
  readonly #gauges: ReturnType<typeof gaugesOf>;
  #last: { at: number; read: Promise<void> } | undefined;

  constructor(options: DatabaseWatchOptions) {
    const { monitoring } = options;
    this.#options = options;
    this.#up = new Gauge({
      name: 'hearst_database_up',
      help: '1 while Postgres answers',
      registers: [monitoring.hub],
    });
    this.#gauges = gaugesOf(monitoring);
    monitoring.beforePage(() => this.#refresh());
  }

  #refresh(): Promise<void> {
    const at = this.#options.now();
    if (this.#last === undefined || Math.abs(at - this.#last.at) >= REUSE_MS) this.#last = { at, read: this.#look() };
    return this.#last.read;
  }

  async #look(): Promise<void> {
    const found = await withDeadline(this.#read()).catch((error: unknown) => {
      const code = (error as { code?: unknown }).code;
      this.#options.log.warn(
        { event: 'monitoring_blind', code },
        'the database does not answer what is measured of it',
      );
      return null;
    });
    this.#up.set(found === null ? 0 : 1);
    this.#tell(found ?? { alerts: [], agents: [], ages: [], marks: null }, found !== null);
  }

  #read(): Promise<Read> {
    const { pool, now } = this.#options;
    const at = new Date(now());
    return withContext(pool, { role: 'super_admin', readOnly: true }, async (client) => ({
      alerts: await alertsOpen(client),
      agents: await agentsSeen(client, at),
      ages: await projectAges(client, at),
      marks: await marksWaiting(client),
    }));
  }

  #tell({ alerts, agents, ages, marks }: Read, known: boolean): void {
    const gauges = this.#gauges;
    for (const gauge of Object.values(gauges)) gauge.reset();
    // A gauge without labels comes back as zero, which would be a count.
    if (!known) gauges.silence.remove();
    if (marks === null) gauges.marks.remove();
    else gauges.marks.set(marks);
    for (const severity of known ? SEVERITIES : [])
      gauges.alerts.set(
        { severity },
        alerts.filter((one) => one.severity === severity).reduce((sum, { count }) => sum + count, 0),
      );
    for (const status of known ? (['active', 'quarantined'] as const) : [])
      gauges.agents.set({ status }, agents.filter((one) => one.status === status).length);
    const seen = agents.flatMap(({ seenAgoS }) => seenAgoS ?? []);
    if (seen.length > 0) gauges.silence.set(Math.max(...seen));
    else gauges.silence.remove();
    for (const { projectId: project, severity, count } of alerts)
      gauges.projectAlerts.set({ project, severity }, count);
    for (const { projectId: project, ageS } of ages) if (ageS !== null) gauges.age.set({ project }, ageS);
    for (const one of agents) tellAgent(gauges, one);
  }
}

function tellAgent(gauges: ReturnType<typeof gaugesOf>, one: AgentSeen): void {
  const labels = { project: one.projectId, agent: one.agentId, name: one.name };
  const tell = (gauge: Gauge<'project' | 'agent' | 'name'>, value: number | null) => {
    if (value !== null) gauge.set(labels, value);
  };
  tell(gauges.agentSeen, one.seenAgoS);
  tell(gauges.agentBatches, one.depthBatches);
  tell(gauges.agentBytes, one.depthBytes);
  tell(gauges.agentClock, one.clockOffsetMs === null ? null : one.clockOffsetMs / 1000);
}

function gaugesOf({ hub, projects }: Pick<Monitoring, 'hub' | 'projects'>) {
  const ofHub = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge<Label>({ name, help, labelNames, registers: [hub] });
  const byProject = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge<Label | 'project'>({ name, help, labelNames: ['project', ...labelNames], registers: [projects] });
  return {
    alerts: ofHub('hearst_alerts', 'Open alerts (active or acknowledged)', 'severity'),
    agents: ofHub('hearst_agents', 'Enrolled agents that are not revoked', 'status'),
    silence: ofHub('hearst_agents_last_seen_age_max_seconds', 'Since the agent that is silent the longest was seen'),
    marks: ofHub('hearst_rollup_marks', 'Frames whose buckets of history are still to be computed'),
    projectAlerts: byProject('hearst_project_alerts', 'Open alerts of a project; HEARST-000: of none', 'severity'),
    age: byProject('hearst_project_reading_age_seconds', 'Age of the newest reading of a project in service'),
    agentSeen: byProject('hearst_agent_last_seen_age_seconds', 'Since an agent was seen', 'agent', 'name'),
    agentBatches: byProject(
      'hearst_agent_outbox_batches',
      'Batches that wait at the site, as the agent said last',
      'agent',
      'name',
    ),
    agentBytes: byProject(
      'hearst_agent_outbox_bytes',
      'Bytes that wait at the site, as the agent said last',
      'agent',
      'name',
    ),
    agentClock: byProject('hearst_agent_clock_offset_seconds', "The hub's clock minus the agent's", 'agent', 'name'),
  };
}

function withDeadline<T>(work: Promise<T>): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`no answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
  return Promise.race([work, deadline.promise]).finally(() => clearTimeout(timer));
}
