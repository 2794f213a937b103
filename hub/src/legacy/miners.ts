import { METRICS } from '@hearst/protocol';
import type { TablePlan } from './columns.ts';
import { type MinerPlace, readMinerId } from './ids.ts';
import { type LegacyRow, type Mapped, RowReader } from './row-reader.ts';
import { readMinerStatus } from './statuses.ts';
import type { TimeReader } from './times.ts';
import { readCount, readIp, readMac, readNumber, readText } from './values.ts';

/** A miner as carried over: null is unknown; times in ms since 1970 UTC. */
export interface LegacyMiner extends MinerPlace {
  readonly model: string | null;
  readonly serial: string | null;
  readonly mac: string | null;
  readonly ip: string | null;
  readonly firmware: string | null;
  readonly pool: string | null;
  readonly worker: string | null;
  readonly status: string;
  readonly hashrateTh: number | null;
  readonly powerW: number | null;
  readonly tempChipC: number | null;
  readonly lastSeenAt: number | null;
  /** When its figures were told; null when the source does not say. */
  readonly stateAt: number | null;
  readonly createdAt: number | null;
}

/** What names a row in the report: of an id that does not say it, the container too. */
export function nameOfMiner({ id, container }: LegacyRow): string {
  return container && !id?.includes(container) ? `${id ?? ''} of ${container}` : (id ?? '');
}

/** @param context.containers the ids of the containers there are, those just carried over included */
export function readMiner(
  row: LegacyRow,
  plan: TablePlan,
  context: { readonly projectId: string; readonly containers: ReadonlySet<string>; readonly time: TimeReader },
): Mapped<LegacyMiner> {
  const reader = new RowReader(plan, row, nameOfMiner(row));
  const place = placeOf(reader, row, context);
  if (place === null) return { taken: null, findings: reader.findings };
  checkPosition(reader, place);
  const number = (field: string, range: { min: number; max: number }) =>
    reader.take(field, (text, scale) => readNumber(text, range, scale));
  const lastSeenAt = reader.take('last_seen', context.time);
  const taken: LegacyMiner = {
    ...place,
    model: reader.take('model', readText),
    serial: reader.take('serial', readText),
    mac: reader.take('mac', readMac),
    ip: reader.take('ip', readIp),
    firmware: reader.take('firmware', readText),
    pool: reader.take('pool', readText),
    worker: reader.take('worker', readText),
    status: reader.take('status', readMinerStatus) ?? 'unknown',
    hashrateTh: number('hashrate', METRICS.hashrate_ths),
    powerW: number('power', METRICS.power_w),
    tempChipC: number('temp_chip', METRICS.temp_chip_c),
    lastSeenAt,
    stateAt: reader.take('state_at', context.time),
    createdAt: reader.take('created_at', context.time),
  };
  return { taken, findings: reader.findings };
}

function placeOf(
  reader: RowReader,
  row: LegacyRow,
  { projectId, containers }: { projectId: string; containers: ReadonlySet<string> },
): MinerPlace | null {
  const place = reader.demand('id', (id) => readMinerId(id, row.container?.trim() || null, projectId));
  if (place === null || containers.has(place.containerId)) return place;
  reader.refuse('container', {
    why: `${place.containerId} is neither in the hub nor among the containers carried over`,
    remedy: 'Add the container to the source or to the hub, then import again.',
  });
  return null;
}

/** The id settles the slot: readings find a miner by container and position. */
function checkPosition(reader: RowReader, place: MinerPlace): void {
  const told = reader.take('position', readCount);
  if (told !== null && told !== place.position)
    reader.note('position', {
      why: `is not the slot that the id says (${place.position}), which is taken`,
      remedy: 'Correct the id in the source and import again if the id is the wrong one of the two.',
    });
}
