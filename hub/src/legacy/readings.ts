import { METRICS } from '@hearst/protocol';
import type { TablePlan } from './columns.ts';
import { readContainerId } from './ids.ts';
import { type LegacyRow, type Mapped, RowReader } from './row-reader.ts';
import type { TimeReader } from './times.ts';
import { NOT_NEGATIVE, readCount, readNumber } from './values.ts';

/** One row of the old metrics: what the project, or one of its containers, did at one moment. Null is unknown. */
export interface LegacyReading {
  /** What names the row in the report. */
  readonly id: string;
  readonly scope: 'project' | 'container';
  readonly scopeId: string;
  /** Ms since 1970 UTC. */
  readonly at: number;
  readonly hashrateThs: number | null;
  readonly powerKw: number | null;
  readonly minersActive: number | null;
  readonly activeContainers: number | null;
  readonly tempSupplyC: number | null;
  readonly tempReturnC: number | null;
}

/** @param context.containers the ids of the containers there are, those just carried over included */
export function readReading(
  row: LegacyRow,
  plan: TablePlan,
  context: { readonly projectId: string; readonly containers: ReadonlySet<string>; readonly time: TimeReader },
): Mapped<LegacyReading> {
  const id = nameOf(row);
  const reader = new RowReader(plan, row, id);
  const at = reader.demand('at', context.time);
  const scope = at === null ? null : scopeOf(reader, row, context);
  if (at === null || scope === null) return { taken: null, findings: reader.findings };
  const number = (field: string, range = NOT_NEGATIVE) =>
    reader.take(field, (text, scale) => readNumber(text, range, scale));
  const figures = {
    hashrateThs: number('hashrate'),
    powerKw: number('power'),
    minersActive: reader.take('miners_active', readCount),
    activeContainers: reader.take('active_containers', readCount),
    tempSupplyC: number('temp_supply', METRICS.temp_supply_c),
    tempReturnC: number('temp_return', METRICS.temp_return_c),
  };
  if (Object.values(figures).every((value) => value === null)) {
    reader.refuse(plan.fields.hashrate === undefined ? 'power' : 'hashrate', {
      why: 'and all other figures of the row are unknown',
      remedy: 'Nothing needs doing: what is unknown leaves a gap.',
    });
    return { taken: null, findings: reader.findings };
  }
  return { taken: { id, ...scope, at, ...figures }, findings: reader.findings };
}

function nameOf(row: LegacyRow): string {
  return row.container === null || row.container === undefined ? (row.at ?? '') : `${row.at ?? ''} ${row.container}`;
}

/** Whose figures they are: without a container those of the whole site. */
function scopeOf(
  reader: RowReader,
  row: LegacyRow,
  { projectId, containers }: { projectId: string; containers: ReadonlySet<string> },
): Pick<LegacyReading, 'scope' | 'scopeId'> | null {
  if (row.miner !== null && row.miner !== undefined) {
    reader.refuse('miner', {
      why: 'says that these are figures of a single miner, of which the hub keeps none over time',
      remedy: 'Nothing can be done about it in the hub.',
    });
    return null;
  }
  if (row.container === null || row.container === undefined) return { scope: 'project', scopeId: projectId };
  const scopeId = reader.demand('container', (id) => readContainerId(id, projectId));
  if (scopeId === null || containers.has(scopeId)) return scopeId === null ? null : { scope: 'container', scopeId };
  reader.refuse('container', {
    why: `is neither in the hub nor among the containers carried over (as ${scopeId})`,
    remedy: 'Add the container to the source or to the hub, then import again.',
  });
  return null;
}
