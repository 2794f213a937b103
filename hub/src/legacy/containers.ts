import { METRICS } from '@hearst/protocol';
import type { SourceColumn, TablePlan } from './columns.ts';
import { readContainerId } from './ids.ts';
import { type LegacyRow, type Mapped, RowReader } from './row-reader.ts';
import { readContainerStatus } from './statuses.ts';
import type { TimeReader } from './times.ts';
import { NOT_NEGATIVE, readCount, readNumber, readText } from './values.ts';

/** A container as carried over: null is unknown; times in ms since 1970 UTC. */
export interface LegacyContainer {
  readonly containerId: string;
  readonly name: string | null;
  readonly model: string | null;
  readonly status: string;
  readonly hashrateTh: number | null;
  readonly powerKw: number | null;
  readonly minersActive: number | null;
  readonly tempSupplyC: number | null;
  readonly tempReturnC: number | null;
  readonly flowM3h: number | null;
  /** When its figures were told; null when the source does not say. */
  readonly stateAt: number | null;
  readonly createdAt: number | null;
  /** JSON of `metadata`: `legacy` with the old id and what has no column in the hub. */
  readonly metadata: string;
}

/** The name under which the source is asked for the column of that number among those that are no field. */
export const otherField = (index: number): string => `other_${index}`;

export function readContainer(
  row: LegacyRow,
  plan: TablePlan,
  context: { readonly projectId: string; readonly time: TimeReader },
): Mapped<LegacyContainer> {
  const written = row.id ?? '';
  const reader = new RowReader(plan, row, written);
  const containerId = reader.demand('id', (id) => readContainerId(id, context.projectId));
  if (containerId === null) return { taken: null, findings: reader.findings };
  const number = (field: string, range = NOT_NEGATIVE) =>
    reader.take(field, (text, scale) => readNumber(text, range, scale));
  const taken: LegacyContainer = {
    containerId,
    name: reader.take('name', readText),
    model: reader.take('model', readText),
    status: reader.take('status', readContainerStatus) ?? 'unknown',
    hashrateTh: number('hashrate'),
    powerKw: number('power'),
    minersActive: reader.take('miners_active', readCount),
    tempSupplyC: number('temp_supply', METRICS.temp_supply_c),
    tempReturnC: number('temp_return', METRICS.temp_return_c),
    flowM3h: number('flow', METRICS.flow_m3h),
    stateAt: reader.take('state_at', context.time),
    createdAt: reader.take('created_at', context.time),
    metadata: JSON.stringify({ legacy: { container_id: written.trim(), ...otherValues(row, plan.others) } }),
  };
  return { taken, findings: reader.findings };
}

function otherValues(row: LegacyRow, columns: readonly SourceColumn[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, type }, i) => [name, jsonOf(row[otherField(i)] ?? null, type)]));
}

/** A value of any type as JSON that Postgres takes. */
function jsonOf(text: string | null, type: string): unknown {
  if (text === null) return null;
  if (type === 'boolean') return text === 'true';
  if (type === 'json' || type === 'jsonb') return storable(JSON.parse(text));
  if (/^(smallint|integer|bigint|real|double precision|numeric)$/.test(type)) {
    const number = Number(text);
    if (Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  }
  return text;
}

/** What `json` allows and `jsonb` does not: NUL and halves of characters. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '');
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]));
}
