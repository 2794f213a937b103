import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../../api/alert-rules.ts';
import { endSilence, type Silence, silencesQuery } from '../../../api/silences.ts';
import { typeset } from '../../../components/alert-words.ts';
import { MoreButton } from '../../../components/more-button.tsx';
import { Failure, Panel } from '../../../components/panel.tsx';
import { useNow } from '../../../components/use-now.ts';
import { useMay } from '../../../session/session.ts';
import { type Spell, SpellsTable, shownOf } from './spells-table.tsx';

/** Times in which nobody is notified; an alert's page begins one. */
export function SilencesCard({ project, hasPast }: { project: string | undefined; hasPast: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const now = useNow();
  const mayWork = useMay('work');
  const silences = useInfiniteQuery(silencesQuery(project));
  const { data: rules } = useQuery(rulesQuery());
  const end = useMutation({
    mutationFn: endSilence,
    onSettled: () => queries.invalidateQueries({ queryKey: ['silences'] }),
  });
  const spellOf = (one: Silence): Spell => ({
    ...one,
    id: one.silence_id,
    target: one.target_id || t('admin.audit.ofCompany'),
    rule: one.rule_id === null ? t('admin.silences.everything') : typeset(rules?.get(one.rule_id)?.name ?? one.rule_id),
    end: mayWork && Date.parse(one.ends_at) > now ? () => end.mutate(one.silence_id) : null,
  });
  return (
    <section className="card" aria-label={t('admin.silences.silences')}>
      <div className="card-h">
        <h2>{t('admin.silences.silences')}</h2>
      </div>
      {end.error !== null && <Failure error={end.error} />}
      <Panel of={silences}>
        {({ pages }) => (
          <SpellsTable
            spells={shownOf(pages, hasPast, now).map(spellOf)}
            now={now}
            mark="info"
            empty={t('admin.silences.noSilence')}
            isBusy={end.isPending}
          />
        )}
      </Panel>
      {hasPast && <MoreButton of={silences} />}
    </section>
  );
}
