import { type Ref, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
import { number, THIN } from '../format.ts';
import { ChartTable } from './chart-table.tsx';
import { type Layout, layoutOf } from './layout.ts';
import { type ChartLine, type ChartMark, type ChartPanel, type Coverage, timesOf } from './model.ts';
import { Pinned } from './pinned.tsx';
import { Plot } from './plot.tsx';
import { ReadOut, spokenOf } from './read-out.tsx';
import { newestKnown } from './runs.ts';
import { bucketLabel } from './time-ticks.ts';
import { useCursor } from './use-cursor.ts';
import { useWidth } from './use-width.ts';

export interface TimeChartProps {
  /** What the chart is of; read out, the heading above it says the same. */
  readonly label: string;
  /** When buckets begin, ms since 1970. Make it, panels, coverage and marks once per answer (`useMemo`). */
  readonly times: readonly number[];
  /** How wide buckets are, ms; told by the times where it is not said. */
  readonly step?: number;
  readonly panels: readonly ChartPanel[];
  readonly coverage?: readonly (Coverage | null)[] | undefined;
  readonly marks?: readonly ChartMark[];
  /** By whose clocks the axis is marked. */
  readonly timeZone: string;
  readonly onZoom?: (from: number, to: number) => void;
  /** Double click, or Escape: back to the range before zooming. */
  readonly onReset?: () => void;
  /** Where several charts share a cursor: where it is, and where it goes. */
  readonly cursorAt?: number | null;
  readonly onCursor?: (at: number | null) => void;
  /** Where one legend stands for several charts it is left out here. */
  readonly hasLegend?: boolean;
  /** What stands right beneath it: all of a long range. */
  readonly strip?: React.ReactNode;
  /** For a picture of it. */
  readonly svgRef?: Ref<SVGSVGElement>;
}

const NO_MARKS: readonly ChartMark[] = [];

/**
 * Figures over time: panels one above the other over one time axis, never two axes on one panel; gaps stay gaps. Stands in
 * a `figure.card` below its heading, brings read-out, legend and the table of its values.
 */
export function TimeChart(props: TimeChartProps) {
  const {
    label,
    panels,
    coverage,
    marks = NO_MARKS,
    timeZone,
    onZoom,
    onReset,
    onCursor,
    cursorAt,
    svgRef,
    hasLegend = true,
  } = props;
  const { t } = useTranslation();
  const [hasTable, setHasTable] = useState(false);
  const times = useMemo(() => timesOf(props.times, props.step), [props.times, props.step]);
  const [box, width] = useWidth();
  const hasRibbon = coverage !== undefined;
  const layout = useMemo(() => layoutOf(width, times, panels, hasRibbon), [width, times, panels, hasRibbon]);
  const cursor = useCursor(layout, times, cursorAt, { onZoom, onReset, onCursor });
  const { index, pinnedIndex, dragged } = cursor;
  const shown = { times, index: index ?? newestKnown(times.times.length, panels), panels, coverage, timeZone };
  const span = [times.from, times.to].map((at) => bucketLabel(at, times.step, Number.POSITIVE_INFINITY, timeZone));
  return (
    <>
      <ReadOut {...shown} />
      <output>
        {pinnedIndex !== null && <Pinned {...shown} index={pinnedIndex} marks={marks} onRelease={cursor.release} />}
      </output>
      <div className="chart-box" ref={box}>
        <div
          role="slider"
          tabIndex={0}
          className="chart-cursor"
          aria-label={`${label}. ${useSummary(panels)} ${t('charts.keys')}`}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={Math.max(0, times.times.length - 1)}
          aria-valuenow={shown.index ?? 0}
          aria-valuetext={spokenOf(shown) || t('charts.nothing')}
          {...cursor.handlers}
        >
          <svg
            ref={svgRef}
            className="chart"
            width={layout.width}
            height={layout.height}
            viewBox={`0 0 ${layout.width} ${layout.height}`}
            aria-hidden="true"
          >
            <Plot layout={layout} times={times} coverage={coverage} marks={marks} timeZone={timeZone} />
            {dragged !== null && (
              <rect
                className="drag"
                x={Math.min(layout.x(dragged.from), layout.x(dragged.to))}
                width={Math.abs(layout.x(dragged.to) - layout.x(dragged.from))}
                y={layout.top}
                height={layout.bottom - layout.top}
              />
            )}
            {pinnedIndex !== null && (
              <Cursor layout={layout} at={times.times[pinnedIndex] ?? times.from} index={pinnedIndex} isHeld />
            )}
            {index !== null && <Cursor layout={layout} at={times.times[index] ?? times.from} index={index} />}
          </svg>
        </div>
        <output className="sr">{t('charts.shows', { from: span[0], to: span[1] })}</output>
      </div>
      {props.strip}
      <div className="card-f lgd chart-legend">
        {hasLegend && <Legend panels={panels} />}
        <button
          type="button"
          className="btn ghost sm end"
          aria-expanded={hasTable}
          onClick={() => setHasTable(!hasTable)}
        >
          <Icon name="table" />
          {t(hasTable ? 'charts.hideTable' : 'charts.showTable')}
        </button>
      </div>
      {hasTable && <ChartTable label={label} times={times} panels={panels} coverage={coverage} timeZone={timeZone} />}
    </>
  );
}

function Cursor({ layout, at, index, isHeld }: { layout: Layout; at: number; index: number; isHeld?: boolean }) {
  const x = layout.x(at);
  return (
    <g className={isHeld ? 'held' : undefined}>
      <line className="cur" x1={Math.round(x) + 0.5} x2={Math.round(x) + 0.5} y1={layout.top} y2={layout.bottom} />
      {layout.panels.flatMap(({ panel, y }) =>
        panel.lines.map(({ label, values, colour }) => {
          const value = values[index] ?? null;
          if (value === null) return null;
          const style = { stroke: `var(${colour})` };
          return <circle key={`${panel.title} ${label}`} className="pt" cx={x} cy={y(value)} r="3.5" style={style} />;
        }),
      )}
    </g>
  );
}

function Legend({ panels }: { panels: readonly ChartPanel[] }) {
  const { t } = useTranslation();
  const all = panels.flatMap(({ lines }) => lines);
  // What stands in several panels under one name and colour is named once.
  const isFirst = (line: ChartLine): boolean =>
    all.find(({ label, colour }) => label === line.label && colour === line.colour) === line;
  return (
    <>
      {panels.map(({ title, lines, band }) => (
        <span key={title} className="lgd">
          {lines
            .filter((line) => !line.isBefore && isFirst(line))
            .map(({ label, colour, thin }) => (
              <span key={label} style={{ '--c': `var(${colour})` } as React.CSSProperties}>
                <i className={thin ? 'thin' : undefined} />
                {label}
              </span>
            ))}
          {band !== undefined && (
            <span style={{ '--c': 'var(--band)' } as React.CSSProperties}>
              <i className="b" />
              {band.label}
            </span>
          )}
        </span>
      ))}
      {all.some(({ isBefore }) => isBefore) && (
        <span style={{ '--c': 'var(--text-2)' } as React.CSSProperties}>
          <i className="thin" />
          {t('charts.compare')}
        </span>
      )}
      <span style={{ '--c': 'var(--well)' } as React.CSSProperties}>
        <i className="b" />
        {t('charts.noData')}
      </span>
    </>
  );
}

/** Between what each line moved, in words. */
function useSummary(panels: readonly ChartPanel[]): string {
  const { t } = useTranslation();
  const parts = panels.flatMap(({ lines, unit, decimals = 1 }) =>
    lines.map(({ label, values }) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return t('charts.lineUnknown', { line: label });
      const ends = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
      const [least, most] = ends.map((end) => number(end, decimals));
      return t('charts.line', { line: label, least, most, unit: `${THIN}${unit}` });
    }),
  );
  return `${parts.join('; ')}.`;
}
