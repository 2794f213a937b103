import { type AgentEvent, topics } from '@hearst/protocol';
import { Standing, standingSources } from '../../hub/src/alerts/clock/refresh.ts';
import { type Evaluating, evaluateProject } from '../../hub/src/alerts/evaluate/evaluate.ts';
import { createLog } from '../../hub/src/log.ts';
import { notifyOfAlerts } from '../../hub/src/notify/notify.ts';
import type { FaultRequest } from '../sim/faults.ts';
import { containerFrameAt, meterFrameAt } from '../sim/frames.ts';
import { SimulatedSite } from '../sim/site.ts';
import { IngestRig } from './ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';
import type { RawAgent } from './raw-agent.ts';
import { SitePoller } from './site-poller.ts';
import { until } from './until.ts';

export interface AlertSiteOptions {
  containers: number;
  miners?: number;
  seed?: number;
  noise?: boolean;
  startAt: number;
  /** Who reads the site: nobody, frames come straight from its physics; or the agent's own poller, over sockets. */
  reader?: 'nobody' | 'agent';
}

const MINUTE_MS = 60_000;
const POLL_MS = MINUTE_MS;
/** So many batches travel before the hub is waited for. */
const AT_ONCE = 16;

/** An alert as a test reads it. */
export interface SeenAlert {
  id: number;
  rule_id: string;
  target_id: string;
  severity: string;
  status: string;
  message: string;
  parent_id: number | null;
  previous_id: number | null;
  flapping: boolean;
  occurrences: number;
  miners_affected: number | null;
  /** Minutes since the site's start at which it opened and was resolved. */
  opened: number;
  resolved: number | null;
}

/**
 * A simulated site whose polls reach the hub's ingest as signed batches, minute by minute of a clock of its own, each
 * followed by the evaluations that a running hub would make. What it says is what stands in Postgres.
 */
export class AlertSite {
  readonly rig: IngestRig;
  readonly sim: SimulatedSite;
  /** Simulated time, ms since 1970. */
  now: number;
  /** False while the line to the site is cut: frames are taken and kept back. */
  online = true;
  readonly #startAt: number;
  readonly #place: TestDatabase;
  readonly #agent: RawAgent;
  readonly #evaluating: Evaluating;
  readonly #backlog: (() => Buffer)[] = [];
  #poller: SitePoller | null = null;
  #sent = 0;

