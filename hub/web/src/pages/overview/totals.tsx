import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type GlobalSnapshot, seriesQuery } from '../../api/metrics.ts';
import type { Project } from '../../api/projects.ts';
import { settled, valuesOf } from '../../charts/from-series.ts';
import { Figure } from '../../components/figure.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { difference, efficiency, hashrate, number, percent, power, type Shown, text } from '../../format.ts';
import { type Compared, sinceYesterday } from './yesterday.ts';

const DAY = { range: '24h', step: '1h', metrics: 'hashrate_ths,power_kw,efficiency_j_per_th,miners_active' } as const;

/** The company's key figures: now, of what is expected, over the last 24 h, and beside the same time yesterday. */
export function Totals({ figures, projects }: { figures: GlobalSnapshot; projects: readonly Project[] }) {
  const { t } = useTranslation();
  const { data: day } = useQuery(seriesQuery({ scope: 'global' }, DAY));
  const targets = targetsOf(projects);
  const trends = day === undefined ? undefined : settled(day);
  const overTime = (metric: Compared) => ({
    trend: trends === undefined ? [] : valuesOf(trends, metric),
    since: day === undefined ? null : sinceYesterday(day, metric, figures),
  });
  const { hashrate_ths: ths, power_kw: kw, miners_active: active, miners_total: total } = figures;
  return (
    <section className="kpis" aria-label={t('overview.totals')}>
      <ProjectsTile figures={figures} projects={projects} />
      <Tile
        label={t('common.quantity.hashrate')}
        coverage={figures.coverage}
        shown={hashrate(ths)}
        {...besides(ths, targets.ths, hashrate(targets.ths, ths))}
        {...overTime('hashrate_ths')}
        change={(by) => difference(by / (hashrate(ths).unit === 'EH/s' ? 1e6 : 1e3), 2)}
      />
      <Tile
        label={t('common.quantity.power')}
        coverage={figures.coverage}
        shown={power(kw)}
        {...besides(kw, targets.kw, power(targets.kw, kw))}
        {...overTime('power_kw')}
        change={(by) => difference(power(kw).unit === 'MW' ? by / 1000 : by, 1)}
      />
      <Tile
        label={t('common.quantity.efficiency')}
        coverage={figures.coverage}
        shown={efficiency(figures.efficiency_j_per_th)}
        {...overTime('efficiency_j_per_th')}
        change={(by) => difference(by, 1)}
      />
      <Tile
        label={t('common.quantity.miners')}
        coverage={figures.coverage}
        shown={{ value: number(active), unit: '' }}
        of={total === null ? undefined : t('overview.ofExpected', { value: number(total) })}
        more={active === null || total === null ? undefined : t('overview.down', { count: total - active })}
        {...overTime('miners_active')}
        change={(by) => difference(by)}
      />
      <AlertsTile figures={figures} />
    </section>
  );

  function besides(now: number | null, target: number | null, shown: Shown): { of?: string; more?: string } {
    if (target === null) return {};
    const of = t('overview.ofExpected', { value: text(shown) });
    return now === null ? { of } : { of, more: text(percent((now / target) * 100)) };
  }
}

interface TileProps {
  readonly label: string;
  readonly coverage: GlobalSnapshot['coverage'];
  readonly shown: Shown;
  readonly of?: string | undefined;
  readonly more?: string | undefined;
  readonly trend: readonly (number | null)[];
  /** By how much it is another than at the same time yesterday; null: nobody knows. */
  readonly since: number | null;
  readonly change: (by: number) => string;
}

function Tile({ label, coverage, shown, of, more, trend, since, change }: TileProps) {
  const { t } = useTranslation();
  const { reporting, expected } = coverage;
  return (
    <div className="kpi">
      <p className="kpi-l">
        {label}
        {reporting < expected && (
          <span
            className="cov"
            title={t('common.coverage', { reporting: number(reporting), expected: number(expected) })}
          >
            {number(reporting)}/{number(expected)}
          </span>
        )}
      </p>
      <p className="kpi-v">
        <Figure {...shown} />
      </p>
      <p className="kpi-s">{[of, more].filter((part) => part !== undefined).join(' · ')}</p>
      <Sparkline values={trend} area />
      <p className="kpi-d" title={t('overview.sameTime')}>
        {since !== null && (
          <>
            <b>{change(since)}</b> {t('overview.vsYesterday')}
          </>
        )}
      </p>
    </div>
  );
}

function ProjectsTile({ figures, projects }: { figures: GlobalSnapshot; projects: readonly Project[] }) {
  const { t } = useTranslation();
  const planned = projects.filter(({ status }) => status === 'planned').length;
  const parts = [t('overview.activeOf', { count: figures.projects_active })];
  if (planned > 0) parts.push(t('overview.planned', { count: planned }));
  return (
    <div className="kpi">
      <p className="kpi-l">{t('overview.projects')}</p>
      <p className="kpi-v">
        <span className="n">{number(figures.projects_total)}</span>
      </p>
      <p className="kpi-s">{parts.join(', ')}</p>
      <div className="split" aria-hidden="true">
        {projects.slice(0, 24).map(({ project_id: id, status }) => (
          <i key={id} className={status === 'planned' ? 'planned' : ''} />
        ))}
      </div>
      <p className="kpi-d" />
    </div>
  );
}

function AlertsTile({ figures: { alerts_active: alerts } }: { figures: GlobalSnapshot }) {
  const { t } = useTranslation();
  return (
    <div className="kpi">
      <p className="kpi-l">{t('overview.alerts')}</p>
      <p className="kpi-v kpi-a">
        {(['critical', 'warning'] as const).map((severity) => (
          <span key={severity} data-s={alerts[severity] > 0 ? severity : 'unknown'}>
            <StatusMark mark={severity} />
            <span className="n">{number(alerts[severity])}</span>
          </span>
        ))}
      </p>
      <p className="kpi-s">
        {t('overview.counted_critical', { count: alerts.critical })},{' '}
        {t('overview.counted_warning', { count: alerts.warning })}
      </p>
      <span />
      <p className="kpi-d" />
    </div>
  );
}

/** What the active projects are meant to do together; null where any does not say. */
function targetsOf(projects: readonly Project[]): { ths: number | null; kw: number | null } {
  const active = projects.filter(({ status }) => status === 'active' || status === 'maintenance');
  const sum = (targets: readonly (number | null)[]): number | null =>
    targets.length === 0 || targets.some((target) => target === null)
      ? null
      : targets.reduce<number>((all, target) => all + (target ?? 0), 0);
  const [eh, mw] = [sum(active.map((p) => p.target_hashrate_eh)), sum(active.map((p) => p.target_power_mw))];
  return { ths: eh === null ? null : eh * 1e6, kw: mw === null ? null : mw * 1e3 };
}
