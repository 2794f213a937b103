import { readFileSync } from 'node:fs';

// Read, not compiled in: what is shipped has its own manifest in the same place beside its code.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The agent's version, as its package says. */
export const VERSION: string = manifest.version;
/** How the agent introduces itself. */
export const PROGRAM = `hearst-agent/${VERSION}`;
