import type { ClientBase } from 'pg';
import {
  beginImport,
  containerIds,
  gatherContainers,
  gatherInventory,
  gatherMiners,
  type Stored,
  storeContainers,
  storeMiners,
  undoImport,
} from '../db/queries/legacy-import.ts';
import { HubError } from '../errors.ts';
import { readContainer } from './containers.ts';
import type { LegacyTable } from './finding.ts';
import type { FindingsFile } from './findings-file.ts';
import { History, type HistoryOutcome } from './history.ts';
import { nameOfMiner, readMiner } from './miners.ts';
import { OneRowPerId } from './one-row-per-id.ts';
import { provideProject, type TargetProject } from './project.ts';
import { readReading } from './readings.ts';
import type { LegacyRow, Mapped } from './row-reader.ts';
import type { LegacySource } from './source.ts';
import type { TimeReader } from './times.ts';

/**
 * Carries an old single-site database over into a project of the hub. What holds:
 *
 * - the source is only read, as of one moment;
 * - the hub's side is one transaction of the caller: it is all there or nothing is;
 * - running it again adds what is new in the source and changes nothing else: what the hub has is never overwritten,
 *   and no reading counts twice;
 * - every row and every value that could not be taken is a finding;
 * - memory does not grow with the source's history.
 */

export interface ImportOptions {
  readonly projectId: string;
  /** Of the project, where it is created. */
  readonly name: string | undefined;
  readonly time: TimeReader;
  readonly now: Date;
  readonly findings: FindingsFile;
  /** All is done and then undone. */
  readonly dryRun: boolean;
}

/** What became of the rows of an inventory table; the rest were there already. */
export interface InventoryOutcome extends Stored {
  readonly read: number;
  readonly unchanged: number;
}

export interface ImportOutcome {
  readonly project: TargetProject;
  readonly containers: InventoryOutcome;
  readonly miners: InventoryOutcome;
  readonly metrics: HistoryOutcome & { readonly read: number };
}

/** @param client in a transaction of the owner in which every project may be seen */
export async function importLegacy(
  client: ClientBase,
  source: LegacySource,
  options: ImportOptions,
): Promise<ImportOutcome> {
  if (!(await beginImport(client)))
    throw new HubError('Another import is running on this hub. Wait until it has ended, then start again.');
  const project = await provideProject(client, options.projectId, options.name);
  const { projectId } = project;
  const { findings } = options;
  const { plans } = source;

  await gatherInventory(client);
  const ofContainers = new OneRowPerId(plans.containers);
  const containers = await carry(source, 'containers', findings, {
    map: (row) =>
      ofContainers.admit(readContainer(row, plans.containers, options), (taken) => taken.containerId, row.id ?? ''),
    gather: (rows) => gatherContainers(client, rows),
  });
  const known = new Set([...(await containerIds(client, projectId)), ...ofContainers.ids]);
  const context = { ...options, containers: known };
  const ofMiners = new OneRowPerId(plans.miners);
  const miners = await carry(source, 'miners', findings, {
    map: (row) => ofMiners.admit(readMiner(row, plans.miners, context), (taken) => taken.minerId, nameOfMiner(row)),
    gather: (rows) => gatherMiners(client, rows),
  });
  const history = await History.begin(client, project, plans.metrics, findings);
  const readings = await carry(source, 'metrics', findings, {
    map: (row) => readReading(row, plans.metrics, context),
    gather: (rows) => history.gather(rows),
  });

  // The inventory comes last: its rows are what others wait for.
  const metrics = await history.store(known.size);
  const figuresFrom = metrics.newest ?? options.now;
  const stored = {
    containers: outcome(containers, await storeContainers(client, projectId, figuresFrom)),
    miners: outcome(miners, await storeMiners(client, projectId, figuresFrom)),
  };
  if (options.dryRun) await undoImport(client);
  return { project, ...stored, metrics: { ...metrics, read: readings.read } };
}

/** What a table's rows become, and where they go. */
interface Carrying<T> {
  map(row: LegacyRow): Mapped<T>;
  gather(rows: readonly T[]): Promise<void>;
}

/** Reads a whole table, batch by batch; answers how many rows there were and how many were taken. */
async function carry<T>(
  source: LegacySource,
  table: LegacyTable,
  findings: FindingsFile,
  { map, gather }: Carrying<T>,
): Promise<{ read: number; taken: number }> {
  let read = 0;
  let taken = 0;
  for await (const batch of source.rows(table)) {
    const rows: T[] = [];
    for (const row of batch) {
      const mapped = map(row);
      if (mapped.findings.length > 0) findings.add(mapped.findings);
      if (mapped.taken !== null) rows.push(mapped.taken);
    }
    read += batch.length;
    taken += rows.length;
    await gather(rows);
  }
  return { read, taken };
}

function outcome({ read, taken }: { read: number; taken: number }, stored: Stored): InventoryOutcome {
  return { ...stored, read, unchanged: taken - stored.added - stored.filled };
}
