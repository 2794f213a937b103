import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { endWindow, type MaintenanceWindow, maintenanceWindowsQuery } from '../../api/maintenance.ts';
import type { Project } from '../../api/projects.ts';
import { Failure } from '../../components/panel.tsx';
import { shortId } from '../../components/short-id.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { useMinute } from '../../components/use-now.ts';
import { clock, moment } from '../../format.ts';
import { useMay } from '../../session/session.ts';

/** What is under maintenance now, until when, and why. */
export function MaintenanceBanners({ project }: { project: Project }) {
  const { data } = useQuery(maintenanceWindowsQuery({ project_id: project.project_id, active: 'true' }));
  return data?.data.map((window) => <Banner key={window.window_id} window={window} project={project} />);
}

const LATER = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;

function Banner({ window, project }: { window: MaintenanceWindow; project: Project }) {
  const { t } = useTranslation();
  const now = useMinute();
  const mayWork = useMay('work');
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => endWindow(window.window_id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['maintenance-windows'] }),
  });
  const { time_zone: zone, project_id: projectId, name } = project;
  const isSoon = Date.parse(window.ends_at) - now < 20 * 3_600_000;
  const until = isSoon ? clock(window.ends_at, zone) : moment(window.ends_at, { ...LATER, hourCycle: 'h23' }, zone);
  const what = window.target_type === 'project' ? name : shortId(window.target_id, projectId);
  return (
    <div className="banner" data-s="maint">
      <StatusMark mark="maint" large />
      <span className="grow">
        <b>{t('project.inMaintenance', { what, until })}</b>{' '}
        <span className="t2">{[window.reason, window.created_by].filter((part) => part !== '').join(' · ')}</span>
      </span>
      {mayWork && (
        <button type="button" className="btn sm" disabled={end.isPending} onClick={() => end.mutate()}>
          {t('project.endMaintenance')}
        </button>
      )}
      {end.error !== null && <Failure error={end.error} />}
    </div>
  );
}
