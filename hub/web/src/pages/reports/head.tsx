import { useTranslation } from 'react-i18next';
import { type Report, type ReportAsked, reportAsking, reportPath } from '../../api/reports.ts';
import { ExportMenu } from '../../charts/export-menu.tsx';
import { offsetName } from '../../charts/zone.ts';
import { Icon } from '../../components/icon.tsx';
import { useNow } from '../../components/use-now.ts';
import { moment } from '../../format.ts';
import { useSession } from '../../session/session.ts';
import { periodTitle } from './period.ts';

const WHEN = { dateStyle: 'medium', timeStyle: 'short' } as const;

/** Of what and when the report is, and how it is taken along. Printed, it says who has printed it when. */
export function Head({
  asked,
  name,
  report,
  zone,
}: {
  asked: ReportAsked;
  name: string;
  report: Report | undefined;
  zone: string;
}) {
  const { t } = useTranslation();
  const { projectId } = asked;
  // While another period is asked for, what is on the screen is still the one before.
  const [kind, date] = report === undefined ? [asked.period, asked.date] : [report.period, report.period_name];
  return (
    <div className="head">
      <div className="grow">
        <p className="t2 row wrap">
          <span>{t(`reports.of.${kind}`)}</span>
          <span className="tag">{projectId}</span>
        </p>
        <h1>{t('reports.heading', { name, period: periodTitle(kind, date) })}</h1>
        <p className="sub">
          <span>{t('reports.clocks', { zone: zoneName(zone, Date.parse(report?.from ?? date)) })}</span>
          {report !== undefined && report.total.coverage_ratio !== null && (
            <span>{t(report.complete ? 'reports.over' : `reports.running.${kind}`)}</span>
          )}
        </p>
        <Printed />
      </div>
      <div className="row wrap not-print">
        <button type="button" className="btn" onClick={() => print()}>
          <Icon name="print" />
          {t('reports.print')}
        </button>
        <ExportMenu path={reportPath(asked)} query={reportAsking(asked)} name={`${projectId}_${date}`} files isNamed />
      </div>
    </div>
  );
}

function zoneName(zone: string, at: number): string {
  const offset = offsetName(at, zone);
  return zone === offset ? zone : `${zone.replace(/_/g, ' ')} (${offset})`;
}

function Printed() {
  const { t } = useTranslation();
  const now = useNow();
  const { name, email } = useSession();
  return (
    <p className="only-print t2 small">
      {t('reports.printed', { when: moment(now, WHEN), name: name || (email ?? ''), address: location.href })}
    </p>
  );
}
