import { useQuery } from '@tanstack/react-query';
import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { alertsQuery } from '../../api/alerts.ts';
import { maintenanceWindowsQuery } from '../../api/maintenance.ts';
import { type Scope, type Series, seriesPath, seriesQuery } from '../../api/metrics.ts';
import { CompareToggle, compareAsked } from '../../charts/compare-toggle.tsx';
import { ExportMenu } from '../../charts/export-menu.tsx';
import { largestOf, momentsOf, settled, stepOf, valuesOf } from '../../charts/from-series.ts';
import { linesOf } from '../../charts/lines.ts';
import type { ChartPanel } from '../../charts/model.ts';
import { partText, shownOf, unzoomed, zoomed } from '../../charts/part.ts';
import { parseRange, rangeAsked, rangeText } from '../../charts/range.ts';
import { RangePicker } from '../../charts/range-picker.tsx';
import { SeriesBrush } from '../../charts/series-brush.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { useZone, ZONE_CHOICES, zoneChoiceOf } from '../../charts/use-zone.ts';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { Select } from '../../components/select.tsx';
import { useMinute } from '../../components/use-now.ts';
import { hashrate } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { useIsWall } from '../../wall/use-wall.ts';
import { marksOf } from './marks.ts';
import { useProjectSearch } from './use-search.ts';

const METRICS = 'hashrate_ths,temp_supply_c,temp_return_c';
const MOST_MARKS = 50;
/** Beside everything else on a wall. */
const WALL_HEIGHTS = [84, 58] as const;
/** From this share of its target on a project is normal. */
const NORMAL_FROM = 0.95;
const DIVISORS: Readonly<Record<string, number>> = { 'EH/s': 1e6, 'PH/s': 1e3, 'TH/s': 1 };

interface ChartProps {
  readonly projectId: string;
  readonly siteZone: string;
  /** What the project is to have, EH/s. */
  readonly target: number | null;
}

/**
 * Hashrate above, coolant below, on one time axis; 24 h unless the address says otherwise. What changes with every reading is
 * none of its business.
 */
export const ProjectChart = memo(function ProjectChart({ projectId, siteZone, target }: ChartProps) {
  const { t } = useTranslation();
  const [search, change] = useProjectSearch('range', 'part', 'compare', 'zone');
  const now = useMinute();
  const range = parseRange(search.range);
  const shown = shownOf(range, search.part, now);
  const choice = zoneChoiceOf(search.zone);
  const { zone, options } = useZone(choice, siteZone, now);
  const scope: Scope = { scope: 'project', id: projectId, projectId };
  const inZone = choice === 'site' ? {} : { tz: zone };
  const asked = { ...shown.asked, metrics: METRICS, agg: 'avg,min,max', ...compareAsked(search.compare), ...inZone };
  const series = useQuery(seriesQuery(scope, asked));
  const strip = useQuery({
    ...seriesQuery(scope, { ...rangeAsked(range), metrics: 'hashrate_ths', ...inZone }),
    enabled: shown.isLong,
  });
  const marks = useMarks(projectId, (shown.part ?? shown.whole).from);
  const svg = useRef<SVGSVGElement>(null);
  const mayInside = useMay('inside');
  const title = t('project.chart');
  return (
    <figure className="card" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        <span className="row wrap end">
          <RangePicker
            range={range}
            timeZone={zone}
            now={now}
            onChange={(next) => change({ range: rangeText(next), part: undefined })}
          />
          <CompareToggle compare={search.compare} onChange={(compare) => change({ compare })} />
          <Select
            className="not-phone"
            label={t('charts.zone')}
            value={choice}
            options={options}
            onChange={(value) => change({ zone: value === ZONE_CHOICES[0] ? undefined : value })}
          />
          <ExportMenu
            path={seriesPath(scope)}
            query={asked}
            name={`${projectId}-${rangeText(range)}`}
            files={mayInside}
            picture={() => svg.current}
          />
        </span>
      </div>
      <Panel of={series} skeleton={<Skeleton rows={1} height={380} />}>
        {(answered) => (
          <Drawn
            answered={answered}
            target={target}
            marks={marks}
            timeZone={zone}
            svgRef={svg}
            strip={
              <SeriesBrush
                label={title}
                shown={shown}
                answered={strip.data}
                timeZone={zone}
                onPart={(part) => change({ part: partText(part) })}
              />
            }
            onZoom={(from, to) => change(zoomed(shown, { from, to }, Date.now()))}
            onReset={() => change(unzoomed(shown))}
          />
        )}
      </Panel>
    </figure>
  );
});

interface DrawnProps
  extends Pick<React.ComponentProps<typeof TimeChart>, 'onZoom' | 'onReset' | 'svgRef' | 'timeZone' | 'strip'> {
  readonly answered: Series;
  readonly target: number | null;
  readonly marks: ReturnType<typeof marksOf>;
}

function Drawn({ answered: answer, target, ...rest }: DrawnProps) {
  const { t } = useTranslation();
  const answered = useMemo(() => settled(answer), [answer]);
  const times = useMemo(() => momentsOf(answered), [answered]);
  const isWall = useIsWall();
  const panels = useMemo((): ChartPanel[] => {
    const ths = valuesOf(answered, 'hashrate_ths');
    const { unit } = hashrate(largestOf(ths) ?? (target === null ? null : target * 1e6));
    const divisor = DIVISORS[unit] ?? 1;
    const expected = target === null ? null : (target * 1e6) / divisor;
    const named = (label: string) => ({ label, before: t('charts.before', { line: label }) });
    return [
      {
        title: t('common.quantity.hashrate'),
        unit,
        decimals: 2,
        ...(isWall ? { height: WALL_HEIGHTS[0] } : {}),
        lines: linesOf(answered, 'hashrate_ths', { ...named(t('common.quantity.hashrate')), colour: '--s1', divisor }),
        ...(expected === null
          ? {}
          : { band: { low: expected * NORMAL_FROM, high: expected, label: t('project.expectedBand') } }),
      },
      {
        title: t('project.coolant'),
        unit: '°C',
        leastSpan: 8,
        ...(isWall ? { height: WALL_HEIGHTS[1] } : {}),
        lines: [
          ...linesOf(answered, 'temp_return_c', { ...named(t('common.quantity.return')), colour: '--s3' }),
          ...linesOf(answered, 'temp_supply_c', { ...named(t('common.quantity.supply')), colour: '--s2' }),
        ],
      },
    ];
  }, [answered, target, isWall, t]);
  return (
    <TimeChart
      label={t('project.chart')}
      times={times}
      step={stepOf(answered)}
      panels={panels}
      coverage={answered.coverage}
      {...rest}
    />
  );
}

/** What happened in the time shown; of that a viewer is told nothing. */
function useMarks(projectId: string, from: number) {
  const mayInside = useMay('inside');
  const since = new Date(Math.floor(from / 60_000) * 60_000).toISOString();
  const filter = {
    project_id: projectId,
    severity: 'critical,warning',
    from: since,
    sort: 'severity',
    limit: MOST_MARKS,
  };
  const { data: alerts } = useQuery({ ...alertsQuery(filter), enabled: mayInside, placeholderData: (last) => last });
  const windows = { project_id: projectId, from: since, limit: MOST_MARKS };
  const { data: maintenance } = useQuery({
    ...maintenanceWindowsQuery(windows),
    enabled: mayInside,
    placeholderData: (last) => last,
  });
  return useMemo(
    () => marksOf(alerts?.data ?? [], maintenance?.data ?? [], projectId),
    [alerts, maintenance, projectId],
  );
}
