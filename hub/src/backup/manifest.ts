import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EXIT, HubError } from '../errors.ts';

/**
 * What a backup is. A folder, for its owner alone, with
 *
 * - `manifest.json`, written last: a folder without it is no backup;
 * - `hub.key` and `postgres/password`, which the database is worth nothing without;
 * - `cluster/`: the files of Postgres as they were while it ran, with the write-ahead log that makes them one moment.
 */
export const MANIFEST = 'manifest.json';
/** Counts up when an older program could not restore what a newer one writes. */
export const FORMAT = 1;

const Manifest = z.object({
  format: z.literal(FORMAT),
  /** Version of the hub that wrote it. */
  hub: z.string(),
  /** Version of the database's schema. */
  schema: z.number().int(),
  /** Major version of Postgres. */
  postgres: z.string(),
  hub_epoch: z.uuid(),
  /** The moment that is restored, RFC 3339. */
  taken_at: z.iso.datetime(),
  bytes: z.number().int(),
  /** Every folder, those that are empty too. */
  folders: z.array(z.string().refine(isInside)),
  files: z.record(z.string().refine(isInside), z.object({ bytes: z.number().int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;

/** Of the manifest itself: its SHA-256 goes along. */
const Sealed = z.object({ manifest: z.unknown(), sha256: z.string() });

/** A manifest names files of its own folder and no others. */
function isInside(path: string): boolean {
  return path !== '' && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = await open(join(folder, MANIFEST), 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ manifest, sha256: digestOf(manifest) }, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads and checks a backup's manifest; throws a `HubError` for what is none, is damaged, or is of a newer hub. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new HubError(
      `${folder} is no backup of a hub that can be read: ${path}: ${error.code ?? error.message}. Name the folder that ` +
        '"hearst-hub backup" printed, as a user who may read it. A folder that ends in .unfinished was cut off.',
      { cause: error },
    );
  });
  const sealed = Sealed.safeParse(parsed(text)).data;
  if (sealed === undefined || digestOf(sealed.manifest) !== sealed.sha256)
    throw new HubError(`${path} is damaged: its checksum does not fit. Take another backup, or copy this one again.`);
  const { format } = z.object({ format: z.number() }).parse(sealed.manifest);
  if (format > FORMAT)
    throw new HubError(
      `The backup in ${folder} is of format ${format}, written by a newer hub; this one knows ${FORMAT}. ` +
        'Restore it with the version of hearst-hub that wrote it, or a newer one.',
      { exitCode: EXIT.configuration },
    );
  return Manifest.parse(sealed.manifest);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function digestOf(manifest: unknown): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}
