import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Credential, safeText } from '@hearst/protocol';
import { Option } from 'commander';
import { SiteFileError } from '../config/fault.ts';
import { loadSiteFile } from '../config/load.ts';
import { loadCredential, saveCredential } from '../credential.ts';
import { dataFolder } from '../folders.ts';
import { credentialPath } from '../link.ts';
import { tlsTrouble } from '../tls-trouble.ts';
import { PROGRAM } from '../version.ts';
import { CommandFailure, type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { postJson } from './post-json.ts';
import { profilesFor, siteFileOf } from './site.ts';

export interface EnrolOptions {
  hub: string | undefined;
  /** The one-time token, or `file:PATH`. */
  token: string;
  name: string | undefined;
  /** File with the certificates in PEM that the hub and its broker are known by. */
  ca?: string | undefined;
  /** New secrets for the agent that is enrolled here. */
  renew?: boolean;
}

export const declareEnrol: Declare = (program, perform) =>
  program
    .command('enrol')
    .description("exchange a one-time token for the agent's own credential")
    .addOption(new Option('--token <token>', 'the token, or file:PATH').makeOptionMandatory())
    .option('--hub <url>', "the hub's address (default: hub.url of the site file)")
    .option('--name <name>', "how the hub shows this agent (default: the machine's name)")
    .option('--ca <file>', 'the authority of hub and broker, in PEM (default: hub.ca of the site file)')
    .option('--renew', 'new secrets for the agent that is enrolled here (the token: hearst-hub agent rotate ID)')
    .action(({ token, hub, name, ca, renew }, command) =>
      perform(command, (around) => enrol(around, { token, hub, name, ca, renew: renew === true })),
    );

/** `enrol`: exchanges the one-time token for this agent's own credential and keeps it (mode 0600). */
export async function enrol(surroundings: Surroundings, options: EnrolOptions): Promise<Outcome> {
  const hub = hubAddress(options.hub ?? hubOfSiteFile(surroundings));
  const token = tokenOf(options.token);
  const name = options.name ?? hostname().slice(0, 64);
  const path = credentialPath(dataFolder(surroundings.data, surroundings.environment));
  const before = previousAgent(path);
  if (options.renew && before === null)
    throw failure(EXIT.usage, 'E1509', 'no agent is enrolled here', path, null, 'Leave --renew out to enrol one');
  const pinned = pinnedCa(options.ca, surroundings);
  const asked = { token, name, program: PROGRAM, ...(options.renew ? { agent: before } : {}) };
  const answer = await ask(hub, asked, pinned);
  const ca = [pinned, (answer as { ca?: string }).ca].filter((text) => typeof text === 'string').join('\n');
  const credential = Credential.safeParse({ ...(answer as object), hub, ...(ca === '' ? {} : { ca }) });
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
  saveCredential(path, credential.data);
  const { agent, project, mqtt } = credential.data;
  return {
    code: EXIT.ok,
    data: { agent, project, hub, mqtt, credential: path, replaced: before },
    problems: [],
    text: [
      `ok: ${options.renew ? 'new secrets' : 'enrolled'} for ${project} as agent ${agent} (${name})`,
      `  credential ${path}`,
      ...(before !== null && before !== agent ? [`  replaces the credential of agent ${before}`] : []),
      '  a running agent takes it within seconds',
    ].join('\n'),
  };
}

/** What `--ca` or `hub.ca` names; null where neither does. */
function pinnedCa(given: string | undefined, surroundings: Surroundings): string | null {
  const path = given ?? caOfSiteFile(surroundings);
  if (path === null) return null;
  const wrong = (cause: string): CommandFailure =>
    failure(
      EXIT.usage,
      'E1510',
      'the certificates of the authority cannot be used',
      path,
      cause,
      `Check: ls -l ${path}`,
    );
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(String((error as NodeJS.ErrnoException).code));
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw wrong('it holds no -----BEGIN CERTIFICATE-----');
  return text;
}

function caOfSiteFile(surroundings: Surroundings): string | null {
  const file = siteFileOf(surroundings);
  if (!existsSync(file)) return null;
  try {
    return loadSiteFile(file, profilesFor(surroundings).ids()).site.hubCa;
  } catch (error) {
    if (error instanceof SiteFileError) return null; // `config check` and `run` tell; an agent can be enrolled before
    throw error;
  }
}

function hubOfSiteFile(surroundings: Surroundings): string {
  const file = siteFileOf(surroundings);
  const named = existsSync(file) ? loadSiteFile(file, profilesFor(surroundings).ids()).site.hubUrl : null;
  if (named) return named;
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

async function ask(hub: string, body: object, ca: string | null): Promise<unknown> {
  let answer: { status: number; body: unknown };
  try {
    answer = await postJson(`${hub}/api/enrol`, body, { ca, withinMs: 20_000 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const trouble = tlsTrouble(error);
    if (trouble !== null)
      throw failure(EXIT.unavailable, 'E1511', `the hub is not believed: ${trouble.what}`, hub, reason, trouble.next);
    throw failure(
      EXIT.unavailable,
      'E1506',
      'the hub cannot be reached',
      hub,
      reason,
      `Check the line to it: curl -v ${hub}/healthz`,
    );
  }
  if (answer.status === 201) return answer.body;
  const detail = safeText((answer.body as { detail?: unknown } | null)?.detail) ?? `status ${answer.status}`;
  throw refusal(answer.status, detail, hub);
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
