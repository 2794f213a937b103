import type pg from 'pg';

/**
 * What the database's own catalogue says against the rules of tenant isolation, one sentence per breach. Every
 * question is asked of all tables there are, so a table that somebody adds is held to them without being listed here.
 *
 * Restrictive policies only narrow what the permissive one of a table lets through, so the rules on what a policy must
 * look at are for permissive ones.
 *
 * `installation` belongs to no project: it has no project_id, and one policy that lets everybody read.
 */
export async function catalogueFaults(client: pg.ClientBase): Promise<string[]> {
  const faults: string[] = [];
  for (const [rule, query] of Object.entries(RULES)) {
    const { rows } = await client.query<{ what: string }>(query);
    faults.push(...rows.map(({ what }) => `${what}: ${rule}`));
  }
  return faults;
}

/** Tables of ours, partitions included. */
const TABLES = "pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')";
const TENANT_TABLES = `${TABLES} and c.relname <> 'installation'`;
const LOGIN_ROLES = "('hearst_ingest', 'hearst_api')";

/** Each query yields a row `what` per breach of its rule. */
const RULES: Record<string, string> = {
  'has no row security, or not forced': `
    select c.relname as what from ${TABLES} and not (c.relrowsecurity and c.relforcerowsecurity)`,

  'has no policy for every command': `
    select c.relname as what from ${TENANT_TABLES}
    and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive)`,

  'has a policy without a condition for what is written': `
    select c.relname as what from ${TENANT_TABLES}
    and exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive
      and (p.polqual is null or p.polwithcheck is null))`,

  'has a policy that does not look at project_id': `
    select c.relname as what from ${TENANT_TABLES} and exists (select from pg_policy p where p.polrelid = c.oid
      and p.polpermissive and (pg_get_expr(p.polqual, c.oid) !~ 'project_id' or pg_get_expr(p.polwithcheck, c.oid) !~ 'project_id'))`,

  'has a policy with a sub-select': `
    select c.relname as what from ${TABLES} and exists (select from pg_policy p where p.polrelid = c.oid
      and concat(p.polqual::text, p.polwithcheck::text) ~ 'SUBLINK|SUBPLAN')`,

  'has no primary key that begins with project_id': `
    select c.relname as what from ${TENANT_TABLES} and not exists (
      select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.conrelid = c.oid and k.contype = 'p' and a.attname = 'project_id')`,

  'is an index that does not begin with project_id': `
    select i.indexrelid::regclass::text as what from pg_index i join ${TENANT_TABLES.replace('where', 'on c.oid = i.indrelid where')}
    and not exists (select from pg_attribute a
      where a.attrelid = i.indrelid and a.attnum = i.indkey[0] and a.attname = 'project_id')`,

  'is a foreign key that leaves the project': `
    select k.conname as what from pg_constraint k
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace
      and (a.attname <> 'project_id' or f.attname <> 'project_id')`,

  'is not owned by hearst_owner': `
    select c.relname as what from pg_class c where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p', 'v') and c.relowner <> 'hearst_owner'::regrole`,

  'is a partition that a login role, or a table that everybody was granted something on': `
    select distinct c.relname as what from pg_class c, aclexplode(c.relacl) g
    where c.relnamespace = 'public'::regnamespace
      and (g.grantee = 0 or c.relispartition and g.grantee <> c.relowner)`,

  'was granted more than reading and writing rows to a login role': `
    select distinct c.relname as what from pg_class c, aclexplode(c.relacl) g
    where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner
      and (g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE') or g.is_grantable)`,

  'is a view that does not ask as its reader': `
    select c.relname as what from pg_class c where c.relnamespace = 'public'::regnamespace
    and (c.relkind = 'm' or c.relkind = 'v' and not coalesce(c.reloptions @> '{security_invoker=true}', false))`,

  'is a function that runs as its owner': `
    select p.oid::regprocedure::text as what from pg_proc p
    where p.prosecdef and p.pronamespace = 'public'::regnamespace`,

  'is a role above row security, or with rights to make roles or databases': `
    select rolname as what from pg_roles where rolname in ('hearst_owner', 'hearst_ingest', 'hearst_api')
      and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,

  'is missing, or has a login where it should not, or none where it should': `
    select wanted.name as what from (values ('hearst_owner', false), ('hearst_ingest', true), ('hearst_api', true))
      wanted (name, login) left join pg_roles r on r.rolname = wanted.name
    where r.rolcanlogin is distinct from wanted.login`,

  'is a login role that belongs to another role': `
    select r.rolname as what from pg_auth_members m join pg_roles r on r.oid = m.member
    where r.rolname in ${LOGIN_ROLES}`,

  'is a login role that may make things in schema public': `
    select r.rolname as what from pg_roles r
    where r.rolname in ${LOGIN_ROLES} and has_schema_privilege(r.oid, 'public', 'create')`,
};

/** What login roles may do, one line per table: `projects hearst_api: INSERT SELECT UPDATE`. */
export async function grants(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    select format('%s %s: %s', c.relname, g.grantee::regrole, string_agg(g.privilege_type, ' ' order by g.privilege_type)) as line
    from pg_class c, aclexplode(c.relacl) g
    where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner
    group by c.relname, g.grantee order by 1`);
  return rows.map((row) => row.line);
}
