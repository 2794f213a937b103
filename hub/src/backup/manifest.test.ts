import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { FORMAT, MANIFEST, type Manifest, readManifest, writeManifest } from './manifest.ts';
import { restoreBackup } from './restore.ts';

const manifest: Manifest = {
  format: FORMAT,
  hub: '1.0.0',
  schema: 7,
  postgres: '18',
  hub_epoch: randomUUID(),
  taken_at: new Date(0).toISOString(),
  bytes: 1,
  folders: ['cluster'],
  files: { 'hub.key': { bytes: 1, sha256: 'x' } },
};

/** A backup whose manifest has been changed by somebody who can compute its checksum. */
function forged(folder: string, changes: Record<string, unknown>): void {
  const content = { ...manifest, ...changes };
  const sha256 = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  writeFileSync(join(folder, MANIFEST), JSON.stringify({ manifest: content, sha256 }));
}

it('is read as it was written; a changed byte, a newer format, no manifest and paths that lead outside are refused', async () => {
  using folder = temporaryFolder('manifest');
  await expect(readManifest(folder.path)).rejects.toThrow(/is no backup.*ENOENT/);
  await writeManifest(folder.path, manifest);
  expect(await readManifest(folder.path)).toEqual(manifest);
  const file = join(folder.path, MANIFEST);
  writeFileSync(file, readFileSync(file, 'utf8').replace('1.0.0', '1.0.1'));
  await expect(readManifest(folder.path)).rejects.toThrow(/is damaged: its checksum/);
  forged(folder.path, { format: FORMAT + 1, later: true });
  await expect(readManifest(folder.path)).rejects.toThrow(/written by a newer hub/);
  forged(folder.path, { files: { 'cluster/../../etc/passwd': { bytes: 1, sha256: 'x' } } });
  await expect(readManifest(folder.path)).rejects.toThrow(/Invalid input|invalid/);
});

it('refuses a database of a newer hub before it touches the data folder', async () => {
  using folder = temporaryFolder('newer');
  await writeManifest(folder.path, manifest);
  const dataDir = join(folder.path, 'data');
  const settle = () => Promise.reject(new Error('not reached'));
  await expect(restoreBackup({ backup: folder.path, dataDir, schema: 6, settle })).rejects.toThrow(
    /at version 7 \(hub 1.0.0\), this hub knows 6/,
  );
  expect(() => readFileSync(dataDir)).toThrow(/ENOENT/);
});
