import type pg from 'pg';

/**
 * What the database's own catalogue says against the rules of tenant isolation, one sentence per breach. Every
 * question is asked of all tables there are, so a table that somebody adds is held to them without being listed here.
 *
 * Of each table one policy is permissive: it says whose rows they are. Restrictive ones narrow what it lets through, by
 * the role of whoever asks through the API.
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
/** How the list of projects is asked, as the catalogue prints it. */
const LISTED =
  "$$(project_id = ANY (string_to_array(NULLIF(current_setting('hearst.project_ids'::text, true), ''::text), ','::text)))$$";
/** What others than the owner may do with a table as a whole (`attname` null) or with one of its columns. */
const GRANTED = `
  select c.oid, a.attname, g.grantee, g.privilege_type as privilege, g.is_grantable
  from pg_class c
  cross join lateral (select null as attname, c.relacl as acl
    union all select attname, attacl from pg_attribute where attrelid = c.oid) a
  cross join lateral aclexplode(a.acl) g
  where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner`;
const LOGIN_ROLES = "('hearst_ingest', 'hearst_api')";

/** Each query yields a row `what` per breach of its rule. */
const RULES: Record<string, string> = {
  'has no row security, or not forced': `
    select c.relname as what from ${TABLES} and not (c.relrowsecurity and c.relforcerowsecurity)`,

  'has no policy for every command': `
    select c.relname as what from ${TENANT_TABLES}
    and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive)`,

  'has several permissive policies, of which the widest counts': `
    select c.relname as what from ${TABLES}
    and (select count(*) from pg_policy p where p.polrelid = c.oid and p.polpermissive) > 1`,

  'has a restrictive policy and no permissive one, so that nobody sees anything': `
    select c.relname as what from ${TABLES}
    and exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive)
    and not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive)`,

  'has a policy without a condition for what is written': `
    select c.relname as what from ${TENANT_TABLES}
    and exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive
      and (p.polqual is null or p.polwithcheck is null))`,

  'has a policy that does not look at project_id': `
    select c.relname as what from ${TENANT_TABLES} and exists (select from pg_policy p where p.polrelid = c.oid
      and p.polpermissive
      and (strpos(pg_get_expr(p.polqual, c.oid), ${LISTED}) = 0 or strpos(pg_get_expr(p.polwithcheck, c.oid), ${LISTED}) = 0))`,

  'has a restrictive policy that does not look at the role, or is not for requests': `
    select c.relname as what from ${TABLES} and exists (select from pg_policy p where p.polrelid = c.oid
      and not p.polpermissive and (p.polroles <> array['hearst_api'::regrole::oid]
        or strpos(pg_get_expr(p.polqual, c.oid), 'hearst.role') = 0
        or strpos(pg_get_expr(p.polwithcheck, c.oid), 'hearst.role') = 0))`,

  'lets requests delete rows of a project in any role': `
    select c.relname as what from ${TENANT_TABLES} and has_table_privilege('hearst_api', c.oid, 'delete')
    and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = 'd')
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
      and pg_get_constraintdef(k.oid) = 'CHECK ((project_id = ''HEARST-000''::text))')`,

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
    select distinct c.relname as what from (${GRANTED}) g join pg_class c on c.oid = g.oid
    where g.grantee = 0 or c.relispartition`,

  'was granted more than reading and writing rows to a login role': `
    select distinct c.relname as what from (${GRANTED}) g join pg_class c on c.oid = g.oid
    where g.privilege not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE') or g.is_grantable`,

  'is a view that does not ask as its reader': `
    select c.relname as what from pg_class c where c.relnamespace = 'public'::regnamespace
    and (c.relkind = 'm' or c.relkind = 'v' and not coalesce(c.reloptions @> '{security_invoker=true}', false))`,

  'is a function that runs as its owner': `
    select p.oid::regprocedure::text as what from pg_proc p
    where p.prosecdef and p.pronamespace = 'public'::regnamespace`,

  'is a function that may be asked before row security': `
    select p.oid::regprocedure::text as what from pg_proc p
    where p.proleakproof and p.pronamespace = 'public'::regnamespace`,

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

  'is a login role that may make things in the database': `
    select r.rolname as what from pg_roles r
    where r.rolname in ${LOGIN_ROLES} and (has_schema_privilege(r.oid, 'public', 'create')
      or has_database_privilege(r.oid, current_database(), 'create'))`,
};

/**
 * What login roles may do, one line per table: `projects hearst_api: INSERT SELECT UPDATE`. What holds for single columns
 * alone says which: `UPDATE (name)`.
 */
export async function grants(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    with powers as (
      select oid, grantee, privilege || case when count(attname) = 0 then ''
        else format(' (%s)', string_agg(attname, ', ' order by attname)) end as power
      from (${GRANTED}) granted group by oid, grantee, privilege, attname is null
    )
    select format('%s %s: %s', oid::regclass, grantee::regrole, string_agg(power, ' ' order by power)) as line
    from powers group by oid, grantee order by 1`);
  return rows.map((row) => row.line);
}

/** One condition of a policy: what may be seen or touched, or what may be written. */
export interface PolicyPart {
  readonly table: string;
  readonly policy: string;
  readonly permissive: boolean;
  readonly part: 'using' | 'with check';
  readonly condition: string;
}

/** Every condition of every policy of the tables that are no partitions; `installation` is open to everybody. */
export async function policyParts(client: pg.ClientBase | pg.Pool): Promise<PolicyPart[]> {
  const { rows } = await client.query<PolicyPart>(`
    with tables as (select c.oid, c.relname from ${TENANT_TABLES} and not c.relispartition)
    select t.relname as table, p.polname as policy, p.polpermissive as permissive, c.part,
      pg_get_expr(c.condition, t.oid) as condition
    from pg_policy p join tables t on t.oid = p.polrelid
    cross join lateral (values ('using', p.polqual), ('with check', p.polwithcheck)) c (part, condition)
    where c.condition is not null order by 1, 2, 4`);
  return rows;
}

/** Does `work` while a condition lets everything pass. Needs a database of its own. */
export async function whileOpen<T>(
  owner: pg.Pool,
  { table, policy, part, condition }: PolicyPart,
  work: () => Promise<T>,
) {
  await owner.query(`alter policy ${policy} on ${table} ${part} (true)`);
  try {
    return await work();
  } finally {
    await owner.query(`alter policy ${policy} on ${table} ${part} (${condition})`);
  }
}
