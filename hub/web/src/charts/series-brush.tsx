import { useMemo } from 'react';
import type { Series } from '../api/metrics.ts';
import { Brush } from './brush.tsx';
import { momentsOf, valuesOf } from './from-series.ts';
import type { Part, ShownRange } from './part.ts';

/** The strip beneath a chart of a long range, drawn by its hashrate; of a shorter range there is none. */
export function SeriesBrush({
  label,
  shown,
  answered,
  timeZone,
  onPart,
}: {
  label: string;
  shown: ShownRange;
  answered: Series | undefined;
  timeZone: string;
  onPart: (part: Part | null) => void;
}) {
  const times = useMemo(() => (answered === undefined ? [] : momentsOf(answered)), [answered]);
  const values = useMemo(() => (answered === undefined ? [] : valuesOf(answered, 'hashrate_ths')), [answered]);
  if (!shown.isLong || answered === undefined) return null;
  const { whole, part } = shown;
  return <Brush {...{ label, whole, part, times, values, timeZone, onPart }} />;
}
