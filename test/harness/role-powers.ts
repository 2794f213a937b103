import type pg from 'pg';
import type { DatabaseContext } from '../../hub/src/db/context.ts';
import { attempt, passes } from './attempt.ts';
import {
  ALICE,
  insertPersonal,
  insertRow,
  NEWCOMER,
  OWN,
  OWN_LIST,
  type Person,
  rowIs,
  type Table,
} from './sample-rows.ts';

/** Each role of people, and `no_role`: a context that says projects and person and forgets the role. */
export const POWER_ROLES = ['super_admin', 'project_manager', 'operator', 'viewer', 'no_role'] as const;
export type PowerRole = (typeof POWER_ROLES)[number];
export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;

/** The projects named in the contexts: one more than there are, so that it could be made. */
const PROJECTS = [...OWN_LIST, 'AAA-003'];

/** A person acting in a role, within their projects, who shows all they have. */
export function acting(role: PowerRole, who: Person = ALICE): DatabaseContext {
  return { ...who, projectIds: PROJECTS, role: role === 'no_role' ? undefined : role };
}

/**
 * Which roles may do what to the rows of their own project (of their own account, in a table of people), found by
 * doing it: `viewer select metrics`, one line each. Wants the rows of `seedRows`.
 */
export async function powersOver(api: pg.Pool, table: Table): Promise<string[]> {
  const powers: string[] = [];
  for (const role of POWER_ROLES)
    for (const command of COMMANDS) {
      const who = command === 'insert' ? NEWCOMER : ALICE;
      if (passes(await attempt(api, acting(role, who), deed(command, table))))
        powers.push(`${role} ${command} ${table.name}`);
    }
  return powers;
}

function deed(command: (typeof COMMANDS)[number], table: Table): string {
  const { name, ofPeople } = table;
  const column = table.changeable.hearst_api ?? 'project_id';
  const one = ofPeople ? '' : `where ${rowIs(table, OWN, 'spare')}`;
  switch (command) {
    case 'select':
      return `select 'seen' as row from ${name}`;
    case 'insert':
      return ofPeople ? insertPersonal(table, NEWCOMER) : insertRow(table, OWN, 'fresh');
    case 'update':
      return `update ${name} set ${column} = ${column} ${one}`;
    case 'delete':
      return `delete from ${name} ${one}`;
  }
}
