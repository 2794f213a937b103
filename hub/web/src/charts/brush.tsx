import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { sidesOf } from './layout.ts';
import { timesOf, type Values } from './model.ts';
import type { Part } from './part.ts';
import { pathOf } from './runs.ts';
import { scaleOf } from './scale.ts';
import { bucketLabel, timeTicks } from './time-ticks.ts';
import { useBrush } from './use-brush.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 40;
const AXIS = 18;
const PER_TICK = 84;
const ENDS = ['from', 'to'] as const;

interface BrushProps {
  readonly label: string;
  readonly whole: Part;
  /** Which part is shown above; null: all of it. */
  readonly part: Part | null;
  /** What is drawn small, over the whole. */
  readonly times: readonly number[];
  readonly values: Values;
  readonly timeZone: string;
  readonly onPart: (part: Part | null) => void;
}

/** All of a long range beneath a chart, on which the part is chosen that the chart shows. */
export function Brush({ label, whole, part, times, values, timeZone, onPart }: BrushProps) {
  const { t } = useTranslation();
  const [box, width] = useWidth();
  const { left, right } = sidesOf(width);
  const span = Math.max(1, whole.to - whole.from);
  const x = (at: number): number => left + ((at - whole.from) / span) * (right - left);
  const at = (place: number): number =>
    Math.min(whole.to, Math.max(whole.from, whole.from + ((place - left) / (right - left)) * span));
  const { shown, isPart, pointer, keysOf } = useBrush({ whole, part, x, at, onPart });
  const path = useMemo(() => {
    const scale = scaleOf({ title: '', unit: '', lines: [{ label: '', values, colour: '--s1' }] });
    const y = (value: number): number => HEIGHT - 4 - ((value - scale.low) / (scale.high - scale.low)) * (HEIGHT - 8);
    const place = (i: number): number => left + (((times[i] ?? whole.from) - whole.from) / span) * (right - left);
    return pathOf(values, (i) => Math.min(right, Math.max(left, place(i))), y);
  }, [times, values, whole.from, span, left, right]);
  const most = Math.max(2, Math.floor((right - left) / PER_TICK));
  const [start, end] = [x(shown.from), x(shown.to)];
  const { step } = timesOf(times);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div className="brush" role="group" aria-label={t('charts.part', { chart: label })} ref={box} {...pointer}>
      <svg
        className="chart"
        width={width}
        height={HEIGHT + AXIS}
        viewBox={`0 0 ${width} ${HEIGHT + AXIS}`}
        aria-hidden="true"
      >
        <rect className="strip-bg" x={left} width={right - left} y="0" height={HEIGHT} rx="2" />
        <path className="ln" d={path} />
        <rect className="out" x={left} width={Math.max(0, start - left)} y="0" height={HEIGHT} />
        <rect className="out" x={end} width={Math.max(0, right - end)} y="0" height={HEIGHT} />
        <rect
          className={isPart ? 'in is-part' : 'in'}
          x={start}
          width={end - start}
          y="0.5"
          height={HEIGHT - 1}
          rx="2"
        />
        {timeTicks(whole.from, whole.to, timeZone, most).map((tick) => (
          <text key={tick.at} x={x(tick.at)} y={HEIGHT + 14} textAnchor={right - x(tick.at) < 16 ? 'end' : 'middle'}>
            {tick.label}
          </text>
        ))}
      </svg>
      {ENDS.map((which) => (
        <span
          key={which}
          role="slider"
          tabIndex={0}
          className="grip"
          style={{ insetInlineStart: x(shown[which]), blockSize: HEIGHT }}
          aria-label={t(`charts.partEnd.${which}`)}
          aria-valuemin={whole.from}
          aria-valuemax={whole.to}
          aria-valuenow={Math.round(shown[which])}
          aria-valuetext={bucketLabel(shown[which], Math.min(step, 60_000), Number.POSITIVE_INFINITY, timeZone)}
          onKeyDown={keysOf(which)}
        />
      ))}
    </div>
  );
}
