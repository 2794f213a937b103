import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { PlacedMark } from '../components/status-mark.tsx';
import { duration, number } from '../format.ts';
import type { Layout, PlacedPanel } from './layout.ts';
import { type ChartMark, type Coverage, type Times, titleOf } from './model.ts';
import { areaOf, coveredBy, gapsOf, pathOf, runsOf } from './runs.ts';
import { spread } from './scale.ts';
import { timeTicks } from './time-ticks.ts';
import { offsetName } from './zone.ts';

const PER_TICK = 84;
const LINE_HEIGHT = 15;
/** Marks nearer than this share one label: the first one's. */
const LABEL_APART = 64;
/** How much room the words beside a gap take. */
const GAP_LABEL = 120;

interface PlotProps {
  readonly layout: Layout;
  readonly times: Times;
  readonly coverage: readonly (Coverage | null)[] | undefined;
  readonly marks: readonly ChartMark[];
  readonly timeZone: string;
}

/** All of a chart that does not move with the cursor. */
export const Plot = memo(function Plot({ layout, times, coverage, marks, timeZone }: PlotProps) {
  return (
    <>
      <Spans layout={layout} marks={marks} />
      <Gaps layout={layout} times={times} />
      {layout.panels.map((placed) => (
        <Panel key={placed.panel.title} placed={placed} layout={layout} times={times} />
      ))}
      <Moments layout={layout} marks={marks} />
      {coverage !== undefined && <Ribbon layout={layout} times={times} coverage={coverage} />}
      <TimeAxis layout={layout} times={times} timeZone={timeZone} />
    </>
  );
});

function Panel({ placed, layout, times }: { placed: PlacedPanel; layout: Layout; times: Times }) {
  const { panel, scale, top, y } = placed;
  const { left, right, isSmall, x } = layout;
  const { band, thresholds = [], lines } = panel;
  const ends = isSmall ? [] : endsOf(placed, times);
  return (
    <g>
      <text className="ttl" x={left} y={top - 8}>
        {titleOf(panel)}
      </text>
      {band !== undefined && (
        <rect className="bd" x={left} width={right - left} y={y(band.high)} height={y(band.low) - y(band.high)} />
      )}
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line className="gl" x1={left} x2={right} y1={Math.round(y(tick)) + 0.5} y2={Math.round(y(tick)) + 0.5} />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end">
            {number(tick, scale.decimals)}
          </text>
        </g>
      ))}
      {thresholds.map(({ value, label }) => (
        <g key={label}>
          <line className="th" x1={left} x2={right} y1={y(value)} y2={y(value)} />
          <text
            x={isSmall ? left + 6 : right + 8}
            y={
              isSmall
                ? withinPanel(y(value), placed)
                : clearOf(
                    y(value),
                    ends.map((end) => y(end.value)),
                  ) + 4
            }
          >
            {label}
          </text>
        </g>
      ))}
      {lines.map(({ label, least, most, colour, isSpread }) =>
        isSpread && least !== undefined && most !== undefined ? (
          <path
            key={label}
            className="spread"
            d={areaOf(least, most, (i) => x(times.times[i] ?? 0), y)}
            style={{ fill: `var(${colour})` }}
          />
        ) : null,
      )}
      {lines.map(({ label, values, colour, thin }) => (
        <path
          key={label}
          className={thin ? 'ln thin' : 'ln'}
          d={pathOf(values, (i) => x(times.times[i] ?? 0), y)}
          style={{ stroke: `var(${colour})` }}
        />
      ))}
      {!isSmall && <Ends placed={placed} layout={layout} times={times} />}
    </g>
  );
}

/** The newest value of each line, beside its end; of what has stopped telling there is none. */
function Ends({ placed, layout, times }: { placed: PlacedPanel; layout: Layout; times: Times }) {
  const { panel, y } = placed;
  const ends = endsOf(placed, times);
  const places = spread(
    ends.map(({ value }) => y(value)),
    LINE_HEIGHT,
  );
  return ends.map(({ line, value, i }, k) => (
    <g key={line.label}>
      <circle cx={layout.x(times.times[i] ?? 0)} cy={y(value)} r="2.5" style={{ fill: `var(${line.colour})` }} />
      <text x={layout.right + 8} y={places[k]! + 4}>
        <tspan className="end-v">{number(value, panel.decimals ?? 1)}</tspan>{' '}
        {ends.length === 1 ? panel.unit : line.label}
      </text>
    </g>
  ));
}

/** Of each line that has not stopped telling, its newest value. */
function endsOf({ panel }: PlacedPanel, { times }: Times) {
  return panel.lines.flatMap((line) => {
    const i = line.values.findLastIndex((value) => value !== null);
    const value = line.values[i] ?? null;
    return line.thin || value === null || i < times.length - 2 ? [] : [{ line, value, i }];
  });
}

/** The place of a label within a panel: below its line, above it where that would be on the axis. */
function withinPanel(line: number, { top, height }: PlacedPanel): number {
  return line + LINE_HEIGHT > top + height ? line - 6 : line + 14;
}

/** A place for a label as near as may be to where it belongs, none of the others in its way. */
function clearOf(place: number, others: readonly number[]): number {
  const near = others.filter((other) => Math.abs(other - place) < LINE_HEIGHT);
  if (near.length === 0) return place;
  const [above, below] = [Math.min(...near) - LINE_HEIGHT, Math.max(...near) + LINE_HEIGHT];
  return place - above <= below - place ? above : below;
}

