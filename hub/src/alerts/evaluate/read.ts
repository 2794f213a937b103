import type { ClientBase } from 'pg';
import {
  containerConditions,
  type EvaluatedAlert,
  evaluatedAlerts,
  type MeterConditions,
  meterConditions,
  projectFacts,
  standingConditions,
} from '../../db/queries/alert-picture.ts';
import { DEFAULT_INTERVAL_S, stillTells } from '../../freshness.ts';
import type { RuleBook } from '../rule.ts';
import { Topology } from '../topology.ts';
import {
  type AlertData,
  type ContainerPicture,
  type OpenAlert,
  type Picture,
  RECENT_MS,
  type Subject,
} from './picture.ts';

/** Reads the picture of a project in the running transaction. */
export async function readPicture(
  client: ClientBase,
  projectId: string,
  book: RuleBook,
  now: number,
): Promise<Picture> {
  const containers = await containerConditions(client, projectId);
  const meters = await meterConditions(client, projectId);
  const standing = await standingConditions(client, projectId);
  const alerts = await evaluatedAlerts(client, projectId, new Date(now - RECENT_MS));
  const facts = await projectFacts(client, projectId);
  const totalThs = facts?.targetHashrateEh == null ? null : facts.targetHashrateEh * 1e6;
  return {
    projectId,
    book,
    topology: new Topology(projectId, containers),
    containers: containers.map(
      ({ stateAt, intervalS, ...container }): ContainerPicture => ({
        ...container,
        stateAt: stateAt === null ? null : +stateAt,
        intervalS: intervalS ?? DEFAULT_INTERVAL_S,
      }),
    ),
    subjects: [
      ...meters.flatMap((meter) => meterSubject(meter, now)),
      ...standing.map((conditions) => ({ target: conditions.target, conditions, fresh: true })),
    ],
    open: alerts.filter(({ status }) => status !== 'resolved').map(openAlert),
    resolved: alerts
      .filter(({ status }) => status === 'resolved')
      .map((row) => ({
        id: row.id,
        ruleId: row.rule_id ?? '',
        target: { type: row.target_type, id: row.target_id },
        endedAt: +(row.recovering_since ?? row.resolved_at ?? 0),
        changes: (row.data as AlertData).changes ?? [],
      })),
    agentNames: new Map(Object.entries(facts?.agentNames ?? {})),
    planned: {
      totalThs,
      perMinerThs: totalThs === null || !facts?.totalMiners ? null : totalThs / facts.totalMiners,
    },
  };
}

function meterSubject({ transformerId, conditions, stateAt, intervalS }: MeterConditions, now: number): Subject[] {
  if (stateAt === null) return [];
  const fresh = stillTells(now - +stateAt, intervalS);
  return [{ target: { type: 'transformer', id: transformerId }, conditions, fresh }];
}

function openAlert(row: EvaluatedAlert): OpenAlert {
  return {
    id: row.id,
    ruleId: row.rule_id ?? '',
    target: { type: row.target_type, id: row.target_id },
    severity: row.severity,
    status: row.status === 'acknowledged' ? 'acknowledged' : 'active',
    message: row.message,
    value: row.value,
    lastSeenAt: +row.last_seen_at,
    occurrences: row.occurrences,
    parentId: row.parent_id,
    conditionHolds: row.condition_holds,
    recoveringSince: row.recovering_since === null ? null : +row.recovering_since,
    silencedUntil: row.silenced_until === null ? null : +row.silenced_until,
    acknowledgedUntil:
      row.status === 'acknowledged' && row.acknowledged_until !== null ? +row.acknowledged_until : null,
    flapping: row.flapping,
    minersAffected: row.miners_affected,
    hashrateLostThs: row.hashrate_lost_ths,
    hashrateShare: row.hashrate_share,
    data: row.data as AlertData,
  };
}
