import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { projectExists } from '../db/queries/projects.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/** What a kind of object is called, with the French article. */
const KINDS = {
  project: { en: 'project', fr: 'de projet' },
  container: { en: 'container', fr: 'de conteneur' },
  miner: { en: 'miner', fr: 'de mineur' },
  transformer: { en: 'transformer', fr: 'de transformateur' },
  meter: { en: 'meter', fr: 'de compteur' },
  agent: { en: 'agent', fr: "d'agent" },
  alert: { en: 'alert', fr: "d'alerte" },
  maintenance_window: { en: 'maintenance window', fr: 'de fenêtre de maintenance' },
  silence: { en: 'silence', fr: 'de silence' },
  maintenance_plan: { en: 'maintenance plan', fr: "de plan d'entretien" },
  alert_rule: { en: 'alert rule', fr: "de règle d'alerte" },
  notification_channel: { en: 'notification channel', fr: 'de canal de notification' },
  delivery: { en: 'delivery', fr: "d'envoi" },
  user: { en: 'person', fr: 'de personne' },
  api_key: { en: 'API key', fr: "de clé d'API" },
  session: { en: 'session', fr: 'de session' },
} as const;

export type Kind = keyof typeof KINDS;

/** 404: unknown, or of a project the asker may not see. The two are answered alike. */
export function missing(kind: Kind, id: string | number): Problem {
  return new Problem('not_found', say(`There is no ${KINDS[kind].en} ${id}.`, `Il n'y a pas ${KINDS[kind].fr} ${id}.`));
}

/** Throws 404 where there is no project of that id, or none that may be seen. */
export async function assertProject(client: ClientBase, projectId: string): Promise<void> {
  if (!(await projectExists(client, projectId))) throw missing('project', projectId);
}

/**
 * The one object meant, of those of that id that the asker may see: none is a 404, several (in as many projects) are a
 * 409 that names them; `project_id` settles it.
 */
export async function onlyOne<Row extends { project_id: string }>(
  c: Context,
  kind: Kind,
  id: string | number,
  found: Promise<readonly Row[]>,
): Promise<Row> {
  const [first, ...others] = await found;
  if (first === undefined) throw missing(kind, id);
  if (others.length === 0) {
    c.set('projectId', first.project_id);
    return first;
  }
  throw new Problem(
    'ambiguous_id',
    say(
      `Several projects have a ${KINDS[kind].en} ${id}: say which by ?project_id=.`,
      `Plusieurs projets ont l'identifiant ${id} : précisez par ?project_id=.`,
    ),
    {
      candidates: [first, ...others].map(({ project_id }) => ({
        project_id,
        url: `${c.req.path}?project_id=${project_id}`,
      })),
    },
  );
}
