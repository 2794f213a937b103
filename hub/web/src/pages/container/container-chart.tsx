import { useQuery } from '@tanstack/react-query';
import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type RuleBook, rulesQuery } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { type Scope, type Series, seriesPath, seriesQuery } from '../../api/metrics.ts';
import { CompareToggle, compareAsked } from '../../charts/compare-toggle.tsx';
import { ExportMenu } from '../../charts/export-menu.tsx';
import { largestOf, momentsOf, valuesOf } from '../../charts/from-series.ts';
import { linesOf } from '../../charts/lines.ts';
import type { ChartMark, ChartPanel } from '../../charts/model.ts';
import { partText, shownOf, unzoomed, zoomed } from '../../charts/part.ts';
import { parseRange, rangeAsked, rangeText } from '../../charts/range.ts';
import { RangePicker } from '../../charts/range-picker.tsx';
import { SeriesBrush } from '../../charts/series-brush.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { nameOfRule } from '../../components/alert-words.ts';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMinute } from '../../components/use-now.ts';
import { hashrate } from '../../format.ts';
import type { ContainerSearch } from '../../router.tsx';
import type { ChangeSearch } from './use-search.ts';

const METRICS = 'hashrate_ths,power_kw,temp_supply_c,temp_return_c,temp_chip_c';
const DIVISORS: Readonly<Record<string, number>> = { 'EH/s': 1e6, 'PH/s': 1e3, 'TH/s': 1 };

interface ChartProps {
  readonly id: string;
  readonly projectId: string;
  /** TH/s. */
  readonly expected: number | null;
  readonly alerts: readonly Alert[];
  readonly zone: string;
  /** As they stand in the address. */
  readonly search: Pick<ContainerSearch, 'range' | 'part' | 'compare'>;
  readonly onSearch: ChangeSearch;
}

/** Hashrate, power and temperatures on one time axis; 24 h unless the address says otherwise. */
export const ContainerChart = memo(function ContainerChart(props: ChartProps) {
  const { id, projectId, expected, alerts, zone, search, onSearch } = props;
  const { t } = useTranslation();
  const now = useMinute();
  const range = parseRange(search.range);
  const shown = shownOf(range, search.part, now);
  const scope: Scope = { scope: 'container', id, projectId };
  const ofProject = { project_id: projectId };
  const asked = { ...shown.asked, metrics: METRICS, agg: 'avg,min,max', ...compareAsked(search.compare), ...ofProject };
  const series = useQuery(seriesQuery(scope, asked));
  const strip = useQuery({
    ...seriesQuery(scope, { ...rangeAsked(range), metrics: 'hashrate_ths', ...ofProject }),
    enabled: shown.isLong,
  });
  const { data: rules } = useQuery(rulesQuery());
  const marks = useMemo(() => marksOf(alerts, rules), [alerts, rules]);
  const svg = useRef<SVGSVGElement>(null);
  const title = t('container.chart');
  return (
    <figure className="card" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        <span className="row wrap end">
          <RangePicker
            range={range}
            timeZone={zone}
            now={now}
            onChange={(next) => onSearch({ range: rangeText(next), part: undefined })}
          />
          <CompareToggle compare={search.compare} onChange={(compare) => onSearch({ compare }, { replace: true })} />
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
            expected={expected}
            marks={marks}
            timeZone={zone}
            svgRef={svg}
            strip={
              <SeriesBrush
                label={title}
                shown={shown}
                answered={strip.data}
                timeZone={zone}
                onPart={(part) => onSearch({ part: partText(part) }, { replace: true })}
              />
            }
            onZoom={(from, to) => onSearch(zoomed(shown, { from, to }, Date.now()))}
            onReset={() => onSearch(unzoomed(shown))}
          />
        )}
      </Panel>
    </figure>
  );
});

interface DrawnProps
  extends Pick<React.ComponentProps<typeof TimeChart>, 'onZoom' | 'onReset' | 'svgRef' | 'timeZone' | 'strip'> {
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
    const named = (label: string) => ({ label, before: t('charts.before', { line: label }) });
    return [
      {
        title: t('common.quantity.hashrate'),
        unit,
        lines: linesOf(answered, 'hashrate_ths', { ...named(t('common.quantity.hashrate')), colour: '--s1', divisor }),
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
        lines: linesOf(answered, 'power_kw', { ...named(t('common.quantity.power')), colour: '--s1' }),
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
          ...linesOf(answered, 'temp_chip_c', { ...named(t('container.chipAvg')), colour: '--s1' }),
          ...linesOf(answered, 'temp_return_c', { ...named(t('common.quantity.return')), colour: '--s3' }),
          ...linesOf(answered, 'temp_supply_c', { ...named(t('common.quantity.supply')), colour: '--s2' }),
        ],
      },
    ];
  }, [answered, expected, t]);
  return (
    <TimeChart label={t('container.chart')} times={times} panels={panels} coverage={answered.coverage} {...rest} />
  );
}

/** When the open alerts of the container itself began; those that follow from others crowd the axis. */
function marksOf(alerts: readonly Alert[], rules: RuleBook | undefined): ChartMark[] {
  return alerts
    .filter(({ suppressed_by: cause, target_type: target }) => cause === null && target === 'container')
    .map((alert) => ({
      mark: alert.severity,
      label: nameOfRule(alert, rules),
      at: Date.parse(alert.first_seen_at),
    }));
}
