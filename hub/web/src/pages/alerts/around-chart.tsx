import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRule } from '../../api/alert-rules.ts';
import type { ChartPanel } from '../../charts/model.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { quantity } from '../../components/alert-words.ts';
import { Skeleton } from '../../components/panel.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { marksOf } from './around.ts';
import type { Shown } from './detail-head.tsx';
import { useWatched } from './use-watched.ts';
import { limitsDrawn, type Watched, watchedBy } from './watched.ts';

/** What an alert's rule looks at, around the alert, with its limit; nothing where no series tells it. */
export function AroundChart({ alert, rules, zone }: Shown) {
  const rule = alert.rule_id === null ? undefined : rules?.get(alert.rule_id);
  const watched = rule === undefined ? null : watchedBy(rule);
  if (rule === undefined || watched === null) return null;
  return <Around alert={alert} zone={zone} rule={rule} watched={watched} />;
}

interface AroundProps extends Pick<Shown, 'alert' | 'zone'> {
  readonly rule: AlertRule;
  readonly watched: Watched;
}

function Around({ alert, zone, rule, watched }: AroundProps) {
  const { t } = useTranslation();
  const measured = useWatched(alert, watched);
  const name = t(`alerts.watched.${watched.name}`);
  const panels = useMemo((): readonly ChartPanel[] => {
    if (!measured) return [];
    const { unit, decimals, leastSpan } = watched;
    return [
      {
        ...{ title: name, unit, decimals, leastSpan, height: 132 },
        lines: [{ label: name, values: measured.values, colour: '--s1', ...measured.extremes, isSpread: true }],
        thresholds: limitsDrawn(watched, alert, rule).map((value) => ({
          value,
          label: t('alerts.limitLine', { value: quantity(value, unit, t('alerts.day')) }),
        })),
      },
    ];
  }, [measured, watched, alert, rule, name, t]);
  const marks = useMemo(() => marksOf(alert, (what) => t(`alerts.mark.${what}`)), [alert, t]);
  const isSlow = useDelayed(measured === undefined);
  if (measured === null || (measured === undefined && !isSlow)) return null;
  const title = t('alerts.around', { quantity: name });
  return (
    <figure className="around" aria-label={title}>
      <div className="sec">
        <h3>{title}</h3>
      </div>
      {measured === undefined ? (
        <div className="sec">
          <Skeleton rows={1} height={232} />
        </div>
      ) : (
        <TimeChart
          label={title}
          times={measured.times}
          step={measured.step}
          panels={panels}
          marks={marks}
          timeZone={zone ?? 'UTC'}
          hasLegend={false}
        />
      )}
    </figure>
  );
}
