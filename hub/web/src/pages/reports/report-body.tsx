import { useTranslation } from 'react-i18next';
import type { Report } from '../../api/reports.ts';
import { Empty } from '../../components/panel.tsx';
import { percent, text } from '../../format.ts';
import { coverageShown } from './coverage.ts';
import { Losses } from './losses-card.tsx';
import { ReportFiguresStrip } from './report-figures.tsx';
import { ReportTable } from './report-table.tsx';
import { rowsOfContainers, rowsOfDays } from './rows.ts';

/** The figures of a period, why hashrate was lost, and the lines they are the sums of. */
export function ReportBody({
  report,
  isPlanned,
  aside,
  onDay,
}: {
  report: Report;
  isPlanned: boolean;
  /** What stands beside on the screen. */
  aside: React.ReactNode;
  onDay: (date: string) => void;
}) {
  const { t } = useTranslation();
  const { total, period, complete } = report;
  const isEmpty = total.coverage_ratio === null && total.hashrate_ths === null && total.energy_kwh === null;
  const covered = total.coverage_ratio;
  return (
    <>
      {!complete && !isEmpty && (
        <div className="banner" data-s="info">
          <p>{t(`reports.notOver.${period}`)}</p>
        </div>
      )}
      {covered !== null && covered < 1 && (
        <div className="banner" data-s="stale">
          <p>
            <span className="cov">{text(percent(coverageShown(covered)))}</span> {t('reports.partial')}
          </p>
        </div>
      )}
      {!isEmpty && <ReportFiguresStrip report={report} />}
      <div className="cols">
        <div className="stack">
          {isEmpty ? (
            <section className="card">
              <Empty>{isPlanned ? t('reports.planned') : t(`reports.nothing.${period}`)}</Empty>
            </section>
          ) : (
            <>
              <Losses total={total} />
              {period === 'monthly' && (
                <ReportTable
                  title={t('reports.days')}
                  first={t('reports.day')}
                  total={total}
                  rows={rowsOfDays(report)}
                  onDay={onDay}
                />
              )}
              <ReportTable
                title={t('reports.containers')}
                first={t('reports.container')}
                total={total}
                rows={rowsOfContainers(report)}
                isFine
              />
            </>
          )}
        </div>
        <div className="not-print beside">{aside}</div>
      </div>
    </>
  );
}
