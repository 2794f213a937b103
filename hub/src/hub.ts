import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Alerting } from './alerts/alerting.ts';
import { priceJob } from './alerts/price/job.ts';
import { makeFirstAdmin, type OneTimeLogin } from './auth/first-admin.ts';
import { Passwords } from './auth/passwords.ts';
import { newSecret } from './auth/secrets.ts';
import { type HubConfig, isWildcard } from './config.ts';
import { provideDatabase } from './database-place.ts';
import { Database, withContext } from './db/client.ts';
import { migrate } from './db/migrate.ts';
import { Partitions } from './db/partitions.ts';
import { forgetOnline } from './db/queries/agents.ts';
import { TidyUp } from './db/tidy-up.ts';
import { HubError } from './errors.ts';
import { createApp } from './http/app.ts';
import { readDashboard } from './http/dashboard-files.ts';
import { Readiness } from './http/readiness.ts';
import { createMonitoringApp } from './http/routes/monitoring.ts';
import { HttpServer } from './http/server.ts';
import { Access, type HubLogin } from './ingest/access.ts';
import { AgentRegistry } from './ingest/agents.ts';
import { EmbeddedBroker } from './ingest/broker.ts';
import { Ingest, type IngestOptions } from './ingest/ingest.ts';
import { HubLink } from './ingest/link.ts';
import type { StoredNotice } from './ingest/notice.ts';
import type { IngestStats } from './ingest/stats.ts';
import { Jobs } from './jobs/jobs.ts';
import { KeyFile } from './keys.ts';
import { Live } from './live/live.ts';
import { type Log, withoutPassword } from './log.ts';
import { DatabaseWatch, watchPools } from './monitoring/database.ts';
import { IngestLag, watchIngest } from './monitoring/ingest.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { OwnHealthWatch } from './monitoring/own-health.ts';
import { runRetention } from './retention/retention.ts';
import { rollupJob } from './rollup/job.ts';
import { hubVersion } from './version.ts';

/** Where a hub that has started can be reached. */
export interface HubAddresses {
  readonly httpUrl: string;
  /** The broker's address as agents reach it, without credentials. */
  readonly mqttUrl: string;
  /** Where /metrics is served without a key; null where it is not. */
  readonly metricsUrl: string | null;
  /** The owner's way into the database; holds its password. */
  readonly databaseUrl: string;
}

/** Everything but Postgres has stopped by then, or is left behind. */
const DRAIN_MS = 10_000;
/** How long the start waits for the broker to take the hub's login; one that does not answer is waited for later. */
const LINK_MS = 5_000;
/** History that was kept long enough goes by whole days; looked at every hour. */
const RETENTION_S = 3_600;
const MIN_FREE_BYTES = 256 * 1024 * 1024;
/** MQTT 3.1.1 return codes: bad user name or password, not authorised. */
const LOGIN_REFUSED = new Set([4, 5]);

interface Part {
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * One hub: database, broker, ingest and API, started in this order and stopped in the reverse one.
 *
 * Once it has started it stays up: while Postgres or an external broker is away it answers `/readyz` with what is
 * missing, holds the agents, and goes on by itself when they are back. A start that fails stops what it had started.
 */
export class Hub {
  readonly #config: HubConfig;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #onFirstAdmin: (login: OneTimeLogin) => void;
  readonly #id = randomUUID();
  readonly #parts: Part[] = [];
  #ingest: Ingest | undefined;
  #begun: Promise<HubAddresses> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * @param options.onFirstAdmin hears the one-time password of a super admin who was made because there was nobody: it
   *   is known nowhere else, and belongs in no log
   */
  constructor(
    config: HubConfig,
    options: { log: Log; now?: () => number; onFirstAdmin?: (login: OneTimeLogin) => void },
  ) {
    this.#config = config;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
    this.#onFirstAdmin = options.onFirstAdmin ?? (() => {});
  }

