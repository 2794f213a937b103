import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { withoutRole } from '../db/client.ts';
import { countOpenAlerts, type OpenAlertScope } from '../db/queries/alerts.ts';
import { findContainers } from '../db/queries/containers.ts';
import { containerFigures, globalFigures, projectFigures, transformerFigures } from '../db/queries/figures.ts';
import { companyMembers, placesOf, timeZoneOf } from '../db/queries/series-members.ts';
import { findTransformers } from '../db/queries/transformers.ts';
import type { MetricScope } from '../db/schema.ts';
import type { SeriesSubject } from '../operations/series-groups.ts';
import type { AnySnapshot } from './figure-tables.ts';
import { missing, onlyOne } from './missing.ts';
import {
  type OpenAlerts,
  presentContainerSnapshot,
  presentGlobal,
  presentProjectSnapshot,
  presentTransformerSnapshot,
} from './present/figures.ts';
import type { GlobalSnapshot, Snapshot, TransformerSnapshot } from './schemas/figures.ts';

/** The two ways to look at a scope: as it is now, and whose figures over time it has. Both throw 404 where there is none. */
export interface Views<Snap extends AnySnapshot> {
  /** Whether its figures over time are rows of its own, and not of many others together. */
  readonly hasRows: boolean;
  snapshot(client: ClientBase, at: number): Promise<Snap>;
  subject(client: ClientBase): Promise<SeriesSubject>;
}

export const COMPANY: Views<GlobalSnapshot> = {
  hasRows: false,
  snapshot: async (client, at) =>
    presentGlobal(await globalFigures(client, new Date(at)), await openAlerts(client, { scope: 'global' }), at),
  subject: async (client) => ({
    scope: 'global',
    scopeId: 'global',
    projectId: null,
    labels: {},
    members: await companyMembers(client),
    timeZone: 'UTC',
  }),
};

export function viewsOfProject(id: string): Views<Snapshot> {
  return {
    hasRows: true,
    async snapshot(client, at) {
      const [row] = await projectFigures(client, [id], new Date(at));
      if (row === undefined) throw missing('project', id);
      return presentProjectSnapshot(row, await openAlerts(client, { scope: 'projects', projectIds: [id] }), at);
    },
    async subject(client) {
      const timeZone = await timeZoneOf(client, id);
      if (timeZone === null) throw missing('project', id);
      return subjectOf('project', { project_id: id }, id, id, timeZone);
    },
  };
}

/** @param inProject settles which, where several projects have the id: 409 otherwise */
export function viewsOfContainer(c: Context, id: string, inProject: string | undefined): Views<Snapshot> {
  return {
    hasRows: true,
    async snapshot(client, at) {
      const found = findContainers(client, id, inProject ?? null);
      const { project_id: projectId } = await onlyOne(c, 'container', id, found);
      const row = await containerFigures(client, projectId, id, new Date(at));
      const alerts = await openAlerts(client, { scope: 'container', projectId, containerId: id });
      return presentContainerSnapshot(id, row, alerts, at);
    },
    async subject(client) {
      const places = placesOf(client, 'container', id, inProject ?? null);
      const { project_id: projectId, timeZone } = await onlyOne(c, 'container', id, places);
      return subjectOf('container', { project_id: projectId, container_id: id }, projectId, id, timeZone);
    },
  };
}

/** @param inProject as of containers */
export function viewsOfTransformer(c: Context, id: string, inProject: string | undefined): Views<TransformerSnapshot> {
  return {
    hasRows: true,
    async snapshot(client, at) {
      const transformer = await onlyOne(c, 'transformer', id, findTransformers(client, id, inProject ?? null));
      const { project_id: projectId } = transformer;
      const row = await transformerFigures(client, projectId, id, new Date(at));
      const alerts = await openAlerts(client, { scope: 'transformer', projectId, transformerId: id });
      return presentTransformerSnapshot(transformer, row, alerts, at);
    },
    async subject(client) {
      const places = placesOf(client, 'transformer', id, inProject ?? null);
      const { project_id: projectId, timeZone } = await onlyOne(c, 'transformer', id, places);
      return subjectOf('transformer', { project_id: projectId, transformer_id: id }, projectId, id, timeZone);
    },
  };
}

function subjectOf(
  scope: MetricScope,
  labels: SeriesSubject['labels'],
  projectId: string,
  scopeId: string,
  timeZone: string,
): SeriesSubject {
  const member = { projectId, scope, scopeId, timeZone, expected: null, since: null };
  return { scope, scopeId, projectId, labels, members: [member], timeZone };
}

/**
 * Open alerts are counted for every role, though viewers may not read a single one: the number is part of the figures
 * that they see, the list stays closed to them in the database too.
 */
function openAlerts(client: ClientBase, scope: OpenAlertScope): Promise<OpenAlerts> {
  return withoutRole(client, () => countOpenAlerts(client, scope));
}
