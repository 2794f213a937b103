import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import type { HubConfig } from '../config.ts';
import { agentsSeen, alertsOpen, projectAges } from '../db/queries/monitoring.ts';
import type { Checked } from '../doctor/doctor.ts';
import { hubVersion } from '../version.ts';
import { type Piece, printed, tailOf } from './bundle.ts';

/** What a bundle asks with. */
export interface Sources {
  readonly config: HubConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  examine(): Promise<Checked[]>;
  /** Runs in a read-only transaction of the owner who sees every project. */
  ask<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
}

/** What stands in a support bundle of a hub. */
export function hubPieces({ config, env, now, examine, ask }: Sources): Piece[] {
  return [
    {
      name: 'doctor.txt',
      about: 'what hearst-hub doctor says',
      read: async () => (await examine()).map(lineOf).join('\n'),
    },
    {
      name: 'machine.json',
      about: 'versions, memory, load',
      read: async () =>
        json({
          hub: hubVersion(),
          node: process.versions.node,
          at: new Date(now()).toISOString(),
          system: `${process.platform} ${process.arch} ${release()}`,
          cpus: cpus().length,
          memory_mb: Math.round(totalmem() / 1e6),
          load: loadavg(),
          uptime_s: uptime(),
        }),
    },
    {
      name: 'environment.txt',
      about: "the hub's settings, without values that are secret",
      read: async () => {
        const names = Object.keys(env).filter((name) => /^(?:HEARST_|DATABASE_URL|MQTT_URL|NODE_)/.test(name));
        return names
          .sort()
          .map((name) => `${name}=${env[name] ?? ''}`)
          .join('\n');
      },
    },
    {
      name: 'database.json',
      about: 'tables by size, partitions, migrations, connections, what runs long',
      read: () => ask(async (client) => json(await databaseFacts(client))),
    },
    {
      name: 'sites.json',
      about: 'projects, agents and open alerts, in numbers',
      read: () =>
        ask(async (client) => {
          const at = new Date(now());
          const [agents, alerts, projects] = [
            await agentsSeen(client, at),
            await alertsOpen(client),
            await projectAges(client, at),
          ];
          return json({ projects, agents, alerts });
        }),
    },
    {
      name: 'hub.log',
      about: "the hub's last lines, out of the journal of systemd",
      read: () => printed('journalctl', '-u', 'hearst-hub', '-n', '5000', '--no-pager', '-o', 'cat'),
    },
    ...(config.databaseUrl === null
      ? [
          {
            name: 'postgres.log',
            about: "its own Postgres' last lines",
            read: () => tailOf(join(config.dataDir, 'postgres', 'postgres.log')),
          },
        ]
      : []),
  ];
}

/** The secrets that this hub's configuration and data folder hold, to be taken out wherever they stand. */
export function secretsOf({ databaseUrl, mqttUrl, mail, adminPassword, tls, dataDir }: HubConfig): (string | null)[] {
  const inUrls = [databaseUrl, mqttUrl, mail?.url ?? null].map((url) => {
    const password = url === null ? '' : (URL.parse(url)?.password ?? '');
    return decodeURIComponent(password) || null;
  });
  const inFiles = ['hub.key', 'postgres/password'].map((name) => {
    try {
      return readFileSync(join(dataDir, name), 'utf8').trim();
    } catch {
      return null; // Not there, or closed to whoever asks: then it is not in the bundle either.
    }
  });
  return [...inUrls, ...inFiles, adminPassword, tls?.key ?? null];
}

async function databaseFacts(client: PoolClient): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  for (const [name, query] of Object.entries(FACTS)) facts[name] = (await client.query(query)).rows;
  return facts;
}

const FACTS = {
  tables: `select coalesce(p.relname, c.relname) as table, count(*) as parts, sum(pg_total_relation_size(c.oid)) as bytes,
             sum(greatest(c.reltuples, 0))::bigint as rows_about
           from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
           where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by 1 order by bytes desc`,
  migrations: 'select version, name, applied_at from hearst_schema.migrations order by version',
  settings:
    "select name, setting, unit from pg_settings where source not in ('default', 'client', 'override') order by name",
  connections: `select application_name, state, wait_event_type, count(*) as count, max(now() - xact_start)::text as longest
                from pg_stat_activity where datname = current_database() group by 1, 2, 3 order by 1`,
} as const;

function lineOf({ code, name, outcome, says, cause, next }: Checked): string {
  return [
    `${outcome} ${code} ${name}: ${says}`,
    ...(cause === undefined ? [] : [`    cause: ${cause}`, `    next: ${next ?? ''}`]),
  ].join('\n');
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 1);
}
