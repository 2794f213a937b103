import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs the tests and closes with one line made from the runner's own report: `N passed, N failed`.
 *
 *     node test/run.ts [--packaging | --long] [more arguments for the runner]
 *
 * `--packaging` tries the packages as well, on a Debian that is booted for it; `--long` runs what takes longest, and only that.
 * A file that cannot be loaded, an error outside any test, or a run that ends without a report counts as a
 * failure. With CI=true a skipped test is one too, save those that say so in their name (recordings of real
 * devices that are not part of the repository).
 */

/** What is read of the runner's JSON report. */
interface Report {
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; duration?: number }[];
  }[];
}

const ALLOWED_SKIP = /recordings of real devices/i;
const SLOWEST = 10;

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const long = args.includes('--long');
const rest = args.filter((arg) => arg !== '--long' && arg !== '--packaging');
const projects = long
  ? ['long', 'packaging']
  : ['site', 'hub', 'web', 'mocked', 'e2e', 'faults', 'chaos', ...(args.includes('--packaging') ? ['packaging'] : [])];

const folder = mkdtempSync(join(tmpdir(), 'hearst-test-'));
const reportFile = join(folder, 'report.json');
const runner = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const started = Date.now();
const result = spawnSync(
  process.execPath,
  [
    runner,
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...rest,
  ],
  { cwd: root, stdio: 'inherit' },
);

let report: Report | null = null;
try {
  report = JSON.parse(readFileSync(reportFile, 'utf8'));
} catch (error) {
  console.log(`The runner left no report: ${(error as Error).message}`);
}
rmSync(folder, { recursive: true, force: true });

const tests = (report?.testResults ?? []).flatMap((file) =>
  file.assertionResults.map((test) => ({ ...test, file: file.name })),
);
const count = (status: string) => tests.filter((test) => test.status === status).length;
const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
const forbidden = process.env.CI === 'true' ? skipped.filter((test) => !ALLOWED_SKIP.test(test.fullName)) : [];
const brokenFiles = (report?.testResults ?? []).filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);

const slowest = [...tests].sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0)).slice(0, SLOWEST);
console.log(
  `\nThe ${slowest.length} slowest of ${tests.length} tests (whole run: ${Math.round((Date.now() - started) / 1000)} s):`,
);
for (const test of slowest)
  console.log(`  ${((test.duration ?? 0) / 1000).toFixed(1).padStart(6)} s  ${test.fullName}`);
for (const test of skipped) console.log(`skipped: ${test.fullName}`);
for (const file of brokenFiles) console.log(`failed to run: ${file.name} ${file.message ?? ''}`);

let failed = count('failed') + forbidden.length + brokenFiles.length;
if (forbidden.length > 0) console.log('With CI=true nothing may be skipped: install what the skipped suites name.');
if (failed === 0 && (report === null || result.status !== 0 || count('passed') === 0)) {
  console.log(`The runner ended with ${result.signal ?? result.status}: counted as a failure.`);
  failed = 1;
}
console.log(`${count('passed')} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
