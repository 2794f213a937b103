import pg from 'pg';
import { runCli } from '../../hub/src/cli.ts';
import type { ImportSummary } from '../../hub/src/legacy/summary.ts';
import { createLog } from '../../hub/src/log.ts';
import { createLegacyDatabase, type LegacyDatabase } from './legacy-database.ts';
import { createTestDatabase } from './postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** When imports of tests happen: minutes after the last metrics of `legacy-database.sql`. */
const IMPORTED_AT = Date.UTC(2026, 10, 23, 12);

/** An old database and a hub's, for `hearst-hub import-legacy` between them. */
export interface ImportRig {
  readonly old: LegacyDatabase;
  readonly hubUrl: string;
  /** The data folder. */
  readonly folder: string;
  /** Runs the command and answers what it printed. */
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  /** The same into QATAR-001 with `--json`, which must succeed: what it tells programs. */
  imported(...args: string[]): Promise<ImportSummary>;
  /** Asks the hub's database as its superuser. */
  rows<T extends pg.QueryResultRow>(text: string): Promise<T[]>;
  /** Every row of the tables that an import writes, each with the transaction that wrote it. */
  stored(): Promise<string[]>;
  /** Empties the hub's database. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const WRITTEN = ['projects', 'containers', 'miners', 'metrics_fine', 'metrics_hours', 'metrics_days'];

export async function openImportRig(): Promise<ImportRig> {
  const folder = temporaryFolder('import-legacy');
  const [old, place] = [await createLegacyDatabase(), await createTestDatabase()];
  const hub = new pg.Client({ connectionString: place.url });
  await hub.connect();
  const rig: ImportRig = {
    old,
    hubUrl: place.url,
    folder: folder.path,
    run: (...args) => runImport(place.url, folder.path, args),
    async imported(...args) {
      const { code, out, err } = await rig.run(old.url, '--project', 'QATAR-001', '--json', ...args);
      if (code !== 0 || err !== '') throw new Error(`import-legacy ended with ${code}: ${out}${err}`);
      return (JSON.parse(out) as { data: ImportSummary }).data;
    },
    rows: async (text) => (await hub.query(text)).rows,
    async stored() {
      const selects = WRITTEN.map((table) => `select '${table} ' || t.xmin || t::text as row from ${table} t`);
      return (await rig.rows<{ row: string }>(selects.join(' union all '))).map(({ row }) => row).sort();
    },
    async clear() {
      await hub.query('truncate projects, metrics cascade');
    },
    async close() {
      await hub.end();
      await Promise.all([old.drop(), place.drop()]);
      folder[Symbol.dispose]();
    },
  };
  return rig;
}

async function runImport(hubUrl: string, dataDir: string, args: readonly string[]) {
  let out = '';
  let err = '';
  const code = await runCli(['import-legacy', ...args], {
    env: { DATABASE_URL: hubUrl, HEARST_DATA_DIR: dataDir },
    now: () => IMPORTED_AT,
    log: createLog('silent'),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
