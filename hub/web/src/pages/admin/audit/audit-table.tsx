import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActivityEntry } from '../../../api/activity.ts';
import { changesOf } from '../../../components/changes.ts';
import { Icon } from '../../../components/icon.tsx';
import { shortId } from '../../../components/short-id.ts';
import { moment } from '../../../format.ts';
import { COMPANY, useProjects } from '../use-projects.ts';
import { AuditEntry } from './audit-entry.tsx';

const WHEN = {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const;

/** The log; a line opens to both sides of what it changed. */
export function AuditTable({ entries, zone }: { entries: readonly ActivityEntry[]; zone: string }) {
  const { t } = useTranslation();
  return (
    <div className="card-b scrolls">
      <table className="tbl stacks">
        <thead>
          <tr>
            <th scope="col">{t('admin.audit.when', { zone })}</th>
            <th scope="col">{t('admin.audit.who')}</th>
            <th scope="col">{t('admin.audit.what')}</th>
            <th scope="col">{t('admin.audit.where')}</th>
            <th scope="col">{t('admin.audit.change')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={`${entry.project_id} ${entry.seq}`} entry={entry} zone={zone} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry, zone }: { entry: ActivityEntry; zone: string }) {
  const { t } = useTranslation();
  const projects = useProjects();
  const [isOpen, setOpen] = useState(false);
  const { project_id: project, target_id: target, target_type: type, actor_kind: kind } = entry;
  const place =
    project === COMPANY
      ? t('admin.audit.ofCompany')
      : (projects.find(({ value }) => value === project)?.label ?? project);
  const names = changesOf(entry).map(({ name }) => name);
  return (
    <>
      <tr className={isOpen ? 'opened' : undefined}>
        <th scope="row">
          <button type="button" className="opens row" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Icon name={isOpen ? 'down' : 'right'} small />
            <time dateTime={entry.at}>{moment(entry.at, WHEN, zone)}</time>
          </button>
        </th>
        <td data-label={t('admin.audit.who')}>
          <span>
            {entry.actor_name} {kind !== 'user' && <span className="t2">{t(`project.actors.${kind}`)}</span>}
          </span>
        </td>
        <td data-label={t('admin.audit.what')}>
          <span className="tag">{entry.action}</span>
        </td>
        <td data-label={t('admin.audit.where')}>
          <span>
            {place}
            {type !== 'project' && <span className="t2"> {brief(shortId(target, project))}</span>}
          </span>
        </td>
        <td className="wraps t2" data-label={t('admin.audit.change')}>
          {names.join(', ')}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5} className="wraps">
            <AuditEntry entry={entry} />
          </td>
        </tr>
      )}
    </>
  );
}

/** A UUID says as much by its beginning; the details have all of it. */
const brief = (id: string): string => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id) ? `${id.slice(0, 8)}…` : id);
