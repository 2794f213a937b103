import { existsSync } from 'node:fs';
import { loadCredential } from '../../credential.ts';
import { credentialPath } from '../../link.ts';
import type { View } from '../view.ts';
import type { HubTarget } from './hub-look.ts';

/** Whether there is a credential for this project, and where the hub is: as enrolled, else as the site file says. */
export function enrolmentFacts(
  dataFolder: string,
  project: string | null,
  hubUrl: string | null,
): { enrolment: View['enrolment']; target: HubTarget | null } {
  const fallback = hubUrl === null ? null : { url: hubUrl.replace(/\/+$/, ''), mqtt: null };
  const path = credentialPath(dataFolder);
  if (!existsSync(path)) return { enrolment: { state: 'missing', detail: '' }, target: fallback };
  try {
    const { agent, project: enrolled, hub, mqtt, ca } = loadCredential(path);
    const target = { url: hub, mqtt, ca };
    if (project !== null && enrolled !== project)
      return {
        enrolment: { state: 'other_project', detail: `enrolled for ${enrolled}, the site file says ${project}` },
        target,
      };
    return { enrolment: { state: 'ok', detail: agent }, target };
  } catch (error) {
    return { enrolment: { state: 'unusable', detail: (error as Error).message }, target: fallback };
  }
}
