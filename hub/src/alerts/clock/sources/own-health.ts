import type { OwnHealth } from '../../../monitoring/own-health.ts';
import { judged } from '../judged.ts';
import type { Source } from '../source.ts';
import { COMPANY, subjectOf } from '../subject.ts';

/** How the hub is, as last looked at; null: nobody has looked yet. */
export type ReadHealth = () => OwnHealth | null;

/** Whether the hub itself is well: room on its disk, readings in time, work done, messages delivered. */
export function ownHealthSource(read: ReadHealth): Source {
  return {
    name: 'own_health',
    of: 'company',
    everyS: 30,
    async judge(_client, _projectId, rules, now) {
      const health = read();
      if (health === null) return [];
      const readings = {
        hub_disk_filling: health.diskFreePct,
        hub_ingest_behind: health.lagS,
        hub_agents_held: health.held,
        hub_rollups_behind: health.marks,
        hub_deliveries_failing: health.undelivered,
      };
      return judged([{ target: subjectOf(COMPANY), readings }], rules, now);
    },
  };
}
