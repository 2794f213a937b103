import { z } from 'zod';

/**
 * Ids as people write them: `QATAR-001`, `QATAR-C01`, `QATAR-C01-M001`, `QATAR-T01`, `QATAR-E01`; agents are
 * UUIDs. Matched without regard to case, kept in capitals.
 */
const PATTERNS = {
  project: /^[A-Z][A-Z0-9]*-[0-9]{3}$/,
  container: /^[A-Z][A-Z0-9]*-C[0-9]{2,4}$/,
  miner: /^[A-Z][A-Z0-9]*-C[0-9]{2,4}-M[0-9]{3,5}$/,
  transformer: /^[A-Z][A-Z0-9]*-T[0-9]{2,4}$/,
  meter: /^[A-Z][A-Z0-9]*-E[0-9]{2,4}$/,
} as const;

const MAX_ID_LENGTH = 64;

const id = (kind: keyof typeof PATTERNS, example: string) =>
  z.string().max(MAX_ID_LENGTH).toUpperCase().regex(PATTERNS[kind], `expected a ${kind} id such as ${example}`);

export const ProjectId = id('project', 'QATAR-001');
export const ContainerId = id('container', 'QATAR-C01');
export const MinerId = id('miner', 'QATAR-C01-M001');
export const TransformerId = id('transformer', 'QATAR-T01');
export const MeterId = id('meter', 'QATAR-E01');
export const AgentId = z.uuid().toLowerCase();

/** What belongs to no project carries this reserved id; nobody may create it. */
export const GLOBAL_PROJECT_ID = 'HEARST-000';

/** The id of the miner slot at `position` of a container: `QATAR-C01` and 7 give `QATAR-C01-M007`. */
export function minerIdOf(containerId: string, position: number): string {
  return `${containerId}-M${String(position).padStart(3, '0')}`;
}
