import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Command } from 'commander';
import { type ChainReport, verifyActivity } from '../activity/verify.ts';
import { includeProject } from '../db/client.ts';
import { purgedProjects } from '../db/queries/activity-list.ts';
import { projectIds } from '../db/queries/projects.ts';
import { HubError } from '../errors.ts';
import { action, asOwner, type Ending, type Io, table } from './command.ts';

/** `activity verify [PROJECT]`. */
export function activityCommands(program: Command, io: Io, ending: Ending): void {
  const activity = program.command('activity').description('the log of who changed what');

  const verify = activity
    .command('verify')
    .description('compute the chain of hashes again: shows an entry that was changed, added or taken away')
    .argument('[project]', 'one project, or HEARST-000 for what belongs to none (default: all, purged ones too)');
  action(verify, io, ending, async (written: string | undefined) => {
    const reports = await asOwner(io, async (client) => {
      const known = new Set([GLOBAL_PROJECT_ID, ...(await projectIds(client)), ...(await purgedProjects(client))]);
      const wanted = written === undefined ? [...known] : [written.toUpperCase()];
      const reports: ChainReport[] = [];
      for (const id of wanted) {
        if (!known.has(id))
          throw new HubError(`There is no activity log of ${written}. There are: ${[...known].join(', ')}.`);
        await includeProject(client, id);
        reports.push(await verifyActivity(client, id));
      }
      return reports;
    });
    const breaches = reports.flatMap(({ project, brokenAt }) => (brokenAt === null ? [] : breach(project, brokenAt)));
    if (breaches.length > 0) throw new HubError(breaches.join('\n'));
    const data = reports.map(({ project, entries }) => ({ project_id: project, entries }));
    const rows = data.map(({ project_id, entries }) => [project_id, String(entries), 'holds']);
    return { data, text: table(['PROJECT', 'ENTRIES', 'CHAIN'], rows) };
  });
}

function breach(project: string, at: number): string {
  return (
    `The activity log of ${project} is broken at entry ${at}: it is not what was written then, or an entry is missing ` +
    `before it. ${at - 1} entries hold. Compare with a backup: select * from activity_logs where project_id = ` +
    `'${project}' and seq >= ${at - 1} order by seq.`
  );
}
