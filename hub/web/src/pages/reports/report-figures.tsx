import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Report } from '../../api/reports.ts';
import { Fig } from '../../components/fig.tsx';
import { efficiency, energy, hashrate, number, percent, power, type Shown, significant, text } from '../../format.ts';
import { useMay } from '../../session/session.ts';

/** What the period came to. */
export function ReportFiguresStrip({ report: { total, project_id: projectId } }: { report: Report }) {
  const { t } = useTranslation();
  const { energy_kwh: kwh, energy_integrated_kwh: integrated, power_kw: kw, cost_usd: cost } = total;
  const ratio = (value: number | null): Shown => percent(value === null ? null : value * 100, 2);
  return (
    <dl className="figs report-figs">
      <Fig label={t('reports.figure.energy')} shown={energy(kwh)}>
        {integrated !== null && integrated > 0 && t('reports.integrated', { value: text(energy(integrated)) })}
      </Fig>
      <Fig label={t('reports.figure.hashes')} shown={{ value: significant(total.hashes_eh, 4), unit: 'EH' }}>
        {t('reports.average', { value: text(hashrate(total.hashrate_ths)) })}
      </Fig>
      <Fig label={t('reports.figure.power')} shown={power(kw)}>
        {t('reports.peak', { value: text(power(total.power_kw_max, kw)) })}
      </Fig>
      <Fig label={t('reports.figure.efficiency')} shown={efficiency(total.efficiency_j_per_th)} />
      <Fig label={t('reports.figure.availability')} shown={ratio(total.availability_ratio)}>
        {total.excused_h
          ? t('reports.withoutExcused', {
              value: text(ratio(total.availability_excused_ratio)),
              hours: text({ value: number(total.excused_h, 1), unit: 'h' }),
            })
          : t('reports.nothingExcused')}
      </Fig>
      <Fig label={t('reports.figure.cost')} shown={{ value: number(cost), unit: 'USD' }}>
        {cost === null ? (
          <NoPrice projectId={projectId} />
        ) : (
          total.cost_usd_per_eh !== null &&
          text({ value: significant(total.cost_usd_per_eh), unit: t('reports.usdPerEh') })
        )}
      </Fig>
    </dl>
  );
}

/** There is no cost where any day with energy has no price. */
function NoPrice({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  if (!useMay('work')) return t('reports.noPrice');
  return (
    <Link className="link" to="/projects/$projectId" params={{ projectId }} search={{ tab: 'configuration' }}>
      {t('reports.noPrice')}
    </Link>
  );
}
