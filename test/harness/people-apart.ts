import type pg from 'pg';
import type { DatabaseContext } from '../../hub/src/db/client.ts';
import { type Attempt, attempt, passes } from './attempt.ts';
import { ALICE, BOB, insertPersonal, NEWCOMER, OWN_LIST, type Person, type Table } from './sample-rows.ts';

/** An address, which proves nothing: it opens the row that a sign-in is checked against, for reading. */
const NAMED: DatabaseContext = { login: ALICE.login };

/** Her own account: such a change is in the log of what belongs to no project, so she acts with that in her list. */
const ACCOUNT: DatabaseContext = { ...ALICE, projectIds: ['HEARST-000', ...OWN_LIST] };

/** What is shown of Alice while she, or whoever acts in her place, tries to get at others. */
const CONTEXTS: Readonly<Record<string, DatabaseContext>> = {
  'somebody who names her address': NAMED,
  'the holder of her token': { tokenHash: ALICE.tokenHash },
  'she herself': { userId: ALICE.userId },
  'she with all she has': ALICE,
  'she on her own account': ACCOUNT,
  'she as manager of a project': { ...ALICE, role: 'project_manager', projectIds: OWN_LIST },
  'she as super admin who names a project': { ...ALICE, role: 'super_admin', projectIds: OWN_LIST },
};

/**
 * Tries in a table of people whether Alice gets at Bob's row, or makes or turns one into a newcomer's, and whether
 * naming her address is enough to change something. One sentence per thing that went wrong.
 */
export async function peopleFaults(api: pg.Pool, table: Table): Promise<string[]> {
  const faults: string[] = [];
  for (const [who, context] of Object.entries(CONTEXTS)) {
    // Rows that are of nobody in particular, failed sign-ins, are open to the list alone.
    if (context === ACCOUNT && ownerOf(table) === undefined) continue;
    for (const { what, statement, wrong } of attacksOn(table))
      if (wrong(await attempt(api, context, statement), context)) faults.push(`${who} ${what} of ${table.name}`);
  }
  return [...faults, ...(await findingFaults(api, table))];
}

interface Attack {
  readonly what: string;
  readonly statement: string;
  /** Whether the outcome is one that must not be. */
  readonly wrong: (outcome: Attempt, context: DatabaseContext) => boolean;
}

function attacksOn(table: Table): Attack[] {
  const { name } = table;
  const column = table.changeable.hearst_api ?? 'project_id';
  const changed = ({ rows, count }: Attempt, context: DatabaseContext) =>
    rows.some(belongsTo(BOB)) || (context === NAMED && count > 0);
  const attacks: Attack[] = [
    {
      what: "reads somebody else's row",
      statement: `select t::text as row from ${name} t`,
      wrong: ({ rows }) => rows.some(belongsTo(BOB)),
    },
    {
      what: 'changes a row',
      statement: `update ${name} t set ${column} = ${column} returning t::text as row`,
      wrong: changed,
    },
    { what: 'deletes a row', statement: `delete from ${name} t returning t::text as row`, wrong: changed },
    { what: 'makes a row for a newcomer', statement: insertPersonal(table, NEWCOMER), wrong: passes },
  ];
  const owner = ownerOf(table);
  if (owner !== undefined)
    attacks.push({
      what: 'gives a row to a newcomer',
      // Nothing is read or returned, so that only the condition on what is written can refuse it.
      statement: `update ${name} set ${owner} = '${NEWCOMER.userId}'`,
      wrong: passes,
    });
  return attacks;
}

/** The column that says whose a row is. */
function ownerOf({ columns }: Table): string | undefined {
  return columns.find(({ name }) => name === 'user_id' || name === 'principal')?.name;
}

/** Whether each row is found by whom it is for, and none by nobody. */
async function findingFaults(api: pg.Pool, table: Table): Promise<string[]> {
  const { name } = table;
  const found = async (context: DatabaseContext) =>
    (await attempt(api, context, `select t::text as row from ${name} t`)).rows;
  const all = await found({ role: 'super_admin', projectIds: ['HEARST-000'] });
  const own = await found(ALICE);
  const faults: string[] = [];
  if (![ALICE, BOB].every((who) => all.some(belongsTo(who))))
    faults.push(`a super admin does not find rows of ${name}`);
  if (ownerOf(table) !== undefined && !own.some(belongsTo(ALICE)))
    faults.push(`she does not find her own row of ${name}`);
  if ((await found({})).length > 0) faults.push(`somebody unknown reads rows of ${name}`);
  return faults;
}

const belongsTo = (who: Person) => (row: string) => Object.values(who).some((mark) => row.includes(mark));
