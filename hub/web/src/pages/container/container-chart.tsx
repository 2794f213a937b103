import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import type { Container } from '../../api/containers.ts';
import { type Scope, type Series, seriesPath, seriesQuery } from '../../api/metrics.ts';
import { ExportMenu } from '../../charts/export-menu.tsx';
import { largestOf, momentsOf, valuesOf } from '../../charts/from-series.ts';
import type { ChartMark, ChartPanel } from '../../charts/model.ts';
import { parseRange, rangeAsked, rangeText, zoomedTo } from '../../charts/range.ts';
import { RangePicker } from '../../charts/range-picker.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMinute } from '../../components/use-now.ts';
import { hashrate } from '../../format.ts';
import { withoutTarget } from './head.tsx';

const METRICS = 'hashrate_ths,power_kw,temp_supply_c,temp_return_c,temp_chip_c';
const DIVISORS: Readonly<Record<string, number>> = { 'EH/s': 1e6, 'PH/s': 1e3, 'TH/s': 1 };

interface ChartProps {
  readonly container: Container;
  readonly alerts: readonly Alert[];
  readonly zone: string;
  /** As it stands in the address. */
  readonly range: string | undefined;
  readonly onRange: (range: string | undefined) => void;
}

/** Hashrate, power and temperatures on one time axis; 24 h unless the address says otherwise. */
export function ContainerChart({ container, alerts, zone, range: text, onRange }: ChartProps) {
  const { t } = useTranslation();
  const { container_id: id, project_id: projectId } = container;
  const now = useMinute();
  const range = parseRange(text);
  const scope: Scope = { scope: 'container', id, projectId };
  const asked = { ...rangeAsked(range), metrics: METRICS, agg: 'avg,max', project_id: projectId };
  const series = useQuery(seriesQuery(scope, asked));
  const marks = useMemo(() => marksOf(alerts, id), [alerts, id]);
  const svg = useRef<SVGSVGElement>(null);
  const title = t('container.chart');
  return (
    <figure className="card" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        <span className="row wrap end">
          <RangePicker range={range} timeZone={zone} now={now} onChange={(next) => onRange(rangeText(next))} />
          <ExportMenu
            path={seriesPath(scope)}
            query={asked}
            name={`${id}-${rangeText(range)}`}
            files
            picture={() => svg.current}
          />
        </span>
      </div>
      <Panel of={series} skeleton={<Skeleton rows={1} height={420} />}>
        {(answered) => (
          <Drawn
            answered={answered}
            expected={container.hashrate_expected_th}
            marks={marks}
            timeZone={zone}
            svgRef={svg}
            onZoom={(from, to) => onRange(rangeText(zoomedTo(from, to, Date.now())))}
            onReset={() => onRange(undefined)}
          />
        )}
      </Panel>
    </figure>
  );
}

interface DrawnProps
  extends Pick<React.ComponentProps<typeof TimeChart>, 'onZoom' | 'onReset' | 'svgRef' | 'timeZone'> {
  readonly answered: Series;
  /** TH/s. */
  readonly expected: number | null;
  readonly marks: readonly ChartMark[];
}

function Drawn({ answered, expected, ...rest }: DrawnProps) {
  const { t } = useTranslation();
  const times = useMemo(() => momentsOf(answered), [answered]);
  const panels = useMemo((): ChartPanel[] => {
    const { unit } = hashrate(largestOf(valuesOf(answered, 'hashrate_ths')) ?? expected);
    const divisor = DIVISORS[unit] ?? 1;
    return [
      {
        title: t('common.quantity.hashrate'),
        unit,
        lines: [
          {
            label: t('common.quantity.hashrate'),
            values: valuesOf(answered, 'hashrate_ths', { divisor }),
            colour: '--s1',
          },
        ],
        leastSpan: expected === null ? 1 : expected / divisor / 20,
        height: 96,
        ...(expected === null ? {} : { thresholds: [{ value: expected / divisor, label: t('container.expected') }] }),
      },
      {
        title: t('common.quantity.power'),
        unit: 'kW',
        decimals: 0,
        leastSpan: 100,
        height: 80,
        lines: [{ label: t('common.quantity.power'), values: valuesOf(answered, 'power_kw'), colour: '--s1' }],
      },
      {
        title: t('container.temperatures'),
        unit: '°C',
        leastSpan: 10,
        lines: [
          {
            label: t('container.chipMax'),
            values: valuesOf(answered, 'temp_chip_c', { agg: 'max' }),
            colour: '--text-3',
            thin: true,
          },
          { label: t('container.chipAvg'), values: valuesOf(answered, 'temp_chip_c'), colour: '--s1' },
          { label: t('common.quantity.return'), values: valuesOf(answered, 'temp_return_c'), colour: '--s3' },
          { label: t('common.quantity.supply'), values: valuesOf(answered, 'temp_supply_c'), colour: '--s2' },
        ],
      },
    ];
  }, [answered, expected, t]);
  return (
    <TimeChart label={t('container.chart')} times={times} panels={panels} coverage={answered.coverage} {...rest} />
  );
}

/** When the open alerts of the container itself began; those that follow from others crowd the axis. */
function marksOf(alerts: readonly Alert[], id: string): ChartMark[] {
  return alerts
    .filter(({ suppressed_by: cause, target_type: target }) => cause === null && target === 'container')
    .map(({ severity, message, first_seen_at: at }) => ({
      mark: severity,
      label: withoutTarget(message, id),
      at: Date.parse(at),
    }));
}
