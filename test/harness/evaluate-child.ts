import { evaluateProject } from '../../hub/src/alerts/evaluate/evaluate.ts';
import { RuleBooks } from '../../hub/src/alerts/rule-books.ts';
import { Database } from '../../hub/src/db/client.ts';
import { createLog } from '../../hub/src/log.ts';
import { notifyOfAlerts } from '../../hub/src/notify/notify.ts';
import { until } from './until.ts';

/** One evaluation of a project in a process of its own: `node evaluate-child.ts DATABASE_URL PROJECT MS`. */
const [url = '', projectId = '', ms = ''] = process.argv.slice(2);
const log = createLog('silent');
const database = await Database.open({ url, log });
const rules = new RuleBooks({ pool: database.ingest, log });
// Nobody waits long for rules; on a busy machine a process that has just begun has none yet.
await until(async () => (await rules.of(projectId)) !== null, { withinMs: 30_000, what: () => 'the alert rules' });
await evaluateProject(
  {
    pool: database.ingest,
    rules,
    refreshStanding: async () => {},
    notify: notifyOfAlerts,
  },
  projectId,
  new Date(Number(ms)),
);
await database.close();
