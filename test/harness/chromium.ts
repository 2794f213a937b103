import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** True where Debian's Chromium is installed. */
export function hasChromium(): boolean {
  return spawnSync('chromium', ['--version']).status === 0;
}

/** What a page has become once its scripts have run, and what its console said (refusals of its policy too). */
export interface Rendered {
  readonly html: string;
  readonly console: readonly string[];
}

const ALONE = ['disable-background-networking', 'disable-component-update', 'disable-sync', 'disable-quic'];

/** Opens a page in a browser that can reach this machine alone, gives it some seconds of its own time, and reads it. */
export async function render(url: string): Promise<Rendered> {
  const profile = mkdtempSync(join(tmpdir(), 'hearst-chromium-'));
  try {
    const { stdout, stderr } = await promisify(execFile)(
      'chromium',
      [
        ...['headless', 'no-sandbox', 'disable-gpu', 'no-first-run', ...ALONE].map((flag) => `--${flag}`),
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
        '--enable-logging=stderr',
        '--virtual-time-budget=8000',
        `--user-data-dir=${profile}`,
        '--dump-dom',
        url,
      ],
      { timeout: 90_000, maxBuffer: 64 * 1024 * 1024 },
    );
    return { html: stdout, console: stderr.split('\n').filter((line) => line.includes('CONSOLE')) };
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
