import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// `site`, `hub` and `mocked` are the unit tests beside the code. Files of the first two share the modules of their worker,
// or half of the time would go into loading them; those that put something in a module's place are `mocked`. `e2e` and
// `faults` start whole worlds of processes: two at a time with their browsers, three of the small ones, which mostly wait.
// `chaos` wants the machine to itself. `packaging` tries what is installed on a Debian booted for it: on CI, and by command.
// `long` runs by command only: soaks, upgrades.
const POSTGRES = ['test/harness/postgres-template.ts'];
const MOCKED = [
  'hub/src/auth/passwords.test.ts',
  'hub/src/http/contract/unguarded.test.ts',
  'hub/src/http/metrics-series.test.ts',
  'hub/src/http/sign-in.test.ts',
];

/** The longest, short to read as they are: in a fresh clone they would begin last, and one worker would wait for the other. */
const FIRST = [
  'test/e2e/dashboard-pages.test.ts',
  'test/e2e/false-alarms.test.ts',
  'test/faults/network.test.ts',
  'test/strangers/two-hubs.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => FIRST.some((path) => moduleId.endsWith(path));
    const projects = Map.groupBy(await super.sort(files), ({ project }) => project).values();
    return [...projects].flatMap((sorted) => [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]);
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'site',
          isolate: false,
          include: [
            'protocol/src/**/*.test.ts',
            'agent/src/**/*.test.ts',
            'test/sim/**/*.test.ts',
            'deploy/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'hub',
          isolate: false,
          include: ['hub/src/**/*.test.ts'],
          exclude: MOCKED,
          globalSetup: POSTGRES,
        },
      },
      {
        extends: true,
        test: { name: 'web', isolate: false, include: ['hub/web/src/**/*.test.{ts,tsx}'] },
      },
      {
        extends: true,
        test: { name: 'mocked', include: MOCKED, globalSetup: POSTGRES },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: [...POSTGRES, 'test/harness/bundled-programs.ts'],
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/{faults,strangers}/**/*.test.ts'],
          globalSetup: [...POSTGRES, 'test/harness/bundled-programs.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          globalSetup: 'test/harness/bundled-programs.ts',
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'packaging',
          include: ['test/packaging/**/*.test.ts'],
          testTimeout: 240_000,
          sequence: { groupOrder: 4 },
          globalSetup: [...POSTGRES, 'test/harness/bundled-programs.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          testTimeout: 240_000,
          fileParallelism: false,
          globalSetup: [...POSTGRES, 'test/harness/bundled-programs.ts'],
        },
      },
    ],
  },
});
