import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { KeyFile } from '../../hub/src/keys.ts';
import { httpReceiver, type Receiver } from '../../hub/src/notify/channels/testing.ts';
import { sealSecret } from '../../hub/src/notify/secrets.ts';
import { freePorts } from './ports.ts';
import type { TestDatabase } from './postgres.ts';
import { Program, programPath } from './process.ts';

const PROJECT_ID = 'QATAR-001';
const CHANNEL_ID = randomUUID();
const PROJECT = { id: PROJECT_ID, name: 'Qatar', location: null, time_zone: 'Asia/Qatar', target_hashrate_eh: null };

/** A hub as a process, one webhook, and a receiver on this machine that counts what it takes. */
export class MessageWorld {
  readonly #database: TestDatabase;
  readonly #folder: string;
  #hub: Program | undefined;
  #receiver: Receiver | undefined;

  constructor(database: TestDatabase, folder: string) {
    this.#database = database;
    this.#folder = folder;
  }

  get hub(): Program {
    return this.#hub!;
  }

  get receiver(): Receiver {
    return this.#receiver!;
  }

  /** Nothing runs after it but the receiver. */
  async prepare(): Promise<void> {
    this.#receiver = await httpReceiver();
    const [http = 0, mqtt = 0] = await freePorts(2);
    this.#hub = new Program({
      name: 'hub',
      command: ['node', programPath('hub/src/main.ts'), 'serve'],
      env: {
        HEARST_DATA_DIR: this.#folder,
        HEARST_HTTP_PORT: String(http),
        HEARST_MQTT_PORT: String(mqtt),
        DATABASE_URL: this.#database.url,
        HEARST_ALLOW_LOCAL_WEBHOOKS: '1',
      },
      logFile: join(this.#folder, 'hub.log'),
    });
    const secret = sealSecret(await KeyFile.open(this.#folder), {
      signing_secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
    });
    await this.#sql("insert into projects (project_id, name) values ('QATAR-001', 'Qatar')");
    await this.#sql(
      `insert into notification_channels (project_id, channel_id, kind, name, config, secret)
       values ($1, $2, 'webhook', 'hook', $3, $4)`,
      [PROJECT_ID, CHANNEL_ID, { url: this.#receiver.url }, secret],
    );
  }

  /** A message that is due; its id. */
  async add(): Promise<string> {
    const id = randomUUID();
    const payload = { kind: 'alerts', thread: id, project: PROJECT, news: [] };
    await this.#sql(
      `insert into deliveries (project_id, delivery_id, channel_project_id, channel_id, kind, next_attempt_at, payload)
       values ($1, $2, $1, $3, 'alerts', now(), $4)`,
      [PROJECT_ID, id, CHANNEL_ID, payload],
    );
    return id;
  }

  async statusOf(id: string): Promise<string> {
    const [row] = await this.#sql<{ status: string }>('select status from deliveries where delivery_id = $1', [id]);
    return row?.status ?? 'none';
  }

  /** What a dead hub has claimed is due again, as after the time for which a claim holds. */
  async letClaimsEnd(): Promise<void> {
    await this.#sql("update deliveries set next_attempt_at = now() where status = 'pending'");
  }

  async stop(): Promise<void> {
    await this.#hub?.stop();
    await this.#receiver?.close();
    await this.#database.drop();
  }

  async #sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.#database.url });
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}
