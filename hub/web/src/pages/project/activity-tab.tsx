import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type ActivityEntry, activityQuery } from '../../api/activity.ts';
import type { Project } from '../../api/projects.ts';
import { changesOf } from '../../components/changes.ts';
import { MoreButton } from '../../components/more-button.tsx';
import { Empty, Panel } from '../../components/panel.tsx';
import { ScrollingCard } from '../../components/scrolling-card.tsx';
import { shortId } from '../../components/short-id.ts';
import { moment } from '../../format.ts';

const WHEN = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/** Who changed what, newest first. */
export function ActivityTab({ project: { project_id: projectId, time_zone: zone } }: { project: Project }) {
  const { t } = useTranslation();
  const activity = useInfiniteQuery(activityQuery(projectId));
  return (
    <ScrollingCard label={t('project.tabs.activity')}>
      <Panel of={activity}>
        {({ pages }) => {
          const entries = pages.flatMap(({ data }) => data);
          if (entries.length === 0) return <Empty>{t('project.noActivity')}</Empty>;
          return (
            <div className="card-b">
              <table className="tbl">
                <thead>
                  <tr>
                    <th scope="col">{t('project.when', { zone })}</th>
                    <th scope="col">{t('project.who')}</th>
                    <th scope="col">{t('project.action')}</th>
                    <th scope="col">{t('project.target')}</th>
                    <th scope="col">{t('project.change')}</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <Row key={entry.seq} entry={entry} zone={zone} projectId={projectId} />
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Panel>
      <MoreButton of={activity} />
    </ScrollingCard>
  );
}

function Row({ entry, zone, projectId }: { entry: ActivityEntry; zone: string; projectId: string }) {
  const { t } = useTranslation();
  const changes = changesOf(entry);
  return (
    <tr>
      <td>{moment(entry.at, { ...WHEN, hourCycle: 'h23' }, zone)}</td>
      <td>
        {entry.actor_name} <span className="t2">{t(`project.actors.${entry.actor_kind}`)}</span>
      </td>
      <td>
        <span className="tag">{entry.action}</span>
      </td>
      <td>{shortId(entry.target_id, projectId)}</td>
      <td className="wraps">
        {changes.map(({ name, before, after }) => (
          <span key={name} className="one-change">
            <span className="t2">{name}</span> {before !== null && <s>{before}</s>} {after}
          </span>
        ))}
      </td>
    </tr>
  );
}
