import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  changeChannel,
  editedChannelQuery,
  type NotificationChannel,
  readChannel,
  removeChannel,
} from '../../../api/channels.ts';
import { refusalsOf, type Tagged } from '../../../api/http.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { Conflict } from '../../../components/conflict.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Failure, Panel } from '../../../components/panel.tsx';
import { useEdited } from '../../use-edited.ts';
import { useZone } from '../use-projects.ts';
import { type ChannelDraft, changeOf, draftOf } from './channel-draft.ts';
import { ChannelFields } from './channel-fields.tsx';
import { ChannelTest } from './channel-test.tsx';

/** One channel: changed, tried, taken away. Its kind stays. */
export function ChannelDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const edited = useQuery(editedChannelQuery(id));
  if (edited.data !== undefined) return <Form key={edited.data.tag} edited={edited.data} onClose={onClose} />;
  return (
    <Dialog
      title={t('channels.channel')}
      submit={t('common.close')}
      hasCancel={false}
      onSubmit={onClose}
      onClose={onClose}
    >
      <Panel of={edited}>{() => null}</Panel>
    </Dialog>
  );
}

function Form({ edited, onClose }: { edited: Tagged<NotificationChannel>; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const { channel_id: id, kind, name, project_id: project } = edited.value;
  const zone = useZone(project) ?? 'UTC';
  const done = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['channels'] });
    onClose();
  };
  const form = useEdited({
    edited,
    draftOf,
    save: (draft, { value, tag }) => changeChannel(id, changeOf(draft, value), tag),
    reread: () => readChannel(id),
    onSaved: done,
  });
  const remove = useMutation({ mutationFn: () => removeChannel(id), onSuccess: done });
  const { draft, conflicts, theirs } = form;
  return (
    <Dialog
      title={`${name}, ${t(`channels.kinds.${kind}`)}`}
      submit={t('common.save')}
      isWide
      isBusy={form.isBusy}
      canSubmit={form.changed.length > 0 && conflicts === null}
      onSubmit={form.save}
      onClose={onClose}
      beside={
        <button type="button" className="btn danger end" onClick={() => setRemoving(true)}>
          {t('channels.remove')}
        </button>
      }
    >
      <ChannelFields
        kind={kind}
        draft={draft}
        isNew={false}
        zone={zone}
        refused={refusalsOf(form.error)}
        onChange={form.change}
      />
      {conflicts !== null && theirs !== null && (
        <Conflict
          fields={conflicts.map((field) => ({
            ...{ name: field, label: t(`channels.fields.${field}`) },
            ...{ theirs: told(theirs[field]), mine: told(draft[field]) },
          }))}
          onChosen={form.settle}
        />
      )}
      {form.error !== null && <Failure error={form.error} />}
      <ChannelTest channelId={id} isChanged={form.changed.length > 0} />
      {isRemoving && (
        <Confirm
          title={t('channels.remove')}
          submit={t('channels.remove')}
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        >
          {t('channels.removeMeans', { name })}
        </Confirm>
      )}
    </Dialog>
  );

  function told(value: ChannelDraft[keyof ChannelDraft]): string {
    if (value === null) return t('channels.anyTime');
    if (typeof value === 'boolean') return t(value ? 'admin.on' : 'admin.off');
    return typeof value === 'string' ? value : `${value.from}–${value.to}`;
  }
}
