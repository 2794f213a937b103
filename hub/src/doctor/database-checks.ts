import { newestSchema } from '../db/migrate.ts';
import { LOGIN_ROLES, OWNER_ROLE } from '../db/roles.ts';
import { type Check, error, ofDatabase, ok, warning } from './check.ts';

/** Settings without which what was confirmed may be gone after a power cut. */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'];
const CLOCK_MS = { warning: 2_000, error: 30_000 };

/** Whether the database is what the hub relies on. That it is reached at all is found out before (H1101). */
export const DATABASE_CHECKS: readonly Check[] = [
  ofDatabase({
    code: 'H1102',
    name: 'database.settings',
    run: async (client) => {
      const { rows } = await client.query<{ name: string; setting: string }>(
        "select name, setting from pg_settings where name = any ($1) or name = 'server_version' order by name",
        [DURABLE],
      );
      const off = rows.filter(({ setting }) => setting === 'off').map(({ name }) => name);
      const version = rows.find(({ name }) => name === 'server_version')?.setting ?? '?';
      if (off.length === 0) return ok(`Postgres ${version}, commits are on disk before they are confirmed`);
      return error(
        `${off.join(', ')} off: readings that were confirmed to agents may be lost in a power cut`,
        'set in postgresql.conf, or for this role or database (alter role/database ... set)',
        `${off.map((name) => `alter system set ${name} = on;`).join(' ')} select pg_reload_conf();`,
      );
    },
  }),
  ofDatabase({
    code: 'H1103',
    name: 'database.schema',
    run: async (client) => {
      const { rows } = await client.query<{ version: number }>(
        'select coalesce(max(version), 0) as version from hearst_schema.migrations',
      );
      const [found, ours] = [rows[0]?.version ?? 0, newestSchema()];
      if (found === ours) return ok(`version ${found}`);
      if (found < ours)
        return warning(
          `the database is at version ${found}, this program at ${ours}`,
          'the hub was updated and not started since, or an older one still runs',
          'restart the hub, or run: hearst-hub migrate',
        );
      return error(
        `the database is at version ${found}, newer than this program (${ours})`,
        'a newer hub has migrated it',
        'install the newer hearst-hub again',
      );
    },
  }),
  ofDatabase({
    code: 'H1104',
    name: 'database.row-security',
    run: async (client) => {
      const { rows } = await client.query<{ what: string }>(
        `select c.relname as what from pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and not (c.relrowsecurity and c.relforcerowsecurity)
         union all
         select r.rolname from pg_roles r
          where r.rolname = any ($1) and (r.rolsuper or r.rolbypassrls or r.rolcanlogin = (r.rolname = $2))`,
        [[OWNER_ROLE, ...LOGIN_ROLES], OWNER_ROLE],
      );
      if (rows.length === 0) return ok('forced on every table, and no role of the hub is above it');
      const names = rows.map(({ what }) => what).join(', ');
      return error(
        `projects are not kept apart by: ${names}`,
        'a table without forced row security, or a role that is above it, was made or changed by hand',
        'alter table ... enable row level security, force row level security; alter role ... nosuperuser nobypassrls;',
      );
    },
  }),
  ofDatabase({
    code: 'H1105',
    name: 'database.clock',
    run: async (client, { now }) => {
      const before = now();
      const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
      const apart = Math.round(Math.abs(+(rows[0]?.at ?? 0) - (before + now()) / 2));
      if (apart < CLOCK_MS.warning) return ok(`${apart} ms apart from this machine's`);
      return (apart < CLOCK_MS.error ? warning : error)(
        `${(apart / 1000).toFixed(1)} s apart from this machine's`,
        'one of the two machines does not keep time, so ages, sign-ins and alerts by the clock are off',
        'timedatectl status (on both); start chrony or systemd-timesyncd where it does not run',
      );
    },
  }),
];
