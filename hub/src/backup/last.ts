import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The note that a backup leaves in the data folder: when the last one was taken (RFC 3339), and where it is. */
const LastBackup = z.object({ at: z.iso.datetime(), folder: z.string() });
export type LastBackup = z.infer<typeof LastBackup>;

const NOTE = 'last-backup.json';

export async function noteBackup(dataDir: string, note: LastBackup): Promise<void> {
  await writeFile(join(dataDir, NOTE), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

/** Null where none was taken from this data folder. */
export async function lastBackup(dataDir: string): Promise<LastBackup | null> {
  const text = await readFile(join(dataDir, NOTE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : LastBackup.parse(JSON.parse(text));
}
