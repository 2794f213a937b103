import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run: a superuser's URL, and the migrated database that tests clone. */
    postgres: { readonly url: string; readonly template: string };
  }
}

export async function setup(_project: TestProject): Promise<void> {}
