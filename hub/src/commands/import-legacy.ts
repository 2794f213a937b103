import { join } from 'node:path';
import { GLOBAL_PROJECT_ID, ProjectId } from '@hearst/protocol';
import type { Command } from 'commander';
import type { PoolClient } from 'pg';
import type { HubConfig } from '../config.ts';
import type { Database } from '../db/client.ts';
import { Partitions } from '../db/partitions.ts';
import { EXIT, HubError } from '../errors.ts';
import type { UnsignedChange } from '../http/change.ts';
import { FindingsFile } from '../legacy/findings-file.ts';
import { importLegacy } from '../legacy/import.ts';
import { LegacySource } from '../legacy/source.ts';
import { type ImportSummary, summarize } from '../legacy/summary.ts';
import { type TimeReader, timeReader } from '../legacy/times.ts';
import { action, asOwner, type Ending, type Io, table } from './command.ts';

interface ImportOptions {
  readonly project: string;
  readonly name?: string;
  readonly sourceTimeZone: string;
  readonly dryRun?: true;
  readonly report?: string;
  readonly json?: true;
}

/** So many findings are printed for people, and stand in the document for programs; the file has them all. */
const PRINTED = 10;
const IN_DOCUMENT = 100_000;

/** `import-legacy URL --project ID`: a database of the old single-site structure into a project. */
export function importLegacyCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('import-legacy')
    .description('carry the database of the old single-site system over into a project; may be run again')
    .argument('<url>', 'the old Postgres, which is only read: postgres://user:password@host/database')
    .requiredOption('--project <id>', 'the project it becomes, such as QATAR-001; created where it is missing')
    .option('--name <name>', "the project's name, where it is created")
    .option('--source-time-zone <zone>', 'what times without a zone are in, such as Asia/Qatar', 'UTC')
    .option('--dry-run', 'tell what would be carried over, and store nothing')
    .option('--report <file>', 'where all that could not be taken is listed (CSV; default: in the data folder)');
  action(command, io, ending, async (url: string, options: ImportOptions) => {
    const projectId = projectIdOf(options.project);
    const time = timeReaderOf(options.sourceTimeZone, io.now());
    const source = await LegacySource.open(url);
    try {
      const data = await run(io, source, projectId, time, options);
      return { data, text: textOf(data) };
    } finally {
      await source.close();
    }
  });
}

async function run(
  io: Io,
  source: LegacySource,
  projectId: string,
  time: TimeReader,
  options: ImportOptions,
): Promise<ImportSummary> {
  let findings: FindingsFile | null = null;
  const { name, dryRun = false } = options;
  const carryOver = async (client: PoolClient, config: HubConfig, change: UnsignedChange): Promise<ImportSummary> => {
    const now = new Date(io.now());
    const file = options.report ?? join(config.dataDir, `import-legacy-${projectId}-${stampOf(now)}.csv`);
    findings = new FindingsFile(file, options.json === true ? IN_DOCUMENT : PRINTED);
    const outcome = await importLegacy(client, source, { projectId, name, time, now, findings, dryRun });
    const { containers, miners, metrics } = outcome;
    if (!dryRun)
      await change.record({
        project: projectId,
        action: 'project.import_legacy',
        target: { type: 'project', id: projectId },
        after: { containers, miners, metrics },
      });
    return summarize(outcome, source, findings, { name, dryRun });
  };
  try {
    return await asOwner(io, carryOver, (database) =>
      dryRun ? Promise.resolve() : makePartitions(database, io, source, time),
    );
  } catch (error) {
    (findings as FindingsFile | null)?.discard();
    throw error;
  }
}

/** Makes the partitions of the months that the history is of: outside of the import, whose transaction may take long. */
async function makePartitions(database: Database, { now }: Io, source: LegacySource, time: TimeReader): Promise<void> {
  const partitions = new Partitions(database.owner, { now });
  for await (const batch of source.times())
    for (const { at } of batch) {
      const read = time(at ?? '');
      if ('value' in read) await partitions.ensureFine(read.value);
    }
}

function projectIdOf(written: string): string {
  const id = ProjectId.safeParse(written);
  if (id.success && id.data !== GLOBAL_PROJECT_ID) return id.data;
  throw new HubError(
    `${written} is no id of a project: expected capital letters and three digits, such as QATAR-001.`,
    {
      exitCode: EXIT.usage,
    },
  );
}

function timeReaderOf(zone: string, now: number): TimeReader {
  try {
    return timeReader(zone, now);
  } catch (error) {
    throw new HubError(`There is no time zone ${zone}: expected a name such as Asia/Qatar or UTC.`, {
      exitCode: EXIT.usage,
      cause: error,
    });
  }
}

/** `2026-11-26T074203Z`, fit for a file's name. */
function stampOf(at: Date): string {
  return at.toISOString().replace(/:|\.\d+/g, '');
}

function textOf(summary: ImportSummary): string {
  const { containers, miners, metrics } = summary;
  const parts = [
    headline(summary),
    table(
      ['TABLE', 'READ', 'ADDED', 'FILLED IN', 'UNCHANGED', 'NOT TAKEN', 'VALUES NOT TAKEN'],
      [
        ...Object.entries({ containers, miners }).map(([name, t]) =>
          [name, t.read, t.added, t.filled, t.unchanged, t.not_taken, t.values_not_taken].map(String),
        ),
        ['metrics', `${metrics.read}`, null, null, null, `${metrics.not_taken}`, `${metrics.values_not_taken}`],
      ],
    ),
    table(
      ['METRICS BY', 'ADDED', 'CHANGED', 'UNCHANGED', 'KEPT'],
      Object.entries({ '15 min': '900', '1 h': '3600', '1 d': '86400' } as const).map(([name, seconds]) => {
        const { added, changed, unchanged, kept } = metrics.buckets[seconds];
        return [name, ...[added, changed, unchanged, kept].map(String)];
      }),
    ),
    summary.notes.join('\n'),
    notCarried(summary),
    findingsText(summary),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function headline({ source, project_id, project_name, project_created, dry_run, changed }: ImportSummary): string {
  const into = `${project_id} (${project_name})${project_created ? ', a new project' : ''}`;
  if (dry_run) return `Dry run: nothing was stored. ${source} into ${into} would be:`;
  return `Imported ${source} into ${into}.${changed ? '' : ' Nothing has changed: the hub held all of it already.'}`;
}

function notCarried({ columns_not_carried, tables_not_carried }: ImportSummary): string {
  const columns = columns_not_carried.map(
    ({ table, column, kept_in }) => `${table}.${column}${kept_in === null ? '' : ` (kept in ${kept_in})`}`,
  );
  const tables = tables_not_carried.map((name) => `table ${name}`);
  const all = [...columns, ...tables];
  return all.length === 0 ? '' : `Has no column of its own in the hub: ${all.join(', ')}.`;
}

function findingsText({ findings, findings_count, report }: ImportSummary): string {
  if (findings_count === 0) return '';
  const lines = findings.map(
    ({ table, id, column, value, lost, why, remedy }) =>
      `  ${table} ${id}: ${lost === 'row' ? 'row not taken: ' : ''}${column}${value === null ? '' : ` '${value}'`} ${why}. ${remedy}`,
  );
  const more = findings_count > findings.length ? [`  ... and ${findings_count - findings.length} more`] : [];
  return ['Could not be taken:', ...lines, ...more, `All of it is in ${report}`].join('\n');
}
