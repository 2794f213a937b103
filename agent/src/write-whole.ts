import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file complete or not at all, also when the machine goes down meanwhile, and makes its folder where there is
 * none. It belongs to whom the folder belongs: what root writes there, by a command beside the service, the service's own
 * user has to read and to go on with. Throws the system's error, and leaves nothing half written.
 */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  const folder = dirname(path);
  const fresh = `${path}.new`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    rmSync(fresh, { force: true });
    const file = openSync(fresh, 'wx', mode);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(fresh, mode);
    leaveTo(folder, fresh);
    renameSync(fresh, path);
    syncFolder(folder);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function leaveTo(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  if (uid !== 0) chownSync(path, uid, gid);
}

/** Makes the rename itself survive a power cut, where the system lets a folder be opened (not on Windows). */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
