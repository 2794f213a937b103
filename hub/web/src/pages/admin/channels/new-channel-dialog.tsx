import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeChannel } from '../../../api/channels.ts';
import { refusalsOf } from '../../../api/http.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Picked } from '../../../components/fields.tsx';
import { Failure } from '../../../components/panel.tsx';
import { useMay } from '../../../session/session.ts';
import { COMPANY, useProjects, useZone } from '../use-projects.ts';
import { emptyDraft, KINDS, type Kind, newChannelOf } from './channel-draft.ts';
import { ChannelFields } from './channel-fields.tsx';

/** Makes a channel: its kind first, for that decides what is asked. */
export function NewChannelDialog({
  project,
  onDone,
  onClose,
}: {
  /** Of which it is to be unless somebody says otherwise. */
  project: string | undefined;
  /** With its id. */
  onDone: (id: string) => void;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const projects = useProjects();
  const mayAdminister = useMay('administer');
  const places = [...(mayAdminister ? [{ value: COMPANY, label: t('admin.company') }] : []), ...projects];
  const [kind, setKind] = useState<Kind>('email');
  const [place, setPlace] = useState(project ?? (mayAdminister ? COMPANY : (projects[0]?.value ?? '')));
  const [draft, setDraft] = useState(() => emptyDraft(i18n.resolvedLanguage === 'fr' ? 'fr' : 'en'));
  const zone = useZone(place) ?? 'UTC';
  const make = useMutation({
    mutationFn: () => makeChannel(newChannelOf(kind, place, draft)),
    onSuccess: async ({ channel_id: id }) => {
      await queries.invalidateQueries({ queryKey: ['channels'] });
      onDone(id);
    },
  });
  return (
    <Dialog
      title={t('channels.add')}
      submit={t('channels.make')}
      isWide
      isBusy={make.isPending}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <div className="pairs">
        <Picked
          label={t('channels.kind')}
          value={kind}
          options={KINDS.map((value) => ({ value, label: t(`channels.kinds.${value}`) }))}
          onChange={(value) => {
            setKind(value);
            setDraft({ ...draft, secret: '' });
            make.reset();
          }}
        />
        <Picked label={t('channels.hears')} value={place} options={places} onChange={setPlace} />
      </div>
      <p className="t2">{t(`channels.help.${kind}`)}</p>
      <ChannelFields
        kind={kind}
        draft={draft}
        isNew
        zone={zone}
        refused={refusalsOf(make.error)}
        onChange={(part) => {
          setDraft({ ...draft, ...part });
          if (make.error !== null) make.reset();
        }}
      />
      {make.error !== null && <Failure error={make.error} />}
    </Dialog>
  );
}
