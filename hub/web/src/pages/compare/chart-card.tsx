import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ExportMenuOf, type Source } from '../../charts/export-menu.tsx';
import { type Range, rangeText, zoomedTo } from '../../charts/range.ts';
import { RangePicker } from '../../charts/range-picker.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Failure, Skeleton } from '../../components/panel.tsx';
import { listing } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { itemText } from './items.ts';
import { type Answered, type Measured, placed } from './measured.ts';
import { COLOURS, panelsOf } from './panels.ts';
import type { Period } from './periods.ts';

interface CardProps {
  readonly answered: readonly Answered[];
  readonly measured: readonly Measured[];
  readonly times: readonly string[];
  readonly period: Period | undefined;
  readonly range: Range;
  readonly zone: string;
  readonly now: number;
  readonly sources: readonly Source[];
  readonly failures: readonly (Error | null)[];
  readonly isWaiting: boolean;
  readonly onRetry: () => unknown;
  readonly onRange: (range: Range | undefined) => void;
}

/** All on one chart as long as there are colours to tell them apart; of more each has its own, on the same axes. */
export function ChartCard(props: CardProps) {
  const { answered, measured, period, range, zone, now, sources, failures, isWaiting, onRetry, onRange } = props;
  const { t } = useTranslation();
  const mayInside = useMay('inside');
  const svg = useRef<SVGSVGElement>(null);
  const isTogether = answered.length <= COLOURS.length;
  const title = t('compare.chart');
  const without = measured.flatMap(({ name, without: names }) =>
    names.length === 0
      ? []
      : [t('compare.without', { quantity: t(`compare.quantity.${name}`), names: listing(names) })],
  );
  return (
    <figure className="card" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        <span className="row wrap end">
          <RangePicker range={range} timeZone={zone} now={now} onChange={onRange} />
          <ExportMenuOf
            sources={sources}
            name={`compare-${rangeText(range)}`}
            files={mayInside}
            picture={isTogether ? () => svg.current : undefined}
          />
        </span>
      </div>
      {failures.map(
        (error, i) =>
          error !== null && (
            <div key={answered[i] && itemText(answered[i].item)} className="card-b">
              <p className="t2">{answered[i]?.label}</p>
              <Failure error={error} onRetry={onRetry} />
            </div>
          ),
      )}
      {isWaiting ? (
        <Skeleton rows={1} height={380} />
      ) : isTogether ? (
        <Together {...props} svg={svg} />
      ) : (
        <Multiples {...props} />
      )}
      {(without.length > 0 || period !== undefined) && (
        <p className="card-f">
          {[...without, ...(period === undefined ? [] : [t(`compare.dashed.${period.name}`)])].join(' ')}
        </p>
      )}
    </figure>
  );
}

function Together({ svg, ...props }: CardProps & { svg: React.RefObject<SVGSVGElement | null> }) {
  const { t } = useTranslation();
  const { moments, charts, zooming } = useDrawn(props);
  return (
    <TimeChart
      label={t('compare.chart')}
      times={moments}
      panels={charts[0] ?? []}
      timeZone={props.zone}
      svgRef={svg}
      {...zooming}
    />
  );
}

const SMALL_PANEL = 72;

function Multiples(props: CardProps) {
  const { answered, zone, times } = props;
  const { moments, charts, zooming } = useDrawn(props);
  const coverages = useMemo(
    () => answered.map(({ series }) => series && placed(series.time, series.coverage, times)),
    [answered, times],
  );
  const [cursor, setCursor] = useState<number | null>(null);
  return (
    <div className="multiples" style={{ '--columns': answered.length > 4 ? 3 : 2 } as React.CSSProperties}>
      {answered.map(({ item, label }, i) => (
        <section key={itemText(item)} aria-label={label}>
          <h3>{label}</h3>
          <TimeChart
            label={label}
            times={moments}
            panels={charts[i] ?? []}
            coverage={coverages[i]}
            timeZone={zone}
            cursorAt={cursor}
            onCursor={setCursor}
            hasLegend={false}
            {...zooming}
          />
        </section>
      ))}
    </div>
  );
}

/** The panels of each chart, made once per answer, the moments they share, and where zooming leads. */
function useDrawn({ measured, answered, times, period, onRange }: CardProps) {
  const { t } = useTranslation();
  const moments = useMemo(() => times.map((time) => Date.parse(time)), [times]);
  const before = period?.name ?? 'before';
  const count = answered.length;
  const isTogether = count <= COLOURS.length;
  const charts = useMemo(() => {
    const words = {
      title: ({ name, isShare }: Measured) => {
        const quantity = t(`compare.quantity.${name}`);
        return isShare ? t('compare.share', { quantity }) : quantity;
      },
      line: ({ name }: Measured, label: string) => (isTogether ? label : t(`compare.quantity.${name}`)),
      before: (name: string) => t(`compare.label.${before}`, { name }),
    };
    const all = Array.from({ length: count }, (_, i) => i);
    return isTogether ? [panelsOf(measured, all, words)] : all.map((i) => panelsOf(measured, [i], words, SMALL_PANEL));
  }, [measured, count, isTogether, before, t]);
  return {
    moments,
    charts,
    zooming: {
      onZoom: (from: number, to: number) => onRange(zoomedTo(from, to, Date.now())),
      onReset: () => onRange(undefined),
    },
  };
}
