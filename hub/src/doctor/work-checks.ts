import type { ClientBase } from 'pg';
import { lastBackup } from '../backup/last.ts';
import { type HubBacklog, hubBacklog } from '../db/queries/hub-health.ts';
import { type Check, error, ofDatabase, ok, skipped, warning } from './check.ts';

const DAY_MS = 24 * 3_600_000;
/** A minute of a site of a hundred containers is a hundred marks, and they are worked off every 15 s. */
const MARKS = 5_000;

function backlog(client: ClientBase, now: number): Promise<HubBacklog> {
  return hubBacklog(client, new Date(now), new Date(now - DAY_MS));
}

/** Whether the hub's work gets done. */
export const WORK_CHECKS: readonly Check[] = [
  ofDatabase({
    code: 'H1301',
    name: 'jobs.rollups',
    run: async (client, { now, hub }) => {
      const { marks } = await backlog(client, now());
      if (marks < MARKS) return ok(`${marks} frames wait to be rolled up`);
      return warning(
        `${marks} frames wait to be rolled up, so charts over days lag behind`,
        hub === null ? 'no hub runs here' : 'a site delivers its backlog, or HEARST_ROLLUP_SECONDS is 0 at every hub',
        'look again in some minutes; if it grows: the log of the hub, lines with "a job failed"',
      );
    },
  }),
  ofDatabase({
    code: 'H1302',
    name: 'jobs.deliveries',
    run: async (client, { now }) => {
      const { overdue, failed } = await backlog(client, now());
      if (overdue + failed === 0) return ok('no message waits or failed in the last 24 hours');
      return warning(
        `${overdue} messages are a quarter of an hour late, ${failed} were given up in the last 24 hours`,
        'a receiver refuses them or is away',
        'see what each receiver answered: dashboard, Alerts, Channels, Deliveries; then send a test message',
      );
    },
  }),
  ofDatabase({
    code: 'H1303',
    name: 'ingest.quarantine',
    run: async (client, { now }) => {
      const { quarantined, clones } = await backlog(client, now());
      if (quarantined + clones === 0) return ok('empty');
      return warning(
        `${quarantined} batches and ${clones} agents are set aside`,
        'readings that did not fit (each with its reason), or two programs with one identity',
        'hearst-hub agent list; the alerts "quarantine" and "two agents" say which. Then: hearst-hub agent reinstate ID',
      );
    },
  }),
  {
    code: 'H1304',
    name: 'backup.last',
    run: async ({ config, now }) => {
      if (config.databaseUrl !== null) return skipped('DATABASE_URL: its server is backed up with its own tools');
      const last = await lastBackup(config.dataDir);
      const next = 'hearst-hub backup /backup/hearst --keep 14 (every night, by a systemd timer or cron)';
      if (last === null) return warning('none was ever taken', 'nothing runs "hearst-hub backup"', next);
      const days = (now() - Date.parse(last.at)) / DAY_MS;
      const says = `${days.toFixed(1)} days ago: ${last.folder}`;
      if (days < 2) return ok(says);
      return (days < 14 ? warning : error)(says, 'what runs "hearst-hub backup" has stopped, or fails', next);
    },
  },
];
