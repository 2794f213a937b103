import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePrograms, linkPackages } from '../../deploy/bundle.ts';
import { buildDashboard } from './dashboard.ts';

/**
 * For all files of whole-system tests, before any of them starts a program: builds what is shipped, which they then run
 * (see `programPath`). Sources would do the same after three times the work at every start.
 */
export default async function bundleForTests(): Promise<() => void> {
  if (process.env.HEARST_TEST_PROGRAMS !== undefined) return () => undefined; // Another project's set-up has done it.
  buildDashboard();
  const folder = mkdtempSync(join(tmpdir(), 'hearst-programs-'));
  chmodSync(folder, 0o755); // Some tests run them as another user.
  await bundlePrograms(folder);
  linkPackages(folder);
  process.env.HEARST_TEST_PROGRAMS = folder;
  process.env.NODE_COMPILE_CACHE = join(folder, 'compile-cache');
  return () => rmSync(folder, { recursive: true, force: true });
}
