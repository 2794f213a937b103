import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { channelsQuery } from '../../../api/channels.ts';
import { Icon } from '../../../components/icon.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Empty, Panel } from '../../../components/panel.tsx';
import { Select } from '../../../components/select.tsx';
import { useMay } from '../../../session/session.ts';
import { useAdminSearch } from '../search.ts';
import { COMPANY, useProjects } from '../use-projects.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelsTable } from './channels-table.tsx';
import { Deliveries } from './deliveries.tsx';
import { NewChannelDialog } from './new-channel-dialog.tsx';

/** `/admin/channels`: whom alerts are told to, and whether they arrived. */
export function ChannelsPage() {
  const { t } = useTranslation();
  const [{ project, open }, change] = useAdminSearch();
  const [isAdding, setAdding] = useState(false);
  const projects = useProjects();
  const mayAdminister = useMay('administer');
  const channels = useInfiniteQuery(channelsQuery(project));
  const found = channels.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <>
      <section className="card" aria-label={t('admin.sections.channels')}>
        <div className="card-h ctl">
          <Select
            label={t('admin.project')}
            value={project ?? ''}
            options={[
              { value: '', label: t('common.all') },
              ...(mayAdminister ? [{ value: COMPANY, label: t('channels.ofCompany') }] : []),
              ...projects,
            ]}
            onChange={(value) => change({ project: value })}
          />
          <button type="button" className="btn primary end" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t('channels.add')}
          </button>
        </div>
        <Panel of={channels}>
          {() =>
            found.length === 0 ? (
              <Empty>{t('channels.none')}</Empty>
            ) : (
              <ChannelsTable channels={found} onOpen={(id) => change({ open: id })} />
            )
          }
        </Panel>
        <MoreButton of={channels} />
      </section>
      <Deliveries channels={found} />
      {isAdding && (
        <NewChannelDialog
          project={project}
          onDone={(id) => {
            setAdding(false);
            change({ open: id });
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {open !== undefined && <ChannelDialog key={open} id={open} onClose={() => change({ open: undefined })} />}
    </>
  );
}
