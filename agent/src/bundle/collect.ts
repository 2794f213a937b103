import { readdirSync, readFileSync, statSync } from 'node:fs';
import { arch, cpus, hostname, release, type } from 'node:os';
import { join } from 'node:path';
import { MaintenanceBook } from '../maintenance/book.ts';
import { PROGRAM } from '../version.ts';

/** One thing that goes into a bundle: its file's name, what it is, and how it is had. */
export interface Item {
  name: string;
  what: string;
  read: (signal: AbortSignal) => string | Promise<string>;
}

export interface CollectContext {
  dataFolder: string;
  configFile: string;
  /** Answers of the running agent; null where none runs. */
  ask: ((path: string) => Promise<unknown>) | null;
  /** The doctor's list as text and as data. */
  doctor: () => Promise<{ text: string; data: unknown }>;
  environment: NodeJS.ProcessEnv;
  /** Runs a program within a few seconds; its output, or why there is none. */
  run: (program: string, args: string[], signal: AbortSignal) => Promise<string>;
}

const JOURNAL_LINES = '3000';

/** In reading order: what says most comes first. */
export function itemsOf(context: CollectContext): Item[] {
  const { dataFolder, configFile, ask, doctor, environment, run } = context;
  const answer = (path: string) => async (): Promise<string> =>
    ask ? pretty(await ask(path)) : 'no agent runs on this data folder\n';
  return [
    { name: 'doctor.txt', what: 'what the doctor says', read: async () => (await doctor()).text },
    { name: 'doctor.json', what: 'the same for programs', read: async () => pretty((await doctor()).data) },
    { name: 'status.json', what: 'what the running agent says of itself', read: answer('/status.json') },
    { name: 'agent.yaml', what: 'the site file', read: () => readFileSync(configFile, 'utf8') },
    {
      name: 'journal.txt',
      what: `the last ${JOURNAL_LINES} lines of the service's log`,
      read: (signal) =>
        run('journalctl', ['-u', 'hearst-agent', '-n', JOURNAL_LINES, '-o', 'short-iso-precise', '--no-pager'], signal),
    },
    {
      name: 'service.txt',
      what: 'what systemd says',
      read: (signal) => run('systemctl', ['show', 'hearst-agent.service'], signal),
    },
    {
      name: 'maintenance.json',
      what: 'what is in maintenance',
      read: () => pretty(new MaintenanceBook(dataFolder).all()),
    },
    { name: 'files.txt', what: 'the data folder: names, sizes, modes', read: () => listing(dataFolder) },
    { name: 'machine.txt', what: 'program, Node, system, environment', read: () => machine(environment) },
    {
      name: 'network.txt',
      what: 'addresses and routes',
      read: async (signal) => `${await run('ip', ['address'], signal)}\n${await run('ip', ['route'], signal)}`,
    },
    {
      name: 'metrics.txt',
      what: 'what is measured',
      read: async () => (ask ? String(await ask('/metrics')) : 'no agent runs on this data folder\n'),
    },
  ];
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function listing(folder: string, prefix = ''): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      const { size, mode, mtime } = statSync(path);
      const line = `${(mode & 0o7777).toString(8).padStart(4, '0')} ${String(size).padStart(12)} ${mtime.toISOString()} ${prefix}${entry.name}\n`;
      return entry.isDirectory() && prefix === '' ? line + listing(path, `${entry.name}/`) : line;
    })
    .join('');
}

function machine(environment: NodeJS.ProcessEnv): string {
  // Only what is the agent's own or decides how it behaves: other variables are nobody's business.
  const variables = Object.entries(environment).filter(([name]) =>
    /^(HEARST_|LANG$|LC_|TZ$|NODE_|NOTIFY_|WATCHDOG_|INVOCATION_ID$|NO_COLOR$)/.test(name),
  );
  return [
    `program    ${PROGRAM}`,
    `node       ${process.version} ${arch()}`,
    `system     ${type()} ${release()}, ${hostname()}`,
    `processors ${cpus().length} x ${cpus()[0]?.model ?? '?'}`,
    `now        ${new Date().toISOString()}`,
    '',
    ...variables.map(([name, value]) => `${name}=${value}`),
    '',
  ].join('\n');
}
