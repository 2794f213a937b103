import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type GlobalSnapshot, globalFiguresQuery } from '../../api/metrics.ts';
import { projectsQuery } from '../../api/projects.ts';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { clock, moment, number, percent, text } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { ActiveAlerts } from './active-alerts.tsx';
import { FirstSteps } from './first-steps.tsx';
import { NewProjectButton } from './new-project.tsx';
import { ProjectCards } from './project-cards.tsx';
import { SinceYouLeft } from './since-you-left.tsx';
import { Totals } from './totals.tsx';

/** `/`: what the whole company does now, project by project, and what is wrong. */
export function OverviewPage() {
  const figures = useQuery(globalFiguresQuery);
  const projects = useQuery(projectsQuery);
  const mayInside = useMay('inside');
  const mayAdminister = useMay('administer');
  if (projects.data?.total === 0) return <FirstSteps />;
  return (
    <main className="page of-overview">
      <Panel of={figures} skeleton={<Skeleton rows={1} height={48} />}>
        {(now) => <Head figures={now}>{mayAdminister && <NewProjectButton />}</Head>}
      </Panel>
      <Panel of={figures} skeleton={<Skeleton rows={1} height={144} />}>
        {(now) => <Totals figures={now} projects={projects.data?.data ?? []} />}
      </Panel>
      <div className={mayInside ? 'cols' : 'stack'}>
        <Panel of={projects} skeleton={<Skeleton rows={2} height={240} />}>
          {({ data }) => <ProjectCards projects={data} />}
        </Panel>
        {mayInside && (
          <div className="stack">
            <ActiveAlerts />
            <SinceYouLeft />
          </div>
        )}
      </div>
    </main>
  );
}

/** The state in one sentence, with the time it is of. */
function Head({ figures, children }: { figures: GlobalSnapshot; children: React.ReactNode }) {
  const { t } = useTranslation();
  const now = useNow();
  const { alerts_active: alerts, miners_active: hashing, miners_total: total, coverage } = figures;
  const share = hashing === null || !total ? null : text(percent((hashing / total) * 100));
  return (
    <div className="head">
      <div className="grow">
        <h1>
          {alerts.critical === 0 ? t('overview.allWell') : t('overview.critical', { count: alerts.critical })}{' '}
          {share === null ? t('overview.unknownHashing') : t('overview.hashing', { share })}
        </h1>
        <p className="sub">
          <span>{moment(now, { weekday: 'short', day: 'numeric', month: 'short' })}</span>
          <span>{clock(now)}</span>
          <span>{clock(now, 'UTC')} UTC</span>
          <span>
            {t('overview.fresh', { reporting: number(coverage.reporting), expected: number(coverage.expected) })}
          </span>
        </p>
      </div>
      <div className="row wrap">{children}</div>
    </div>
  );
}