function Gaps({ layout, times }: { layout: Layout; times: Times }) {
  const { t } = useTranslation();
  const { x, top, bottom, left, isSmall, panels } = layout;
  const at = (i: number): number => x(times.times[i] ?? times.to);
  const gaps = gapsOf(
    times.times.length,
    panels.map(({ panel }) => panel),
  );
  const first = panels[0];
  let free = left;
  return gaps.map(({ from, to }, k) => {
    const label = t('charts.noDataFor', { time: duration(((to - from) * times.step) / 1000) });
    const wide = at(to) - at(from) > GAP_LABEL;
    const place = wide ? Math.max(left, at(from)) + 8 : at(to) + 6;
    const next = gaps[k + 1];
    const end = wide || next === undefined ? layout.right : at(next.from);
    const hasRoom = place >= free && place + GAP_LABEL <= (wide ? at(to) + 8 : end);
    if (hasRoom) free = place + GAP_LABEL;
    return (
      <g key={from}>
        <rect className="gap" x={at(from)} y={top} width={at(to) - at(from)} height={bottom - top} />
        {!isSmall && first !== undefined && hasRoom && (
          <text x={place} y={first.top + first.height - 6}>
            {label}
          </text>
        )}
      </g>
    );
  });
}

/** What went on for a while, as a tint over all panels. */
function Spans({ layout: { x, left, right, top, bottom, isSmall }, marks }: Pick<PlotProps, 'layout' | 'marks'>) {
  return marks.map((mark) => {
    if ('at' in mark) return null;
    const [start, end] = [Math.max(left, x(mark.from)), Math.min(right, x(mark.to))];
    if (end <= start) return null;
    return (
      <g key={`${mark.label} ${mark.from}`} data-s={mark.mark}>
        <rect className="span" x={start} y={top - 6} width={end - start} height={bottom - top + 6} />
        <PlacedMark mark={mark.mark} x={start} y={top - 18} />
        {!isSmall && (
          <text className="lbl" x={start + 16} y={top - 8}>
            {mark.label}
          </text>
        )}
      </g>
    );
  });
}

/** What happened at a moment, as a line through all panels. */
function Moments({ layout, marks }: Pick<PlotProps, 'layout' | 'marks'>) {
  const { x, left, right, top, bottom, isSmall } = layout;
  const moments = marks
    .flatMap((mark) => ('at' in mark ? [{ ...mark, x: x(mark.at) }] : []))
    .filter((mark) => mark.x >= left && mark.x <= right)
    .sort((a, b) => a.x - b.x);
  let labelled = Number.NEGATIVE_INFINITY;
  return moments.map((mark, i) => {
    const hasLabel = mark.x - labelled >= LABEL_APART;
    if (hasLabel) labelled = mark.x;
    const isCrowded = (moments[i + 1]?.x ?? right + LABEL_APART) - mark.x < LABEL_APART;
    const before = isSmall || isCrowded || mark.x > right - LABEL_APART / 2;
    return (
      <g key={`${mark.label} ${mark.at}`} data-s={mark.mark}>
        <line className="mk" x1={mark.x} x2={mark.x} y1={top - 4} y2={bottom} />
        <PlacedMark mark={mark.mark} x={mark.x - 6} y={top - 18} />
        {hasLabel && (
          <text className="lbl" x={mark.x + (before ? -10 : 10)} y={top - 8} textAnchor={before ? 'end' : 'start'}>
            {mark.label}
          </text>
        )}
      </g>
    );
  });
}

function Ribbon({
  layout,
  times,
  coverage,
}: {
  layout: Layout;
  times: Times;
  coverage: NonNullable<PlotProps['coverage']>;
}) {
  const { t } = useTranslation();
  const { x, ribbon, right, isSmall } = layout;
  const at = (i: number): number => x(times.times[i] ?? times.to);
  const newest = coverage.findLast((each) => each !== null && each.reporting > 0);
  return (
    <g>
      {runsOf(times.times.length, (i) => coveredBy(coverage[i]))
        .filter(({ kind }) => kind !== 'none')
        .map(({ kind, from, to }) => (
          <rect
            key={from}
            className={`rib ${kind}`}
            x={at(from)}
            y={ribbon}
            width={Math.max(1, at(to) - at(from) - 1)}
            height="8"
            rx="1"
          />
        ))}
      {!isSmall && newest != null && (
        <text x={right + 8} y={ribbon + 8}>
          {t('charts.coverage')} {number(newest.reporting)}/{number(newest.expected)}
        </text>
      )}
    </g>
  );
}

function TimeAxis({ layout, times, timeZone }: Pick<PlotProps, 'layout' | 'times' | 'timeZone'>) {
  const { left, right, axis, x } = layout;
  const most = Math.max(2, Math.floor((right - left) / PER_TICK));
  return (
    <g>
      <line className="ax" x1={left} x2={right} y1={axis + 0.5} y2={axis + 0.5} />
      <text x="0" y={axis + 18}>
        {offsetName(times.to, timeZone)}
      </text>
      {timeTicks(times.from, times.to, timeZone, most)
        .filter(({ at }) => x(at) - left > 24)
        .map(({ at, label, isMajor }) => (
          <g key={at}>
            <line className="ax" x1={x(at)} x2={x(at)} y1={axis} y2={axis + 4} />
            <text
              x={Math.min(x(at), right)}
              y={axis + 18}
              textAnchor={right - x(at) < 16 ? 'end' : 'middle'}
              className={isMajor ? 'ttl' : undefined}
            >
              {label}
            </text>
          </g>
        ))}
    </g>
  );
}
