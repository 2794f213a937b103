import type pg from 'pg';
import { withContext } from '../../hub/src/db/client.ts';
import { type ContainerFrameRow, insertContainerFrames } from '../../hub/src/db/queries/container-frames.ts';
import { insertMeterFrames, type MeterFrameRow } from '../../hub/src/db/queries/meter-frames.ts';
import type { OracleFrame, OracleMeterFrame, OracleRow, OracleSite } from './rollup-oracle.ts';

const AGENT = '00000000-0000-4000-8000-000000000001';

function frameRow(frame: OracleFrame): ContainerFrameRow {
  const { chip, board } = frame;
  return {
    containerId: frame.container,
    agentId: AGENT,
    at: frame.at,
    deviceAt: frame.at,
    receivedAt: frame.at,
    intervalS: frame.interval,
    clock: 'synced',
    minersTotal: frame.total,
    minersAnswering: frame.answering,
    minersActive: frame.active,
    hashrateThs: frame.hashrate,
    hashrateExpectedThs: frame.expected,
    powerKw: frame.power,
    powerSource: frame.source,
    tempChipMinC: chip?.[0] ?? null,
    tempChipAvgC: chip?.[1] ?? null,
    tempChipMaxC: chip?.[2] ?? null,
    tempBoardMinC: board?.[0] ?? null,
    tempBoardAvgC: board?.[1] ?? null,
    tempBoardMaxC: board?.[2] ?? null,
    tempInletAvgC: null,
    tempOutletAvgC: null,
    tempSupplyC: frame.supply,
    tempReturnC: frame.back,
    flowM3h: frame.flow,
    pressureSupplyBar: frame.pressures?.[0] ?? null,
    pressureReturnBar: frame.pressures?.[1] ?? null,
    coolingAnswered: null,
    offline: false,
    cooling: null,
    body: Buffer.from(`${frame.at}`),
  };
}

function meterRow(site: OracleSite, frame: OracleMeterFrame): MeterFrameRow {
  return {
    meterId: frame.meter,
    transformerId: site.meters[frame.meter] ?? null,
    agentId: AGENT,
    at: frame.at,
    deviceAt: frame.at,
    receivedAt: frame.at,
    intervalS: frame.interval,
    clock: 'synced',
    answered: true,
    activePowerKw: frame.power,
    apparentPowerKva: frame.apparent,
    powerFactor: null,
    energyImportKwh: frame.counter,
    energyExportKwh: null,
    values: null,
  };
}

/** Makes the project with its inventory. */
export async function makeSite(owner: pg.Pool, site: OracleSite): Promise<void> {
  const { project } = site;
  await withContext(owner, { projectIds: [project] }, async (client) => {
    await client.query('insert into projects (project_id, time_zone) values ($1, $2)', [project, site.zone]);
    for (const id of new Set([...Object.values(site.containers), ...Object.values(site.meters)]))
      if (id !== null)
        await client.query('insert into transformers (project_id, transformer_id, rated_kva) values ($1, $2, $3)', [
          project,
          id,
          site.rated[id] ?? null,
        ]);
    for (const [id, transformer] of Object.entries(site.containers))
      await client.query('insert into containers (project_id, container_id, transformer_id) values ($1, $2, $3)', [
        project,
        id,
        transformer,
      ]);
    for (const [id, transformer] of Object.entries(site.meters))
      await client.query('insert into meters (project_id, meter_id, transformer_id) values ($1, $2, $3)', [
        project,
        id,
        transformer,
      ]);
  });
}

/** Stores frames as ingest does, in one transaction; answers how many were new. */
export function storeFrames(
  ingest: pg.Pool,
  site: OracleSite,
  frames: readonly OracleFrame[],
  meterFrames: readonly OracleMeterFrame[] = [],
): Promise<number> {
  return withContext(ingest, { projectIds: [site.project] }, async (client) => {
    const stored = await insertContainerFrames(client, site.project, frames.map(frameRow));
    return (
      stored +
      (await insertMeterFrames(
        client,
        site.project,
        meterFrames.map((frame) => meterRow(site, frame)),
      ))
    );
  });
}

/** The rows of `metrics` by `scope id resolution time`; rows that hold nothing any more are left out. */
export async function storedRows(owner: pg.Pool, project: string): Promise<Map<string, OracleRow>> {
  return withContext(owner, { projectIds: [project] }, async (client) => {
    const { rows } = await client.query<OracleRow & { scope: string; scope_id: string; timestamp: unknown }>(
      `select * from metrics where project_id = $1 and (covered_s is not null or energy_kwh is not null
        or power_kw_count > 0 or load_pct_count > 0)`,
      [project],
    );
    return new Map(
      rows.map((row) => {
        const at = (row.timestamp as unknown as Date).toISOString();
        return [`${row.scope} ${row.scope_id} ${String(row.resolution_s)} ${at}`, row];
      }),
    );
  });
}

const IGNORED = new Set([
  'project_id',
  'scope',
  'scope_id',
  'resolution_s',
  'timestamp',
  'source',
  'updated_at',
  'late',
]);

/** What a row must hold one of. */
const HOLDS = ['covered_s', 'energy_kwh', 'power_kw_count', 'load_pct_count'];

/** Where stored rows differ from those that must be, one sentence each; `real` columns keep seven digits of temperatures. */
export function differences(
  stored: ReadonlyMap<string, OracleRow>,
  wanted: ReadonlyMap<string, OracleRow>,
  tolerance = 1e-9,
): string[] {
  const found: string[] = [];
  for (const key of stored.keys()) if (!wanted.has(key)) found.push(`${key}: is not wanted`);
  for (const [key, row] of wanted) {
    const is = stored.get(key);
    if (is === undefined && HOLDS.every((column) => row[column] === undefined || row[column] === null)) continue;
    if (is === undefined) {
      found.push(`${key}: is missing`);
      continue;
    }
    for (const column of new Set([...Object.keys(is), ...Object.keys(row)])) {
      if (IGNORED.has(column)) continue;
      const [a, b] = [is[column] ?? null, row[column] ?? null];
      const near =
        typeof a === 'number' && typeof b === 'number'
          ? Math.abs(a - b) <= tolerance * Math.max(1e-3, Math.abs(a), Math.abs(b))
          : a === b;
      if (!near) found.push(`${key}: ${column} is ${a}, must be ${b}`);
    }
  }
  return found;
}
