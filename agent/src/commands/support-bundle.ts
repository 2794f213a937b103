import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { makeBundle } from '../bundle/bundle.ts';
import { itemsOf } from '../bundle/collect.ts';
import { Redactor } from '../bundle/redact.ts';
import { systemClock } from '../clock.ts';
import { loadCredential } from '../credential.ts';
import { size } from '../doctor/text.ts';
import { dataFolder } from '../folders.ts';
import { credentialPath } from '../link.ts';
import { tokenPath } from '../status/token.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';
import { doctor } from './doctor.ts';
import { RunningAgent } from './running-agent.ts';
import { siteFileOf } from './site.ts';

export interface SupportBundleOptions {
  /** Where it goes; a name with the time in the working folder unless given. */
  output: string | undefined;
  /** Addresses as pseudonyms. */
  obfuscate: boolean;
}

const run = promisify(execFile);

export const declareSupportBundle: Declare = (program, perform) =>
  program
    .command('support-bundle')
    .description('pack what support needs: secrets removed, addresses replaced')
    .option('--output <file>', 'where it goes (default: hearst-support-TIME.tar.gz here)')
    .option('--no-obfuscate', 'leave addresses as they are; secrets are removed all the same')
    .action(({ output, obfuscate }, command) =>
      perform(command, (around) => supportBundle(around, { output, obfuscate: obfuscate !== false })),
    );

/** `support-bundle`: changes nothing, sends nothing, and works whether or not the agent runs. */
export async function supportBundle(
  surroundings: Surroundings,
  { output, obfuscate }: SupportBundleOptions,
): Promise<Outcome> {
  const folder = dataFolder(surroundings.data, surroundings.environment);
  const agent = await RunningAgent.look(folder);
  const quiet = { ...surroundings, terminal: { ...surroundings.terminal, paint: (_: string, text: string) => text } };
  const report = once(() => doctor(quiet, { only: [], fix: false }));
  const redactor = new Redactor({ ...hiddenIn(surroundings, folder), plain: !obfuscate });
  const { archive, entries } = await makeBundle({
    redactor,
    clock: systemClock,
    items: itemsOf({
      dataFolder: folder,
      configFile: siteFileOf(surroundings),
      ask: agent && ((path) => (path === '/metrics' ? agent.text(path) : agent.get(path))),
      doctor: report,
      environment: surroundings.environment,
      run: async (program, args, signal) => (await run(program, args, { signal, maxBuffer: 32e6 })).stdout,
    }),
  });
  const path = resolve(output ?? `hearst-support-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.tar.gz`);
  try {
    writeFileSync(path, archive, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CommandFailure(EXIT.failed, {
      code: 'E1902',
      what: `the bundle cannot be written (${(error as NodeJS.ErrnoException).code})`,
      where: path,
      cause: null,
      next: 'Name another place with --output FILE',
    });
  }
  const missing = entries.filter(({ note }) => note !== null);
  const text = [
    `ok: ${path} (${size(archive.length).en}, ${entries.length} files, ${redactor.removed} secrets removed)`,
    ...missing.map(({ name, note }) => `  ${name}: ${note}`),
    'Send it to support. What is in it: tar -tzf FILE; where to begin: README.txt in it.',
  ].join('\n');
  return {
    code: EXIT.ok,
    data: { path, bytes: archive.length, secrets_removed: redactor.removed, files: entries },
    problems: [],
    text,
  };
}

/** Everything known that must not leave, and what pseudonyms are made with. */
function hiddenIn(surroundings: Surroundings, folder: string): { secrets: string[]; names: string[]; key: string } {
  const secrets = [fileOr(tokenPath(folder)), ...codeIn(fileOr(siteFileOf(surroundings)))];
  const names = [hostname()];
  let key = fileOr('/etc/machine-id') || hostname();
  for (const [name, value] of Object.entries(surroundings.environment))
    if (value && /(PASSWORD|SECRET|TOKEN|KEY)/i.test(name))
      secrets.push(name.endsWith('_FILE') ? fileOr(value) : value);
  try {
    const credential = loadCredential(credentialPath(folder));
    secrets.push(credential.secret, credential.hmac_key);
    names.push(new URL(credential.hub).hostname, new URL(credential.mqtt).hostname);
    key = credential.hmac_key;
  } catch {
    // Not enrolled, or damaged: the file itself never goes into a bundle.
  }
  return {
    secrets: secrets.filter(Boolean),
    names: names.filter((name) => !/^(localhost|[\d.]+|\[.*\])$/.test(name)),
    key,
  };
}

/** What the files hold that a site file names with `file:`. */
function codeIn(siteFile: string): string[] {
  return [...siteFile.matchAll(/file:(\/[^\s"'#,}]+)/g)].map(([, path]) => fileOr(path ?? ''));
}

function fileOr(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  } catch {
    return ''; // not readable for this user: then it cannot get into the bundle either
  }
}

/** The doctor looks once, for its two files. */
function once(look: () => Promise<Outcome>): () => Promise<{ text: string; data: unknown }> {
  let looked: Promise<Outcome> | null = null;
  return () => (looked ??= look());
}
