import { useTranslation } from 'react-i18next';
import type { NotificationChannel } from '../../../api/channels.ts';
import { listing } from '../../../format.ts';
import { COMPANY, useProjects } from '../use-projects.ts';
import { dayName } from './hours-fields.tsx';

const COLUMNS = ['name', 'kind', 'hears', 'severity', 'level', 'times', 'enabledHead'] as const;

export function ChannelsTable({
  channels,
  onOpen,
}: {
  channels: readonly NotificationChannel[];
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="card-b scrolls">
      <table className="tbl stacks">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(`channels.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <Row key={channel.channel_id} channel={channel} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ channel, onOpen }: { channel: NotificationChannel; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const projects = useProjects();
  const { channel_id: id, name, kind, project_id: project, min_severity: severity, enabled, level, hours } = channel;
  const place =
    project === COMPANY ? t('admin.company') : (projects.find(({ value }) => value === project)?.label ?? project);
  return (
    <tr data-off={enabled ? undefined : ''}>
      <th scope="row">
        <button type="button" className="opens" onClick={() => onOpen(id)}>
          {name}
        </button>
      </th>
      <td data-label={t('channels.kind')}>{t(`channels.kinds.${kind}`)}</td>
      <td data-label={t('channels.hears')}>{place}</td>
      <td data-label={t('channels.severity')}>{t(`channels.atLeast.${severity}`)}</td>
      <td data-label={t('channels.level')}>
        {level === 1 ? t('channels.levelOne') : t('channels.levelMore', { level })}
      </td>
      <td data-label={t('channels.times')}>
        {hours === null
          ? t('channels.anyTime')
          : t('channels.atHours', {
              ...{ from: hours.from, to: hours.to, zone: hours.time_zone },
              days: listing(hours.days.map(dayName)),
            })}
      </td>
      <td data-label={t('channels.enabledHead')}>{t(enabled ? 'admin.on' : 'admin.off')}</td>
    </tr>
  );
}