  private constructor(
    parts: { rig: IngestRig; sim: SimulatedSite; place: TestDatabase; agent: RawAgent },
    options: AlertSiteOptions,
    clock: { now: number },
  ) {
    this.rig = parts.rig;
    this.sim = parts.sim;
    this.#place = parts.place;
    this.#agent = parts.agent;
    this.#startAt = options.startAt;
    this.now = options.startAt;
    this.#clock = clock;
    const facts = { startedAt: new Date(options.startAt), certificate: null, price: false };
    const standing = new Standing({ sources: standingSources(facts), log: createLog('silent') });
    this.#evaluating = {
      pool: parts.rig.database.ingest,
      rules: parts.rig.rules,
      refreshStanding: (client, projectId, book, now) => standing.refresh(client, projectId, book, now),
      notify: notifyOfAlerts,
    };
  }
  readonly #clock: { now: number };

  static async start(options: AlertSiteOptions): Promise<AlertSite> {
    const { containers, miners, seed = 1, noise = false, startAt } = options;
    const clock = { now: startAt };
    const place = await createTestDatabase();
    const rig = await IngestRig.start({ url: place.url, now: () => clock.now });
    const sim = new SimulatedSite({
      ...{ containers, seed, noise, clock: { now: () => clock.now } },
      ...(miners === undefined ? {} : { minersPerContainer: miners }),
    });
    const agent = await rig.agent(sim.layout.projectId);
    await agent.connect();
    await agent.join();
    const site = new AlertSite({ rig, sim, place, agent }, options, clock);
    if (options.reader === 'agent') site.#poller = await SitePoller.start(sim, () => site.now);
    else await site.#inventory();
    await site.#listen();
    return site;
  }

  async stop(): Promise<void> {
    await this.#poller?.stop();
    await this.sim.stop();
    await this.rig.stop();
    await this.#place.drop();
  }

  get projectId(): string {
    return this.sim.layout.projectId;
  }

  get agentId(): string {
    return this.#agent.options.agent;
  }

  fault(request: FaultRequest) {
    return this.sim.addFault(request);
  }

  /** Sets options of a rule for this project. */
  async setOptions(ruleId: string, options: Record<string, unknown>): Promise<void> {
    await this.rig.database.owner.query(
      'insert into alert_rules (project_id, rule_id, alert_type, definition) values ($1, $2, $2, $3)',
      [this.projectId, ruleId, JSON.stringify({ options })],
    );
  }

  /** The agent tells of something that happened now. */
  async tell(code: string, subject: string | null, data: AgentEvent['data']): Promise<void> {
    const { projectId: project, now: at } = this;
    const events = [{ at, code, severity: 'info' as const, subject, message: code, data }];
    await this.#deliver([() => this.#agent.batch({ project, events }, { wall: at }, 'events')]);
  }

  /** Lets polls pass, one a minute. */
  async pass(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      this.#setTime(this.now + POLL_MS);
      await this.#poll();
      await this.#evaluateUntil(this.now + POLL_MS);
    }
  }

  /** The backlog arrives, as after an outage: behind the live frames. */
  async deliverBacklog(): Promise<void> {
    await this.#deliver(this.#backlog.splice(0));
    await this.#evaluateUntil(this.now + 10_000);
  }

  async alerts(): Promise<SeenAlert[]> {
    const rows = await this.rig.rows<SeenAlert & { at: Date; ended: Date | null }>(
      this.projectId,
      `select id, rule_id, target_id, severity, status, message, parent_id, previous_id, flapping, occurrences,
         miners_affected, timestamp as at, resolved_at as ended from alerts order by id`,
    );
    const minutes = (at: Date): number => Math.round((+at - this.#startAt) / 6_000) / 10;
    return rows.map(({ at, ended, ...alert }) => ({
      ...alert,
      opened: minutes(at),
      resolved: ended === null ? null : minutes(ended),
    }));
  }

  /** What was told, oldest first: one word each for the news and the alert. */
  async told(): Promise<string[]> {
    interface Told {
      kind: string;
      payload: { news: { news: string; alert: { rule_id: string; target_id: string } }[] };
    }
    const rows = await this.rig.rows<Told>(
      this.projectId,
      'select kind, payload from deliveries order by created_at, delivery_id',
    );
    return rows.map(({ payload }) =>
      payload.news.map(({ news, alert }) => `${news} ${alert.rule_id} ${alert.target_id}`).join(', '),
    );
  }

  #setTime(now: number): void {
    this.now = now;
    this.#clock.now = now;
  }

  /** As the evaluator does it: soon after the readings, then whenever time alone makes something due. */
  async #evaluateUntil(end: number): Promise<void> {
    const poll = this.now;
    let at = poll + 1_000;
    while (at < end) {
      this.#clock.now = at;
      const evaluated = await evaluateProject(this.#evaluating, this.projectId, new Date(at));
      at = Math.max(at + 1_000, evaluated?.nextAt ?? end);
    }
    this.#clock.now = poll;
  }

  async #poll(): Promise<void> {
    const { layout } = this.sim;
    const at = this.now;
    if (this.#poller !== null) {
      const read = await this.#poller.sweep();
      await this.#deliver(
        read.map(
          ({ body, kind }) =>
            () =>
              this.#agent.batch(body, { wall: at }, kind),
        ),
      );
      return;
    }
    const batches = Array.from({ length: layout.containers }, (_, i) => {
      const frame = containerFrameAt(this.sim, i + 1, at, POLL_MS / 1000);
      return () => this.#agent.batch({ frames: [frame] });
    });
    const meters = Array.from({ length: layout.transformers }, (_, i) =>
      meterFrameAt(this.sim, i + 1, at, POLL_MS / 1000),
    );
    batches.push(() => this.#agent.batch({ frames: meters }));
    if (this.online) await this.#deliver(batches);
    else this.#backlog.push(...batches);
  }

  /** One channel, which hears of warnings and worse. What would go out stands in `deliveries`; nothing is sent. */
  async #listen(): Promise<void> {
    await this.rig.database.owner.query(
      `insert into notification_channels (project_id, kind, name, min_severity, config)
       values ($1, 'webhook', 'test', 'warning', '{"url": "https://example.com/"}')`,
      [this.projectId],
    );
  }

  async #inventory(): Promise<void> {
    const { layout } = this.sim;
    const project = layout.projectId;
    const bodies = Array.from({ length: layout.containers }, (_, i) => {
      const transformer = layout.transformerId(Math.floor(i / 2) + 1);
      return {
        ...{ project, miners: [], meters: [], transformers: [{ transformer, rated_kva: 3750 }] },
        container: {
          ...{ container: layout.containerId(i + 1), transformer, model: 'ANTSPACE HD5', layout: null },
          ...{ expected_miners: layout.minersPerContainer, has_cooling: true },
        },
      };
    });
    await this.#deliver(bodies.map((body) => () => this.#agent.batch(body, {}, 'inventory')));
  }

  async #deliver(batches: readonly (() => Buffer)[]): Promise<void> {
    const topic = topics.up(this.agentId, 'live');
    for (let i = 0; i < batches.length; i += AT_ONCE) {
      const part = batches.slice(i, i + AT_ONCE);
      for (const batch of part) this.rig.ingest.receive(topic, batch());
      this.#sent += part.length;
      await until(() => this.rig.ingest.stats().batches >= this.#sent, {
        ...{ withinMs: 20_000, everyMs: 2 },
        what: () => `${this.#sent} batches stored, got ${JSON.stringify(this.rig.ingest.stats())}`,
      });
    }
  }
}
