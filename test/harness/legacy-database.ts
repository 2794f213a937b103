import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { inject } from 'vitest';

/** A database as the old single-site system left it. */
export interface LegacyDatabase {
  /** As superuser. */
  readonly url: string;
  query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

/** @param sql what makes its tables and rows, or a file of this folder that does, such as `legacy-database.sql` */
export async function createLegacyDatabase(sql: string): Promise<LegacyDatabase> {
  const server = inject('postgres').url;
  const name = `legacy_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name} template template0`);
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {}); // Tests let sessions of this database die.
  await client.connect();
  await client.query(sql.endsWith('.sql') ? readFileSync(new URL(sql, import.meta.url), 'utf8') : sql);
  return {
    url: url.href,
    query: async (text, values) => (await client.query(text, values)).rows,
    drop: async () => {
      await client.end();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
