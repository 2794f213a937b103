import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { inject } from 'vitest';

/** A database as the old single-site system left it. */
export interface LegacyDatabase {
  /** As superuser. */
  readonly url: string;
  /** Begins anew: with what this SQL makes, or a file of this folder with it, such as `legacy-database.sql`. */
  become(sql: string): Promise<void>;
  query<T extends pg.QueryResultRow>(text: string): Promise<T[]>;
  drop(): Promise<void>;
}

/** An empty database of its own on the server of this run. */
export async function createLegacyDatabase(): Promise<LegacyDatabase> {
  const server = inject('postgres').url;
  const name = `legacy_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = await connected(server);
  await admin.query(`create database ${name} template template0`);
  const client = await connected(url.href);
  return {
    url: url.href,
    async become(sql) {
      const text = sql.endsWith('.sql') ? readFileSync(new URL(sql, import.meta.url), 'utf8') : sql;
      await client.query(
        `drop schema public cascade; create schema public; grant usage on schema public to public; ${text}`,
      );
    },
    query: async (text) => (await client.query(text)).rows,
    async drop() {
      await client.end();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
