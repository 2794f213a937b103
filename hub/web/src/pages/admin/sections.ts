import type { Session } from '../../api/session.ts';
import { may, type Permission } from '../../session/permissions.ts';

/** The pages of the administration, and what it takes to see each. */
const NEEDED = {
  people: 'administer',
  keys: 'work',
  channels: 'work',
  rules: 'inside',
  silences: 'inside',
  audit: 'inside',
} as const satisfies Record<string, Permission>;

export type Section = keyof typeof NEEDED;
const SECTIONS = Object.keys(NEEDED) as Section[];

export const sectionsFor = (session: Pick<Session, 'role' | 'verbs'>): Section[] =>
  SECTIONS.filter((section) => may(session, NEEDED[section]));

/** Which page an address is of; undefined: none of these. */
export const sectionAt = (pathname: string): Section | undefined =>
  SECTIONS.find((section) => pathname.split('/')[2] === section);

export const neededFor = (section: Section | undefined): Permission => NEEDED[section ?? 'rules'];
