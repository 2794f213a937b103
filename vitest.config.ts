import { defineConfig } from 'vitest/config';

// `site` and `hub` are the unit tests beside the code; `system` starts whole processes, one file at a time;
// `long` runs by command only.
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 20_000,
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
        test: {
          name: 'hub',
          include: ['hub/src/**/*.test.ts'],
          globalSetup: ['test/harness/postgres-template.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{e2e,faults,strangers}/**/*.test.ts'],
          globalSetup: ['test/harness/postgres-template.ts'],
          fileParallelism: false,
          // After the others: whole processes under kills want the machine to themselves.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'long', include: ['test/long/**/*.test.ts'], fileParallelism: false },
      },
    ],
  },
});
