import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { type MinerDetail, type MinerSeries, minerSeriesPath, minerSeriesQuery } from '../../api/miners.ts';
import { ExportMenu } from '../../charts/export-menu.tsx';
import { momentsOf, stepOf, valuesOf } from '../../charts/from-series.ts';
import type { ChartMark, ChartPanel } from '../../charts/model.ts';
import { parseRange, rangeAsked, rangeText, zoomedTo } from '../../charts/range.ts';
import { RangePicker } from '../../charts/range-picker.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { nameOfRule } from '../../components/alert-words.ts';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMinute } from '../../components/use-now.ts';
import { useRange } from './use-range.ts';

const METRICS = 'hashrate_ths,power_w,temp_chip_c,temp_board_c,temp_inlet_c,temp_outlet_c';
const CHIP_RULE = 'miner_chip_hot';

interface ChartProps {
  readonly miner: MinerDetail;
  readonly alerts: readonly Alert[];
  readonly rules: RuleBook | undefined;
  readonly zone: string;
}

/** Hashrate, power and temperatures on one time axis, as far back as polls are kept; 24 h unless the address says otherwise. */
export function MinerChart({ miner, alerts, rules, zone }: ChartProps) {
  const { t } = useTranslation();
  const { miner_id: id, project_id: projectId } = miner;
  const now = useMinute();
  const [text, onRange] = useRange();
  const range = parseRange(text);
  const asked = { ...rangeAsked(range), metrics: METRICS, project_id: projectId };
  const series = useQuery(minerSeriesQuery(id, asked));
  const marks = useMemo(() => marksOf(alerts, rules), [alerts, rules]);
  const svg = useRef<SVGSVGElement>(null);
  const title = t('container.chart');
  return (
    <figure className="card wide" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        <span className="row wrap end">
          <RangePicker range={range} timeZone={zone} now={now} onChange={(next) => onRange(rangeText(next))} />
          <ExportMenu
            path={minerSeriesPath(id)}
            query={asked}
            name={`${id}-${rangeText(range)}`}
            files
            picture={() => svg.current}
          />
        </span>
      </div>
      <Panel of={series} skeleton={<Skeleton rows={1} height={420} />}>
        {(answered) => (
          <>
            <Drawn
              answered={answered}
              expected={miner.hashrate_expected_th}
              limit={rules?.get(CHIP_RULE)?.raise ?? null}
              marks={marks}
              timeZone={zone}
              svgRef={svg}
              onZoom={(from, to) => onRange(rangeText(zoomedTo(from, to, Date.now())))}
              onReset={() => onRange(undefined)}
            />
            {answered.warnings.length > 0 && (
              <p className="card-f">{answered.warnings.map(({ message }) => message).join(' ')}</p>
            )}
          </>
        )}
      </Panel>
    </figure>
  );
}

interface DrawnProps
  extends Pick<React.ComponentProps<typeof TimeChart>, 'onZoom' | 'onReset' | 'svgRef' | 'timeZone'> {
  readonly answered: MinerSeries;
  /** TH/s. */
  readonly expected: number | null;
  /** °C, from which on chips are said to be too hot. */
  readonly limit: number | null;
  readonly marks: readonly ChartMark[];
}

function Drawn({ answered, expected, limit, ...rest }: DrawnProps) {
  const { t } = useTranslation();
  const times = useMemo(() => momentsOf(answered), [answered]);
  const panels = useMemo(
    (): ChartPanel[] => [
      {
        title: t('common.quantity.hashrate'),
        unit: 'TH/s',
        leastSpan: expected === null ? 20 : expected / 10,
        height: 110,
        lines: [{ label: t('common.quantity.hashrate'), values: valuesOf(answered, 'hashrate_ths'), colour: '--s1' }],
        ...(expected === null ? {} : { thresholds: [{ value: expected, label: t('container.expected') }] }),
      },
      {
        title: t('container.temperatures'),
        unit: '°C',
        leastSpan: 20,
        height: 150,
        lines: [
          { label: t('container.chip'), values: valuesOf(answered, 'temp_chip_c'), colour: '--s1' },
          {
            label: t('container.board'),
            values: valuesOf(answered, 'temp_board_c'),
            colour: '--text-3',
            thin: true,
          },
          { label: t('miner.outlet'), values: valuesOf(answered, 'temp_outlet_c'), colour: '--s3' },
          { label: t('miner.inlet'), values: valuesOf(answered, 'temp_inlet_c'), colour: '--s2' },
        ],
        ...(limit === null ? {} : { thresholds: [{ value: limit, label: t('miner.limit') }] }),
      },
      {
        title: t('common.quantity.power'),
        unit: 'W',
        decimals: 0,
        leastSpan: 400,
        height: 70,
        lines: [{ label: t('common.quantity.power'), values: valuesOf(answered, 'power_w'), colour: '--s1' }],
      },
    ],
    [answered, expected, limit, t],
  );
  return (
    <TimeChart
      label={t('container.chart')}
      times={times}
      step={stepOf(answered)}
      panels={panels}
      coverage={answered.coverage}
      {...rest}
    />
  );
}

/** When its alerts began. */
function marksOf(alerts: readonly Alert[], rules: RuleBook | undefined): ChartMark[] {
  return alerts
    .filter(({ suppressed_by: cause }) => cause === null)
    .map((alert) => ({ mark: alert.severity, label: nameOfRule(alert, rules), at: Date.parse(alert.first_seen_at) }));
}
