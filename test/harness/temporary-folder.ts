import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone when the block that declared it (`using`) ends. HEARST_KEEP=1 keeps it to look into. */
export function temporaryFolder(name: string): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), `hearst-${name}-`));
  // The embedded Postgres runs as nobody when we are root; a folder it cannot enter would send its cluster elsewhere.
  chmodSync(path, 0o755);
  return {
    path,
    [Symbol.dispose]: () => {
      if (process.env.HEARST_KEEP === '1') console.log(`kept: ${path}`);
      else rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
