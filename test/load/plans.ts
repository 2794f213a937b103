import { writeFileSync } from 'node:fs';
import type { PoolClient, QueryConfig } from 'pg';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { createLog } from '../../hub/src/log.ts';
import type { HotQuery } from './row-security.ts';

/**
 * Writes down how Postgres runs each query as the API asks it: hearst_api, a super admin's list of every project. The
 * statements are those that the functions send, taken from the connection.
 */
export async function writePlans(
  url: string,
  queries: Readonly<Record<string, HotQuery>>,
  heading: string,
  file: string,
): Promise<void> {
  const database = await Database.open({ url, log: createLog('silent'), connections: { api: 1 } });
  const parts: string[] = [];
  try {
    for (const [name, query] of Object.entries(queries))
      parts.push(
        await withContext(database.api, { role: 'super_admin', readOnly: true }, async (client) => {
          const plans: string[] = [];
          for (const { text, values } of await statementsOf(client, query)) {
            const explain = `explain (analyze, costs off, timing off, summary off, buffers off) ${text}`;
            const { rows } = await client.query<{ 'QUERY PLAN': string }>({ text: explain, values: values ?? [] });
            plans.push(
              rows
                .map((row) => row['QUERY PLAN'].replace(/string_to_array\(NULLIF.*?','::text\)/g, '<list>'))
                .join('\n'),
            );
          }
          return `## ${name}\n\n${plans.map((plan) => `\`\`\`\n${plan}\n\`\`\``).join('\n\n')}\n`;
        }),
      );
  } finally {
    await database.close();
  }
  writeFileSync(file, `${heading}\n${parts.join('\n')}`);
}

/** Runs a query on a connection that writes down what it is sent. */
async function statementsOf(client: PoolClient, query: HotQuery): Promise<QueryConfig[]> {
  const sent: QueryConfig[] = [];
  const watched = new Proxy(client, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (property !== 'query' || typeof member !== 'function') return member;
      return (config: string | QueryConfig, values?: unknown[]) => {
        sent.push(
          typeof config === 'string'
            ? { text: config, values: values ?? [] }
            : { ...config, values: config.values ?? values ?? [] },
        );
        return member.call(target, config, values) as unknown;
      };
    },
  });
  await query(watched);
  return sent;
}
