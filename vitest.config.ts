import { defineConfig } from 'vitest/config';

// `site` and `hub` are the unit tests beside the code. `system` starts whole worlds of processes, two at a time since
// they mostly wait; `chaos` wants the machine to itself. `long` runs by command only.
const POSTGRES = ['test/harness/postgres-template.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'site',
          include: ['protocol/src/**/*.test.ts', 'agent/src/**/*.test.ts', 'test/sim/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'hub', include: ['hub/src/**/*.test.ts'], globalSetup: POSTGRES },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{e2e,faults,strangers}/**/*.test.ts'],
          globalSetup: POSTGRES,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: { name: 'long', include: ['test/long/**/*.test.ts'], fileParallelism: false },
      },
    ],
  },
});
