import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../write-whole.ts';

/** Where a running agent can be asked, kept in its data folder as `agent.json`. */
const AgentFile = z.object({
  pid: z.int().positive(),
  url: z.url(),
  program: z.string(),
  started_at: z.iso.datetime(),
});
export type AgentFile = z.infer<typeof AgentFile>;

const pathOf = (folder: string): string => join(folder, 'agent.json');

export function writeAgentFile(folder: string, file: AgentFile): void {
  writeWhole(pathOf(folder), `${JSON.stringify(file, null, 2)}\n`);
}

/** Null when no agent left word there, or nothing that can be read. */
export function readAgentFile(folder: string): AgentFile | null {
  try {
    return AgentFile.parse(JSON.parse(readFileSync(pathOf(folder), 'utf8')));
  } catch {
    return null; // absent or cut short: nobody to ask
  }
}

export function removeAgentFile(folder: string): void {
  rmSync(pathOf(folder), { force: true });
}
