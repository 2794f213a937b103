import type { TestApi } from '../testing.ts';

/** Columns that asking alone moves, and what only counts who asks. */
const MOVED_BY_ASKING = ['last_used_at', 'last_seen_at'];
const OF_ASKING = ['sessions', 'sign_in_failures'];

/** What stands in each table, as a fingerprint: two are alike when nothing was changed in between. */
export async function contentsOf(api: TestApi, project?: string): Promise<Record<string, string>> {
  const { owner } = api.database;
  const { rows: tables } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname <> all ($1) and relname <> 'installation'`,
    [OF_ASKING],
  );
  const contents: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await owner.query<{ print: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(row, ' ' order by row)), '') as print
       from (select (to_jsonb(t) - $1::text[])::text as row from ${name} t where $2::text is null or project_id = $2) r`,
      [MOVED_BY_ASKING, project ?? null],
    );
    contents[name] = rows[0]!.print;
  }
  return contents;
}
