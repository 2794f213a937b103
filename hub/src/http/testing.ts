import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { createTestDatabase } from '../../../test/harness/postgres.ts';
import { newApiKey } from '../auth/api-keys.ts';
import { type Role, VERBS } from '../auth/principal.ts';
import { Database, type DatabaseOptions, withContext } from '../db/client.ts';
import { insertApiKey } from '../db/queries/api-keys.ts';
import { OWNER_ROLE } from '../db/roles.ts';
import { issueEnrolmentToken } from '../enrolment.ts';
import { Access } from '../ingest/access.ts';
import { AgentRegistry } from '../ingest/agents.ts';
import { KeyFile } from '../keys.ts';
import { Live } from '../live/live.ts';
import { createLog } from '../log.ts';
import { Monitoring } from '../monitoring/monitoring.ts';
import { type App, type AppOptions, createApp } from './app.ts';
import type { DashboardFiles } from './dashboard-files.ts';
import { Readiness } from './readiness.ts';

/** The API on a real database, called without a port, at a time that tests set. For tests only. */
export interface TestApi {
  readonly app: App;
  readonly database: Database;
  /** Where the database is, for an ingest beside the API. */
  readonly url: string;
  readonly keys: KeyFile;
  /** Hears nothing until it is started. */
  readonly live: Live;
  readonly monitoring: Monitoring;
  /** Every line logged so far. */
  readonly logged: string[];
  /** The time it is, ms. */
  now: number;
  /** Asks; the answer's body is parsed. `from` is the peer's address. */
  ask(path: string, options?: AskOptions): Promise<{ status: number; headers: Headers; body: never }>;
  /** The database as its owner, seeing every project. */
  asOwner<T>(work: (client: ClientBase) => Promise<T>): Promise<T>;
  makeKey(role: Role, projectIds?: string[], expiresAt?: Date): Promise<string>;
  makeToken(projectId: string): Promise<string>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly key?: string;
  /** A session's cookie, as `Set-Cookie` gave it. */
  readonly cookie?: string;
  /** POST where there is a body, GET without one. */
  readonly method?: string;
  readonly json?: unknown;
  readonly csv?: string;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

export async function openTestApi(
  options: {
    config?: Partial<AppOptions['config']>;
    readiness?: Readiness;
    dashboard?: DashboardFiles | null;
    /** What an external broker shows when it asks about a login; absent: none may ask. */
    brokerSecret?: string;
    connections?: DatabaseOptions['connections'];
  } = {},
): Promise<TestApi> {
  const logged: string[] = [];
  const log = createLog('debug', { write: (line) => logged.push(line) });
  const place = await createTestDatabase();
  const { connections } = options;
  const database = await Database.open({ url: place.url, log, ...(connections && { connections }) });
  const folder = mkdtempSync(join(tmpdir(), 'hearst-api-'));
  const keys = await KeyFile.open(folder);
  const live = new Live({ pool: database.api, log, now: () => api.now });
  const monitoring = new Monitoring('0.0.0');
  const api: TestApi = {
    app: createApp({
      config: {
        proxy: false,
        tls: null,
        mqttCa: null,
        publicUrl: null,
        requireTotp: false,
        requestLimits: false,
        ...options.config,
      },
      readiness: options.readiness ?? new Readiness([]),
      live: live.feed,
      monitoring,
      dashboard: options.dashboard ?? null,
      brokerLogins:
        options.brokerSecret === undefined
          ? null
          : {
              secret: options.brokerSecret,
              access: new Access(
                new AgentRegistry({ pool: database.ingest, keys, now: () => api.now }),
                null,
                () => api.now,
              ),
            },
      api: database.api,
      keys,
      mqttUrl: 'mqtt://127.0.0.1:1883',
      version: '0.0.0',
      log,
      now: () => api.now,
    }),
    database,
    url: place.url,
    keys,
    live,
    monitoring,
    logged,
    now: Date.UTC(2026, 10, 23, 12),
    async ask(path, { key, cookie, method, json, csv, headers = {}, from = '127.0.0.1' } = {}) {
      const body = csv ?? (json === undefined || typeof json === 'string' ? json : JSON.stringify(json));
      const response = await api.app.request(
        path,
        {
          method: method ?? (body === undefined ? 'GET' : 'POST'),
          headers: {
            ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
            ...(cookie === undefined ? {} : { Cookie: cookie }),
            ...(body === undefined ? {} : { 'Content-Type': csv === undefined ? 'application/json' : 'text/csv' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body }),
        },
        { incoming: { socket: { remoteAddress: from } } },
      );
      const text = await response.text();
      const parsed = /json/.test(response.headers.get('Content-Type') ?? '') ? JSON.parse(text) : text;
      return { status: response.status, headers: response.headers, body: parsed as never };
    },
    asOwner: (work) =>
      withContext(database.owner, { role: 'super_admin' }, async (client) => {
        await client.query(`set local role ${OWNER_ROLE}`);
        return await work(client);
      }),
    async makeKey(role, projectIds = [], expiresAt) {
      const made = newApiKey();
      await api.asOwner((client) =>
        insertApiKey(client, {
          projectId: 'HEARST-000',
          keyId: made.keyId,
          tokenHash: made.hash,
          name: `test ${role}`,
          role,
          projectIds,
          verbs: VERBS,
          createdBy: 'test',
          createdAt: new Date(api.now),
          expiresAt: expiresAt ?? null,
        }),
      );
      return made.key;
    },
    makeToken: (projectId) =>
      api.asOwner(async (client) => (await issueEnrolmentToken(client, projectId, 'test', api.now)).token),
    async close() {
      await live.stop();
      await database.close();
      await place.drop();
      rmSync(folder, { recursive: true });
    },
  };
  return api;
}
