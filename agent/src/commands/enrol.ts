import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Credential, safeText } from '@hearst/protocol';
import { Option } from 'commander';
import { loadSiteFile } from '../config/load.ts';
import { loadCredential, saveCredential } from '../credential.ts';
import { dataFolder } from '../folders.ts';
import { credentialPath } from '../link.ts';
import { PROGRAM } from '../version.ts';
import { CommandFailure, type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { profilesFor, siteFileOf } from './site.ts';

export interface EnrolOptions {
  hub: string | undefined;
  /** The one-time token, or `file:PATH`. */
  token: string;
  name: string | undefined;
}

export const declareEnrol: Declare = (program, perform) =>
  program
    .command('enrol')
    .description("exchange a one-time token for the agent's own credential")
    .addOption(new Option('--token <token>', 'the token, or file:PATH').makeOptionMandatory())
    .option('--hub <url>', "the hub's address (default: hub.url of the site file)")
    .option('--name <name>', "how the hub shows this agent (default: the machine's name)")
    .action((options, command) =>
      perform(command, (around) => enrol(around, { token: options.token, hub: options.hub, name: options.name })),
    );

/** `enrol`: exchanges the one-time token for this agent's own credential and keeps it (mode 0600). */
export async function enrol(surroundings: Surroundings, options: EnrolOptions): Promise<Outcome> {
  const hub = hubAddress(options.hub ?? hubOfSiteFile(surroundings));
  const token = tokenOf(options.token);
  const name = options.name ?? hostname().slice(0, 64);
  const answer = await ask(hub, { token, name, program: PROGRAM });
  const credential = Credential.safeParse({ ...(answer as object), hub });
  if (!credential.success) {
    throw failure(
      EXIT.failed,
      'E1505',
      'the answer holds no credential',
      hub,
      'another program answers there, or a newer hub',
      'Check --hub, then upgrade the agent',
    );
  }
  const path = credentialPath(dataFolder(surroundings.data, surroundings.environment));
  const before = previousAgent(path);
  saveCredential(path, credential.data);
  const { agent, project, mqtt } = credential.data;
  return {
    code: EXIT.ok,
    data: { agent, project, hub, mqtt, credential: path, replaced: before },
    problems: [],
    text: [
      `ok: enrolled for ${project} as agent ${agent} (${name})`,
      `  credential ${path}`,
      ...(before ? [`  replaces the credential of agent ${before}`] : []),
      '  a running agent takes it within seconds, unless it was enrolled before: then restart it',
    ].join('\n'),
  };
}

function hubOfSiteFile(surroundings: Surroundings): string {
  const file = siteFileOf(surroundings);
  const { site } = loadSiteFile(file, profilesFor(surroundings).ids());
  if (site.hubUrl) return site.hubUrl;
  throw failure(
    EXIT.usage,
    'E1501',
    'no hub is named',
    file,
    null,
    'Add --hub https://hub.example.com, or hub.url to the site file',
  );
}

/** The hub's base address. A token must not cross a network in the clear. */
function hubAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw failure(
      EXIT.usage,
      'E1502',
      `${JSON.stringify(text)} is no address of a hub`,
      text,
      null,
      'Try: --hub https://hub.example.com',
    );
  }
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !loopback) {
    throw failure(
      EXIT.usage,
      'E1503',
      'the token would travel unencrypted',
      text,
      'plain http is for this machine only',
      `Try: --hub https://${url.host}`,
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

export function tokenOf(text: string): string {
  if (!text.startsWith('file:')) return text.trim();
  const path = text.slice('file:'.length);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw failure(
      EXIT.usage,
      'E1504',
      `the token's file cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      path,
      null,
      `Check: ls -l ${path}`,
    );
  }
}

async function ask(hub: string, body: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${hub}/api/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(20_000),
    });
  } catch (error) {
    const reason =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    throw failure(
      EXIT.unavailable,
      'E1506',
      'the hub cannot be reached',
      hub,
      reason,
      `Check the line to it: curl -v ${hub}/healthz`,
    );
  }
  const answer: unknown = await response.json().catch(() => null); // no JSON: the status alone decides
  if (response.status === 201) return answer;
  const detail = safeText((answer as { detail?: unknown } | null)?.detail) ?? `status ${response.status}`;
  throw refusal(response.status, detail, hub);
}

function refusal(status: number, detail: string, hub: string): CommandFailure {
  if (status === 429)
    return failure(EXIT.later, 'E1507', 'too many attempts', hub, detail, 'Wait a minute, then try again');
  if (status >= 500)
    return failure(EXIT.unavailable, 'E1506', 'the hub cannot answer now', hub, detail, 'Try again in a minute');
  if (status === 404) return failure(EXIT.failed, 'E1505', 'this is no hub', hub, detail, 'Check --hub');
  return failure(
    EXIT.refused,
    'E1508',
    `the hub refused the token: ${detail}`,
    hub,
    null,
    'Make a new token: hearst-hub agent add PROJECT',
  );
}

function previousAgent(path: string): string | null {
  try {
    return loadCredential(path).agent;
  } catch {
    return null; // none yet, or one that cannot be used: it is replaced either way
  }
}

function failure(
  exit: ExitCode,
  code: string,
  what: string,
  where: string,
  cause: string | null,
  next: string,
): CommandFailure {
  return new CommandFailure(exit, { code, what, where, cause, next });
}
