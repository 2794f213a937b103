import { countQuarantined } from '../../../db/queries/quarantine.ts';
import { judged } from '../judged.ts';
import type { Source } from '../source.ts';
import { subjectOf } from '../subject.ts';

/** Whether something waits in quarantine for a person: of the project, or of nobody knows whom (HEARST-000). */
export const quarantineSource: Source = {
  name: 'quarantine',
  of: 'all',
  everyS: 60,
  async judge(client, projectId, rules, now) {
    const quarantine_not_empty = await countQuarantined(client, projectId);
    return judged([{ target: subjectOf(projectId), readings: { quarantine_not_empty } }], rules, now);
  },
};
