import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { allWindowsQuery, endWindow, type MaintenanceWindow } from '../../../api/maintenance.ts';
import { MoreButton } from '../../../components/more-button.tsx';
import { Failure, Panel } from '../../../components/panel.tsx';
import { useNow } from '../../../components/use-now.ts';
import { useMay } from '../../../session/session.ts';
import { type Spell, SpellsTable, shownOf } from './spells-table.tsx';

/** What is or will be worked on; a project's page begins one. */
export function WindowsCard({ project, hasPast }: { project: string | undefined; hasPast: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const now = useNow();
  const mayWork = useMay('work');
  const windows = useInfiniteQuery(allWindowsQuery(project));
  const end = useMutation({
    mutationFn: endWindow,
    onSettled: () => queries.invalidateQueries({ queryKey: ['maintenance-windows'] }),
  });
  const spellOf = (one: MaintenanceWindow): Spell => ({
    ...{ ...one, id: one.window_id, target: one.target_id },
    end: mayWork && one.active ? () => end.mutate(one.window_id) : null,
  });
  return (
    <section className="card" aria-label={t('admin.silences.windows')}>
      <div className="card-h">
        <h2>{t('admin.silences.windows')}</h2>
      </div>
      {end.error !== null && <Failure error={end.error} />}
      <Panel of={windows}>
        {({ pages }) => (
          <SpellsTable
            spells={shownOf(pages, hasPast, now).map(spellOf)}
            now={now}
            mark="maint"
            empty={t('admin.silences.noWindow')}
            isBusy={end.isPending}
          />
        )}
      </Panel>
      {hasPast && <MoreButton of={windows} />}
    </section>
  );
}
