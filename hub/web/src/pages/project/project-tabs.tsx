import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { alertsQuery } from '../../api/alerts.ts';
import type { Project } from '../../api/projects.ts';
import { transformersQuery } from '../../api/transformers.ts';
import { number } from '../../format.ts';
import { OPEN_ALERTS } from './alerts-tab.tsx';

const TABS = ['containers', 'electrical', 'alerts', 'activity', 'miners', 'configuration'] as const;
export type Tab = (typeof TABS)[number];

/** Those that a reader may open: viewers see the containers alone. */
export function tabsFor({ inside, work }: { inside: boolean; work: boolean }): readonly Tab[] {
  return TABS.filter((tab) => tab === 'containers' || (tab === 'configuration' ? work : inside));
}

export function ProjectTabs({ project, tabs, current }: { project: Project; tabs: readonly Tab[]; current: Tab }) {
  const { t } = useTranslation();
  const { project_id: projectId } = project;
  const { data: alerts } = useQuery(alertsQuery({ project_id: projectId, ...OPEN_ALERTS }));
  const { data: transformers } = useQuery(transformersQuery(projectId));
  const counts: Partial<Record<Tab, number | null | undefined>> = {
    containers: project.total_containers,
    electrical: transformers?.data.length,
    alerts: alerts?.total,
    miners: project.total_miners,
  };
  return (
    <div className="tabs" role="tablist" aria-label={t('project.tabs.label')} onKeyDown={moveAlong}>
      {tabs.map((tab) => {
        const count = counts[tab];
        return (
          <Link
            key={tab}
            role="tab"
            aria-selected={tab === current}
            tabIndex={tab === current ? 0 : -1}
            to="/projects/$projectId"
            params={{ projectId }}
            search={tab === 'containers' ? {} : { tab }}
            // Else the address of the first, which says no tab, would be that of all.
            activeOptions={{ exact: true }}
            resetScroll={false}
          >
            {t(`project.tabs.${tab}`)}
            {count != null && <span className="c">{number(count)}</span>}
          </Link>
        );
      })}
    </div>
  );
}

/** Arrow keys go from tab to tab; Enter opens. */
function moveAlong(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  tabs[(at + by + tabs.length) % tabs.length]?.focus();
}