  /** Rejects with a `HubError` that says what to do; nothing is left running then. */
  async start(): Promise<HubAddresses> {
    this.#begun ??= this.#start();
    try {
      return await this.#begun;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops everything that was started, also in the middle of a start. May be called again. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** What ingest has done since the start. */
  stats(): IngestStats | null {
    return this.#ingest?.stats() ?? null;
  }

  async #start(): Promise<HubAddresses> {
    const { log, database, keys, partitions, schemaVersion } = await this.#startStorage();
    const monitoring = new Monitoring(hubVersion());
    const lag = new IngestLag(monitoring, this.#now);
    const health = this.#watchHealth(monitoring, database, lag);
    const alerting = new Alerting({
      database,
      keys,
      config: this.#config,
      log,
      now: this.#now,
      health: () => health.latest,
    });
    const live = new Live({ pool: database.api, log, now: this.#now, onChange: (change) => alerting.changed(change) });
    await live.start();
    this.#started('live', () => live.stop());
    const onStored = (notice: StoredNotice): void => {
      lag.stored(notice);
      live.stored(notice);
    };
    const { mqttUrl, link, ingest, agents } = await this.#startIngest(
      { database, keys, partitions },
      { rules: alerting.rules, onStored, onRipe: (projectId) => alerting.ripened(projectId) },
    );
    alerting.start();
    this.#started('alerting', () => alerting.stop());
    this.#watch(monitoring, database, ingest, link);
    const readiness = new Readiness([
      { name: 'database', run: async () => void (await database.api.query('select 1')) },
      { name: 'migrations', run: () => checkSchema(database, schemaVersion) },
      { name: 'broker', run: async () => checkLink(link) },
      { name: 'ingest', run: async () => checkIngest(ingest) },
      { name: 'disk', run: () => checkDisk(this.#config.dataDir) },
    ]);
    const app = createApp({
      config: this.#config,
      api: database.api,
      keys,
      mqttUrl,
      readiness,
      live: live.feed,
      monitoring,
      dashboard: readDashboard(),
      brokerLogins: this.#brokerLogins(agents),
      version: hubVersion(),
      log,
      now: this.#now,
    });
    const { host, httpPort, tls } = this.#config;
    const server = new HttpServer({ app, host, port: httpPort, tls });
    const { port } = await server.start();
    this.#started('http', () => server.stop());
    const metricsUrl = await this.#serveMonitoring(monitoring);
    // First of all to stop: streams never end by themselves, and the server waits for what it is answering.
    this.#started('streams', async () => live.feed.close());
    // Last: a start that fails must not take a password along that was shown to nobody.
    await this.#makeFirstAdmin(database);
    const httpUrl = `${tls === null ? 'http' : 'https'}://${reachable(host)}:${port}`;
    log.info(
      { event: 'hub_up', url: httpUrl, mqtt: mqttUrl, database: withoutPassword(database.url) },
      'the hub is up',
    );
    return { httpUrl, mqttUrl, metricsUrl, databaseUrl: database.url };
  }

  /** What the alerts of the hub's own health are judged by. */
  #watchHealth(monitoring: Monitoring, database: Database, lag: IngestLag): OwnHealthWatch {
    const { dataDir } = this.#config;
    const stats = (): IngestStats | null => this.stats();
    const health = new OwnHealthWatch({ pool: database.ingest, dataDir, lag, stats, log: this.#log, now: this.#now });
    monitoring.gauge(
      'hearst_disk_free_ratio',
      'Share of the disk of data folder and database that is free, the fuller one',
      () => share(health.latest?.diskFreePct),
    );
    health.start();
    this.#started('health', () => health.stop());
    return health;
  }

  #watch(monitoring: Monitoring, database: Database, ingest: Ingest, link: HubLink): void {
    monitoring.watchProcess();
    watchIngest(monitoring, () => ingest.stats());
    watchPools(monitoring, database);
    monitoring.gauge('hearst_broker_up', '1 while the link to the broker stands', () => (link.up ? 1 : 0));
    new DatabaseWatch({ monitoring, pool: database.api, log: this.#log, now: this.#now });
  }

  /** What is measured, on a port of its own where one is set; the address of it. */
  async #serveMonitoring(monitoring: Monitoring): Promise<string | null> {
    const { host, metricsPort, tls } = this.#config;
    if (metricsPort === null) return null;
    const app = createMonitoringApp(monitoring);
    const server = new HttpServer({ app, host, port: metricsPort, setting: 'HEARST_METRICS_PORT', tls });
    const { port } = await server.start();
    this.#started('metrics', () => server.stop());
    return `${tls === null ? 'http' : 'https'}://${reachable(host)}:${port}/metrics`;
  }

  async #makeFirstAdmin(database: Database): Promise<void> {
    const { adminEmail: email, adminPassword: password } = this.#config;
    const people = { pool: database.api, passwords: new Passwords(), now: this.#now };
    const login = await makeFirstAdmin(people, { email, password });
    if (login !== null) this.#onFirstAdmin(login);
  }

  async #startStorage() {
    const log = this.#log;
    const place = await provideDatabase(this.#config, log);
    this.#started('postgres', () => place.release());
    // Told first: a wrong address or password is worth better words than a failing migration.
    const database = await Database.open({ url: place.url, log });
    this.#started('database', () => database.close());
    const { to: schemaVersion } = await migrate(place.url, { log });
    const partitions = new Partitions(database.owner, { log, now: this.#now });
    await partitions.start();
    this.#started('partitions', () => partitions.stop());
    const tidyUp = new TidyUp(database.owner, { log, now: this.#now });
    tidyUp.start();
    this.#started('tidy-up', () => tidyUp.stop());
    this.#startJobs(database);
    const keys = await KeyFile.open(this.#config.dataDir);
    return { log, database, keys, partitions, schemaVersion };
  }

  /** Comes up behind the hub: nothing waits for it. */
  #startJobs(database: Database): void {
    const { rollupSeconds, price } = this.#config;
    const jobs = new Jobs({ owner: database.owner, log: this.#log });
    if (rollupSeconds > 0)
      jobs.add(rollupJob({ pool: database.ingest, now: this.#now, log: this.#log }, rollupSeconds));
    jobs.add({
      name: 'retention',
      everyS: RETENTION_S,
      run: (signal) => runRetention({ owner: database.owner, log: this.#log, now: this.#now, signal }),
    });
    if (price !== null) jobs.add(priceJob({ pool: database.ingest, now: this.#now }, price));
    jobs.start();
    this.#started('jobs', () => jobs.stop());
  }

  /** What sends messages; the parts that write some wake it. */
  async #startIngest(
    { database, keys, partitions }: { database: Database; keys: KeyFile; partitions: Partitions },
    told: Required<Pick<IngestOptions, 'rules' | 'onStored' | 'onRipe'>>,
  ) {
    const log = this.#log;
    const hub = this.#id;
    const agents = new AgentRegistry({ pool: database.ingest, keys, now: this.#now });
    const login: HubLogin = { id: hub, secret: newSecret() };
    const broker = await this.#startBroker(database, new Access(agents, login, this.#now));
    const { mqttUrl: external } = this.#config;
    const link = new HubLink({
      url: broker?.url ?? external ?? '',
      ...(broker ? { login: { user: login.id, password: login.secret } } : {}),
      trust: this.#trustAtBroker(broker !== null),
      hub,
      hubEpoch: () => ingest.hubEpoch,
      shared: broker === null,
      onMessage: (topic, payload, retained) => ingest.receive(topic, payload, retained),
      log,
    });
    this.#started('link', () => link.stop());
    const ingest: Ingest = new Ingest({
      pool: database.ingest,
      partitions,
      agents,
      hub,
      log,
      now: this.#now,
      send: {
        welcome: (agent, welcome) => link.send(agent, 'welcome', welcome),
        ack: (agent, ack) => link.send(agent, 'ack', ack),
      },
      onEpoch: () => void link.announce(),
      ...told,
      ...(broker === null
        ? {}
        : { connected: () => broker.agents(), onRefused: (agentId: string) => broker.disconnect(agentId) }),
    });
    await ingest.start();
    this.#started('ingest', () => ingest.stop());
    this.#ingest = ingest;
    link.start();
    await this.#waitForLink(link);
    return { agents, link, ingest, mqttUrl: this.#config.mqttPublicUrl ?? withoutLogin(broker?.url ?? external ?? '') };
  }

  #brokerLogins(agents: AgentRegistry) {
    const { brokerSecret: secret } = this.#config;
    return secret === null ? null : { secret, access: new Access(agents, null, this.#now) };
  }

  /** Its own broker is known by its own certificate, at whatever address it listens. */
  #trustAtBroker(own: boolean): { ca: string; anyName: boolean } | null {
    const { tls, mqttCa } = this.#config;
    const ca = own ? (tls?.cert ?? null) : mqttCa;
    return ca === null ? null : { ca, anyName: own };
  }

  /** The hub's own broker, or null where it uses another. */
  async #startBroker(database: Database, access: Access) {
    const { host, mqttPort, mqttUrl, tls } = this.#config;
    if (mqttUrl !== null) return null;
    await withContext(database.ingest, { role: 'super_admin' }, forgetOnline);
    const broker = new EmbeddedBroker({ host, port: mqttPort, access, log: this.#log, now: this.#now, tls });
    const { port } = await broker.start();
    this.#started('broker', () => broker.stop());
    return {
      url: `${tls === null ? 'mqtt' : 'mqtts'}://${reachable(host)}:${port}`,
      agents: () => broker.agents(),
      disconnect: (agentId: string) => broker.disconnect(agentId),
    };
  }

  /** A login that is refused will be refused again: that is told at once. A broker that is away may come back. */
  async #waitForLink(link: HubLink): Promise<void> {
    for (const deadline = Date.now() + LINK_MS; !link.up && Date.now() < deadline; await sleep(20)) {
      const code = (link.problem as { code?: unknown } | null)?.code;
      if (typeof code === 'number' && LOGIN_REFUSED.has(code))
        throw new HubError(
          `The broker at ${withoutLogin(this.#config.mqttUrl ?? '')} refuses the hub's login (${link.problem?.message}). ` +
            "Check user and password in MQTT_URL, and the broker's password file.",
        );
    }
    if (!link.up)
      this.#log.warn(
        { reason: link.problem?.message },
        'the broker does not answer yet: the hub starts and goes on trying',
      );
  }

  #started(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
    if (this.#stopping !== undefined) throw new HubError('The hub was stopped while it was starting.');
  }

  async #stop(): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    await this.#stopParts(deadline);
    // A start under way ends at the next part it adds, which is then stopped too.
    await this.#begun?.catch(() => {});
    await this.#stopParts(deadline);
    this.#log.info({ event: 'hub_down' }, 'the hub has stopped');
  }

  async #stopParts(deadline: number): Promise<void> {
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      // Postgres bounds its own shutdown, and a cut one would only mean a recovery at the next start.
      const boundMs = part.name === 'postgres' ? null : Math.max(500, deadline - Date.now());
      await this.#stopPart(part, boundMs);
    }
  }

  async #stopPart({ name, stop }: Part, boundMs: number | null): Promise<void> {
    const late = new AbortController();
    const bound = boundMs === null ? never() : sleep(boundMs, 'late' as const, { signal: late.signal, ref: true });
    try {
      const outcome = await Promise.race([stop(), bound]);
      if (outcome === 'late')
        this.#log.warn({ part: name }, 'a part of the hub did not stop in time: going on without it');
    } catch (error) {
      this.#log.error({ part: name, err: error }, 'a part of the hub did not stop cleanly');
    } finally {
      late.abort();
    }
  }
}

function share(percent: number | null | undefined): number | null {
  return percent == null ? null : percent / 100;
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** An address to connect to, for one to listen on. */
function reachable(host: string): string {
  if (isWildcard(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** A broker's address as told to agents, who have logins of their own. */
function withoutLogin(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

async function checkSchema(database: Database, expected: number): Promise<void> {
  const { rows } = await database.owner.query<{ version: number }>(
    'select max(version) as version from hearst_schema.migrations',
  );
  const found = rows[0]?.version ?? 0;
  if (found !== expected)
    throw new Error(`the database is at version ${found}, this hub at ${expected}: restart it with the right program`);
}

function checkLink(link: HubLink): void {
  if (!link.up) throw new Error(`no connection to the broker: ${link.problem?.message ?? 'connecting'}`);
}

function checkIngest(ingest: Ingest): void {
  if (ingest.stats().away) throw new Error('readings cannot be stored: agents are held until the database is back');
}

async function checkDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < MIN_FREE_BYTES)
    throw new Error(`only ${Math.round(free / 1e6)} MB are free where the data folder is: make room`);
}
