import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, NOT_ALLOWED, passes } from '../../../test/harness/attempt.ts';
import { policyParts, whileOpen } from '../../../test/harness/catalogue.ts';
import { peopleFaults } from '../../../test/harness/people-apart.ts';
import { createTestDatabase } from '../../../test/harness/postgres.ts';
import { acting, COMMANDS, POWER_ROLES, type PowerRole, powersOver } from '../../../test/harness/role-powers.ts';
import {
  ALICE,
  BOB,
  FOREIGN,
  NEWCOMER,
  OWN,
  OWN_LIST,
  readTables,
  seedRows,
  type Table,
} from '../../../test/harness/sample-rows.ts';
import { createLog } from '../log.ts';
import { Database, type DatabaseContext, withContext } from './client.ts';

// Made while the tests are collected: every policy there is becomes a test.
const place = await createTestDatabase();
const database = await Database.open({ url: place.url, log: createLog('silent'), connections: { api: 1 } });
const { api, owner } = database;
const tables = await readTables(owner);
const policies = (await policyParts(owner)).filter(({ permissive }) => !permissive);

beforeAll(async () => {
  await seedRows(owner, tables);
  await owner.query(`
    insert into projects (project_id, status) values ('AAA-004', 'archived');
    insert into user_project_access (project_id, user_id, email) values
      ('${OWN}', '${ALICE.userId}', '${ALICE.login}'), ('${OWN}', '${BOB.userId}', '${BOB.login}')`);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const OUTSIDE = 'containers metrics projects';
const INSIDE = `activity_logs agent_events agents alert_events alert_rules alerts api_keys container_frames deliveries
  electricity_prices enrolment_tokens ingest_keys maintenance_plans maintenance_windows meter_frames meters miners
  notification_channels notification_threads quarantine raw_horizons rollup_dues rollup_marks silences standing_conditions
  transformers user_project_access`;
/** What managers add to and change in their projects. */
const MANAGED = `agents alert_rules alerts api_keys containers deliveries electricity_prices enrolment_tokens maintenance_plans
  maintenance_windows meters miners notification_channels silences transformers`;
/** One's own account; `sign_in_failures` are seen by whoever sees everything. */
const ACCOUNT = 'idempotency_keys invitations sessions users';
const SIGNED_IN = 'idempotency_keys sessions';

/** What each role may do in its own projects and to its own account, as the database holds it. */
const POWERS: Record<PowerRole, Record<(typeof COMMANDS)[number], string>> = {
  super_admin: {
    select: `${OUTSIDE} ${INSIDE} ${ACCOUNT}`,
    insert: `${MANAGED} ${ACCOUNT} activity_logs alert_events projects user_project_access`,
    update: `${MANAGED} ${ACCOUNT} projects user_project_access`,
    delete: `${MANAGED} ${SIGNED_IN} agent_events alert_events container_frames ingest_keys meter_frames metrics
      notification_threads projects quarantine raw_horizons rollup_dues rollup_marks standing_conditions user_project_access`,
  },
  project_manager: {
    select: `${OUTSIDE} ${INSIDE} ${ACCOUNT}`,
    insert: `${MANAGED} ${SIGNED_IN} activity_logs alert_events`,
    update: `${MANAGED} ${ACCOUNT} projects`,
    delete: `${SIGNED_IN} alert_rules electricity_prices maintenance_plans notification_channels`,
  },
  operator: {
    select: `${OUTSIDE} ${INSIDE} ${ACCOUNT}`,
    insert: `${SIGNED_IN} activity_logs`,
    update: SIGNED_IN,
    delete: SIGNED_IN,
  },
  viewer: {
    select: `${OUTSIDE} ${ACCOUNT}`,
    insert: `${SIGNED_IN} activity_logs`,
    update: SIGNED_IN,
    delete: SIGNED_IN,
  },
  // Who enrols, shows a key, signs in or acts on their own account has no role yet.
  no_role: {
    select: `${OUTSIDE} ${ACCOUNT} activity_logs alerts user_project_access`,
    insert: `${SIGNED_IN} activity_logs agents`,
    update: ACCOUNT,
    delete: SIGNED_IN,
  },
};

interface Overreach {
  readonly what: string;
  readonly table: string;
  readonly context: DatabaseContext;
  readonly statement: string;
}

const keyOf = (role: string, projects: string) => `
  insert into api_keys (project_id, key_id, token_hash, name, created_by, role, project_ids)
  values ('${OWN}', 'key', '', '', '', '${role}', '{${projects}}')`;

/** What nobody of that role may do where they may do other things. */
const OVERREACHES: Overreach[] = [
  {
    what: 'a manager archives a project',
    table: 'projects',
    context: acting('project_manager'),
    statement: `update projects set status = 'archived' where project_id = '${OWN}'`,
  },
  {
    what: 'a manager brings a project back',
    table: 'projects',
    context: { role: 'project_manager', projectIds: ['AAA-004'] },
    statement: "update projects set status = 'active'",
  },
  {
    what: 'a manager makes a key that is more than a manager',
    table: 'api_keys',
    context: acting('project_manager'),
    statement: keyOf('super_admin', ''),
  },
  {
    what: 'a manager makes a key of a foreign project',
    table: 'api_keys',
    context: acting('project_manager'),
    statement: keyOf('viewer', `${OWN},${FOREIGN}`),
  },
  {
    what: 'somebody gives themselves a role',
    table: 'users',
    context: ALICE,
    statement: "update users set role = 'super_admin'",
  },
  {
    what: 'a manager gives themselves a role',
    table: 'users',
    context: acting('project_manager'),
    statement: "update users set role = 'super_admin'",
  },
  ...Object.entries({
    'raises their role where it holds': "role = 'super_admin'",
    'hands their access to somebody else': `user_id = '${NEWCOMER.userId}'`,
    'carries their access to another project': "project_id = 'AAA-002'",
  }).map(([what, change]) => ({
    what: `somebody ${what}`,
    table: 'user_project_access',
    context: acting('no_role'),
    statement: `update user_project_access set ${change}`,
  })),
];

/** What is possible with a table and must not be. */
async function leaksOf(table: Table): Promise<string[]> {
  const powers = await powersOver(api, table);
  const leaks = powers.filter((power) => !expected(table).includes(power));
  for (const { what, context, statement } of OVERREACHES.filter((each) => each.table === table.name))
    if (passes(await attempt(api, context, statement))) leaks.push(what);
  if (table.ofPeople) leaks.push(...(await peopleFaults(api, table)));
  return leaks;
}

function expected({ name }: Table): string[] {
  return POWER_ROLES.flatMap((role) =>
    COMMANDS.filter((command) => POWERS[role][command].split(/\s+/).includes(name)).map(
      (command) => `${role} ${command} ${name}`,
    ),
  );
}

const tableOf = (name: string): Table => tables.find((table) => table.name === name)!;

describe('roles', () => {
  it.each(tables)('may do with $name what they may, and no more', async (table) => {
    expect((await powersOver(api, table)).sort()).toEqual(expected(table).sort());
  });

  it.each(OVERREACHES)('do not let it happen that $what', async ({ context, statement }) => {
    expect((await attempt(api, context, statement)).count).toBe(0);
  });
});

describe('each policy of roles matters', () => {
  /** What becomes possible without the policy. A policy that has no line here fails: say what it is for. */
  const LEAKS: Record<string, (table: string, part: string) => string[]> = {
    inside: (table) => [`viewer select ${table}`],
    writers_insert: (table) => [`operator insert ${table}`, `viewer insert ${table}`],
    writers_update: (table) => [`operator update ${table}`],
    writers_delete: (table) => [`operator delete ${table}`],
    purgers: (table) => [`project_manager delete ${table}`, `operator delete ${table}`],
    makers: (table) => [`project_manager insert ${table}`],
    granters: (table) => [`project_manager insert ${table}`],
    regranters: (table) => [`project_manager update ${table}`, 'somebody hands their access to somebody else'],
    own: (table, part) => [
      `she on her own account ${part === 'using' ? "reads somebody else's row" : 'gives a row to a newcomer'} of ${table}`,
    ],
    archivers: (_, part) => [part === 'using' ? 'a manager brings a project back' : 'a manager archives a project'],
    key_makers: () => [
      'a manager makes a key that is more than a manager',
      'a manager makes a key of a foreign project',
    ],
  };

  it.each(policies)('$table: $policy, $part', async (policy) => {
    const { table, part } = policy;
    const leaks = LEAKS[policy.policy]?.(table, part) ?? ['what is this policy for?'];
    expect(await leaksOf(tableOf(table))).toEqual([]);
    const open = await whileOpen(owner, policy, () => leaksOf(tableOf(table)));
    expect(open).toEqual(expect.arrayContaining(leaks));
  });

  it.each([
    ['users', 'somebody gives themselves a role', 'a manager gives themselves a role'],
    [
      'user_project_access',
      'somebody raises their role where it holds',
      'somebody carries their access to another project',
    ],
  ])('%s: the trigger that keeps roles given', async (table, ...leaks) => {
    await owner.query(`alter table ${table} disable trigger ${table}_role`);
    const open = await leaksOf(tableOf(table));
    await owner.query(`alter table ${table} enable trigger ${table}_role`);
    expect(open).toEqual(leaks);
  });
});

describe('whoever has no role yet', () => {
  const find = async (context: DatabaseContext, table: string) =>
    (await attempt(api, context, `select user_id as row from ${table}`)).rows;

  it('is found by address or token, before anything else is known', async () => {
    expect(await find({ login: ALICE.login }, 'users')).toEqual([ALICE.userId]);
    expect(await find({ tokenHash: ALICE.tokenHash }, 'sessions')).toEqual([ALICE.userId]);
    expect(await find({ tokenHash: ALICE.tokenHash }, 'invitations')).toEqual([ALICE.userId]);
    for (const context of [{ userId: ALICE.userId }, acting('no_role')])
      expect(await find(context, 'user_project_access')).toEqual([ALICE.userId]);
  });

  it('changes their own name, address and password, and the copies of them', async () => {
    const mine = "name = 'Alice', email = 'alice@example.com', password_hash = 'x', status = 'active'";
    expect((await attempt(api, { userId: ALICE.userId }, `update users set ${mine}`)).count).toBe(1);
    const copies =
      "update user_project_access set name = 'Alice', email = 'alice@example.com' returning user_id as row";
    expect((await attempt(api, acting('no_role'), copies)).rows).toEqual([ALICE.userId]);
  });

  it('uses up an invitation and does not make it out to somebody else', async () => {
    const using = (set: string) => attempt(api, { tokenHash: ALICE.tokenHash }, `update invitations set ${set}`);
    expect((await using('used_at = now()')).count).toBe(1);
    expect(await using(`user_id = '${NEWCOMER.userId}'`)).toMatchObject({ refused: { code: NOT_ALLOWED } });
  });

  it('locks the project that an agent enrols in', async () => {
    const lock = `select project_id as row from projects where project_id = '${OWN}' for key share`;
    expect((await attempt(api, acting('no_role'), lock)).rows).toEqual([OWN]);
  });

  it('uses the key whose token is shown, and no other', async () => {
    const keys = [ALICE, BOB].map(
      ({ login, tokenHash }) => `('${OWN}', '${login}', '\\x${tokenHash}', '', 'viewer', '')`,
    );
    await owner.query(`insert into api_keys (project_id, key_id, token_hash, name, role, created_by) values ${keys}`);
    const shown: DatabaseContext = { tokenHash: ALICE.tokenHash, projectIds: [OWN] };
    const use = 'update api_keys set last_used_at = now() returning key_id as row';
    expect((await attempt(api, shown, use)).rows).toEqual([ALICE.login]);
  });
});

it('lets a super admin purge a project, whose log alone stays, and leaves the others as they are', async () => {
  const context = { role: 'super_admin', projectIds: OWN_LIST } as const;
  const left = async (project: string): Promise<string[]> => {
    const inTables = tables.filter(({ ofPeople }) => !ofPeople);
    const found = await Promise.all(
      inTables.map(async ({ name }) => {
        const { rows } = await owner.query(`select from ${name} where project_id = '${project}'`);
        return rows.map(() => name);
      }),
    );
    return found.flat();
  };
  const foreign = await left(FOREIGN);
  await withContext(api, context, async (client) => {
    for (const { name, ofPeople } of tables.toReversed())
      if (!ofPeople && name !== 'activity_logs') await client.query(`delete from ${name} where project_id = '${OWN}'`);
  });
  expect(new Set(await left(OWN))).toEqual(new Set(['activity_logs']));
  expect(await left(FOREIGN)).toEqual(foreign);
});
