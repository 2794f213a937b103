import { randomBytes, randomUUID } from 'node:crypto';
import { RuleBooks } from '../../hub/src/alerts/rule-books.ts';
import { hashSecret, newSecret } from '../../hub/src/auth/secrets.ts';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { Partitions } from '../../hub/src/db/partitions.ts';
import { Access } from '../../hub/src/ingest/access.ts';
import { AgentRegistry } from '../../hub/src/ingest/agents.ts';
import { EmbeddedBroker, type SocketLimits } from '../../hub/src/ingest/broker.ts';
import { Ingest, type IngestLimits } from '../../hub/src/ingest/ingest.ts';
import { HubLink } from '../../hub/src/ingest/link.ts';
import type { StoredNotice } from '../../hub/src/ingest/notice.ts';
import { createLog, type Log } from '../../hub/src/log.ts';
import { RawAgent, type RawAgentOptions } from './raw-agent.ts';
import { until } from './until.ts';

/** Seals nothing: tests of ingest are not about the key file. */
const OPEN_KEYS = { decrypt: (sealed: Buffer): Buffer => sealed };

export interface RigOptions {
  url: string;
  limits?: Partial<IngestLimits>;
  sockets?: Partial<SocketLimits>;
  log?: Log;
  now?: () => number;
}

/** Database, broker, link and ingest as the hub builds them, without HTTP. */
export class IngestRig {
  readonly database: Database;
  readonly partitions: Partitions;
  readonly agents: AgentRegistry;
  readonly broker: EmbeddedBroker;
  readonly ingest: Ingest;
  link!: HubLink;
  readonly hub: string;
  readonly rules: RuleBooks;
  readonly notices: StoredNotice[] = [];
  /** Projects whose conditions ripened, as often as they did. */
  readonly ripened: string[] = [];
  readonly made: RawAgent[] = [];
  port = 0;

  private constructor(database: Database, options: RigOptions, hub: string, secret: string) {
    const log = options.log ?? createLog('silent');
    const now = options.now ?? Date.now;
    this.hub = hub;
    this.database = database;
    this.partitions = new Partitions(database.owner, { log });
    this.agents = new AgentRegistry({ pool: database.ingest, keys: OPEN_KEYS, now });
    const sockets = options.sockets ? { sockets: options.sockets } : {};
    this.broker = new EmbeddedBroker({
      host: '127.0.0.1',
      port: 0,
      access: new Access(this.agents, { id: hub, secret }),
      log,
      ...sockets,
    });
    this.rules = new RuleBooks({ pool: database.ingest, log, now });
    this.ingest = new Ingest({
      pool: database.ingest,
      partitions: this.partitions,
      agents: this.agents,
      hub,
      log,
      now,
      send: {
        welcome: (agent, welcome) => this.link.send(agent, 'welcome', welcome),
        ack: (agent, ack) => this.link.send(agent, 'ack', ack),
      },
      onStored: (notice) => this.notices.push(notice),
      rules: this.rules,
      onRipe: (project) => this.ripened.push(project),
      onRefused: (agent) => this.broker.disconnect(agent),
      onEpoch: () => void this.link?.announce(),
      connected: () => this.broker.agents(),
      ...(options.limits ? { limits: options.limits } : {}),
    });
  }

  static async start(options: RigOptions): Promise<IngestRig> {
    const database = await Database.open({ url: options.url, log: options.log ?? createLog('silent') });
    const hub = randomUUID();
    const secret = newSecret();
    const rig = new IngestRig(database, options, hub, secret);
    rig.port = (await rig.broker.start()).port;
    await rig.ingest.start();
    const url = `mqtt://127.0.0.1:${rig.port}`;
    rig.link = new HubLink({
      url,
      login: { user: hub, password: secret },
      hub,
      hubEpoch: () => rig.ingest.hubEpoch,
      onMessage: (topic, payload, retained) => rig.ingest.receive(topic, payload, retained),
      log: options.log ?? createLog('silent'),
    });
    rig.link.start();
    await until(() => rig.link.up, { withinMs: 10_000, everyMs: 10, what: 'the link to the broker' });
    return rig;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const agent of this.made) await agent.leave();
    await this.link.stop();
    await this.ingest.stop();
    await this.broker.stop();
    await this.database.close();
  }

  /** Enrols an agent in a project, which is made when missing; not connected yet. */
  async agent(project: string, over: Partial<RawAgentOptions> = {}): Promise<RawAgent> {
    const options = await enrolRaw(this.database, project);
    const agent = new RawAgent({ url: this.url, ...options, ...over });
    this.made.push(agent);
    return agent;
  }

  /** Rows as somebody sees them who may see the project (and HEARST-000). */
  async rows<T extends object>(project: string, text: string, values: unknown[] = []): Promise<T[]> {
    const projectIds = [project, 'HEARST-000'];
    return withContext(this.database.ingest, { projectIds }, async (client) => {
      const { rows } = await client.query<T>(text, values);
      return rows;
    });
  }
}

/** Makes the project if need be, and an agent with a login and a key. */
export async function enrolRaw(
  database: Database,
  project: string,
): Promise<Pick<RawAgentOptions, 'agent' | 'project' | 'secret' | 'hmacKey'>> {
  const [agent, secret, hmacKey] = [randomUUID(), newSecret(), randomBytes(32)];
  await withContext(database.owner, { projectIds: [project] }, async (client) => {
    await client.query(`insert into projects (project_id) values ($1) on conflict do nothing`, [project]);
    await client.query(
      `insert into agents (project_id, agent_id, name, secret_hash, hmac_key) values ($1, $2, 'raw', $3, $4)`,
      [project, agent, hashSecret(secret), hmacKey],
    );
  });
  return { agent, project, secret, hmacKey };
}
