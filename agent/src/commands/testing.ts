import { join } from 'node:path';
import type { Surroundings } from './command.ts';

/** Surroundings of a command whose data folder is `folder`, for tests. What it says on standard error goes to `said`. */
export function aSurroundings(folder: string, more: Partial<Surroundings> = {}, said: string[] = []): Surroundings {
  return {
    environment: {},
    config: join(folder, 'agent.yaml'),
    data: folder,
    quiet: false,
    verbose: false,
    json: false,
    yes: false,
    interactive: false,
    terminal: {
      out: () => undefined,
      err: (text) => void said.push(text),
      paint: (_, text) => text,
      unicode: true,
      screen: false,
      live: false,
      columns: 80,
    },
    ...more,
  };
}
