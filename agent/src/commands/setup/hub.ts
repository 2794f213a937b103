import type { Credential } from '@hearst/protocol';
import { CredentialError, loadCredential } from '../../credential.ts';
import { credentialPath } from '../../link.ts';
import { CommandFailure, EXIT, type Surroundings } from '../command.ts';
import { enrol, tokenOf } from '../enrol.ts';
import type { Asking } from './asking.ts';
import { hashOf, keepState, type SetupState } from './state.ts';

export interface HubRequest {
  folder: string;
  /** Which project the site file is of; null: there is none yet, the token says it. */
  project: string | null;
  hub: string | undefined;
  token: string | undefined;
  name: string | undefined;
  state: SetupState;
  /** Asks for what is missing; null: nobody is here. */
  asking: Asking | null;
}

/** Enrols, unless this was done: by an earlier run with the same token, or long before. Throws CommandFailure. */
export async function joinHub(
  around: Surroundings,
  request: HubRequest,
): Promise<{ credential: Credential; parts: string[] }> {
  const { folder, project, state } = request;
  const path = credentialPath(folder);
  const known = credentialOf(path);
  const said = known ? request : await askedFor(request);
  const token = said.token === undefined ? null : tokenOf(said.token);
  const used = token !== null && state.token === hashOf(token);
  const fresh = token !== null && !(known && used);
  if (!fresh && !known) {
    const next = 'Add --token TOKEN: project page at headquarters, Add agent; or: hearst-hub agent add PROJECT';
    throw failure('E2402', EXIT.usage, 'this agent is not enrolled, and no token was given', path, next);
  }
  if (fresh) {
    // Noted before it is used: a token works once, and this process may end before the answer is kept.
    state.token = hashOf(token);
    keepState(folder, state);
    await enrol(around, { hub: said.hub, token, name: request.name });
  }
  const credential = loadCredential(path);
  if (project !== null && credential.project !== project)
    throw failure(
      'E2403',
      EXIT.config,
      `this agent is enrolled for ${credential.project}, but the site file says ${project}`,
      path,
      'Correct site.project, or enrol with a token of the right project',
    );
  const ms = await reach(credential.hub);
  const { host, protocol } = new URL(credential.hub);
  return {
    credential,
    parts: [
      host,
      protocol === 'https:' ? 'TLS valid' : 'this machine',
      ms === null ? 'does not answer now' : `${Math.round(ms)} ms`,
      `${fresh ? 'enrolled' : 'enrolled before'} for ${credential.project}`,
      `agent ${credential.agent.slice(0, 8)}`,
    ],
  };
}

function credentialOf(path: string): Credential | null {
  try {
    return loadCredential(path);
  } catch (error) {
    if (error instanceof CredentialError) return null; // none, or one that cannot be used: a token mends either
    throw error;
  }
}

/** Token and hub, from a person where no flag names them and no site file can. */
async function askedFor({ hub, token, asking, project }: HubRequest): Promise<Pick<HubRequest, 'hub' | 'token'>> {
  if (!asking?.line) return { hub, token };
  const read = async (text: string, about: string): Promise<string> => {
    asking.say(text, [about]);
    for (;;) {
      const answer = (await asking.read('> ')).trim();
      if (answer !== '') return answer;
    }
  };
  const where = 'at headquarters: the page of the project, Add agent';
  return {
    hub: hub ?? (project === null ? await read('Where is the hub?', 'such as https://hub.example.com') : undefined),
    token: token ?? (await read('Which one-time token?', where)),
  };
}

/** How long the hub takes to say that it lives, ms; null when it does not. */
async function reach(hub: string): Promise<number | null> {
  const from = performance.now();
  try {
    const response = await fetch(`${hub}/healthz`, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.ok ? performance.now() - from : null;
  } catch {
    return null; // the agent keeps readings until it does; step 6 tells
  }
}

function failure(
  code: string,
  exit: CommandFailure['outcome']['code'],
  what: string,
  where: string,
  next: string,
): CommandFailure {
  return new CommandFailure(exit, { code, what, where, cause: null, next });
}
