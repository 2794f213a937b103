import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectFiguresQuery, type Snapshot } from '../../api/metrics.ts';
import type { Project } from '../../api/projects.ts';
import { Fig } from '../../components/fig.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { efficiency, hashrate, number, percent, power, type Shown, THIN, text, UNKNOWN } from '../../format.ts';

/** The project's key figures, each of what is expected; of all containers, or it is said of how many. */
export function ProjectFigures({ project }: { project: Project }) {
  const figures = useQuery(projectFiguresQuery(project.project_id));
  return (
    <Panel of={figures} skeleton={<Skeleton rows={1} height={84} />}>
      {(now) => <Figures now={now} project={project} />}
    </Panel>
  );
}

function Figures({ now, project }: { now: Snapshot; project: Project }) {
  const { t } = useTranslation();
  const { target_hashrate_eh: eh, target_power_mw: mw } = project;
  const { coverage, hashrate_ths: ths, power_kw: kw, miners_active: active, miners_total: total } = now;
  const reporting = t('project.reporting', {
    reporting: number(coverage.reporting),
    expected: number(coverage.expected),
  });
  const besides = (value: number | null, target: number | null, shown: Shown): string => {
    if (target === null) return '';
    const of = t('common.of', { total: shown.value });
    return value === null ? of : `${of} · ${text(percent((value / target) * 100))}`;
  };
  const targetThs = eh === null ? null : eh * 1e6;
  const targetKw = mw === null ? null : mw * 1000;
  return (
    <dl className="figs">
      <Fig label={t('common.quantity.containers')} shown={containersShown(now)}>
        {coverage.reporting < coverage.expected ? <span className="cov">{reporting}</span> : reporting}
      </Fig>
      <Fig label={t('common.quantity.hashrate')} shown={hashrate(ths, ths ?? targetThs)}>
        {besides(ths, targetThs, hashrate(targetThs, ths))}
      </Fig>
      <Fig label={t('common.quantity.power')} shown={power(kw, kw ?? targetKw)}>
        {besides(kw, targetKw, power(targetKw, kw))}
      </Fig>
      <Fig label={t('common.quantity.efficiency')} shown={efficiency(now.efficiency_j_per_th)}>
        {targetKw !== null &&
          targetThs !== null &&
          t('project.planned', { value: text(efficiency((targetKw * 1000) / targetThs)) })}
      </Fig>
      <Temperatures now={now} />
      <Fig label={t('common.quantity.miners')} shown={{ value: number(active), unit: '' }}>
        {total !== null &&
          [
            t('common.of', { total: number(total) }),
            ...(active === null ? [] : [t('project.down', { count: total - active, shown: number(total - active) })]),
          ].join(' · ')}
      </Fig>
    </dl>
  );
}

function containersShown({ containers_active: active, containers_total: total }: Snapshot): Shown {
  return { value: active === null ? UNKNOWN : `${number(active)}/${number(total)}`, unit: '' };
}

function Temperatures({ now: { temp_supply_c: supply, temp_return_c: back } }: { now: Snapshot }) {
  const { t } = useTranslation();
  return (
    <div className="fig">
      <dt>{t('project.supplyReturn')}</dt>
      <dd>
        <span className="q">
          <span className="n">
            {number(supply, 1)} / {number(back, 1)}
          </span>
          {THIN}
          <span className="u">°C</span>
        </span>
      </dd>
      <dd className="small f">
        {supply !== null &&
          back !== null &&
          t('project.difference', { value: text({ value: number(back - supply, 1), unit: 'K' }) })}
      </dd>
    </div>
  );
}
