import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Project, projectsQuery } from '../../api/projects.ts';
import { reportQuery } from '../../api/reports.ts';
import { Forbidden } from '../../components/forbidden.tsx';
import { Empty, Panel, Skeleton } from '../../components/panel.tsx';
import { useMay } from '../../session/session.ts';
import { Controls } from './controls.tsx';
import { ExportData } from './export-data.tsx';
import { Head } from './head.tsx';
import { ReportBody } from './report-body.tsx';
import { useAsked } from './use-asked.ts';

/** `/reports`: what a project did in a day or month, to be read, printed and taken along. */
export function ReportsPage() {
  const { t } = useTranslation();
  const mayInside = useMay('inside');
  const projects = useQuery(projectsQuery);
  return (
    <main className="page report">
      {mayInside ? (
        <Panel of={projects} skeleton={<Skeleton rows={3} height={72} />}>
          {({ data }) =>
            data.length === 0 ? (
              <section className="card">
                <Empty>{t('overview.noProjects')}</Empty>
              </section>
            ) : (
              <Reports projects={data} />
            )
          }
        </Panel>
      ) : (
        <Forbidden title={t('reports.title')} permission="inside" />
      )}
    </main>
  );
}

function Reports({ projects }: { projects: readonly Project[] }) {
  const { asked, project, zone, now, change } = useAsked(projects);
  const report = useQuery(reportQuery(asked));
  return (
    <>
      <Head asked={asked} name={project?.name ?? asked.projectId} report={report.data} zone={zone} />
      <Controls asked={asked} projects={projects} zone={zone} now={now} onChange={change} />
      <Panel of={report} skeleton={<Skeleton rows={4} height={84} />}>
        {(found) => (
          <div className="stack" aria-busy={report.isPlaceholderData}>
            <ReportBody
              report={found}
              isPlanned={project?.status === 'planned'}
              aside={<ExportData key={asked.projectId} projects={projects} projectId={asked.projectId} now={now} />}
              onDay={(date) => change({ period: undefined, date })}
            />
          </div>
        )}
      </Panel>
    </>
  );
}
