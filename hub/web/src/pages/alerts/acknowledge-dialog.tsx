import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Acknowledging } from '../../api/alerts.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Suggested, TextArea } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';

interface Props {
  readonly title: string;
  /** Who is going to see to it unless another is named. */
  readonly owner: string;
  readonly people: readonly string[];
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (said: Acknowledging) => void;
  readonly onClose: () => void;
}

/** Acknowledging with a word about it, or for somebody else. */
export function AcknowledgeDialog({ title, owner, people, isBusy, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const [assignee, setAssignee] = useState(owner);
  return (
    <Dialog
      title={title}
      submit={t('alerts.do.acknowledge')}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={() =>
        onSubmit({
          ...(note.trim() === '' ? {} : { note: note.trim() }),
          ...(assignee.trim() === '' ? {} : { assignee: assignee.trim() }),
        })
      }
    >
      <Suggested label={t('alerts.assignee')} value={assignee} suggestions={people} onChange={setAssignee} />
      <TextArea label={t('alerts.noteOptional')} value={note} onChange={setNote} />
      {error !== null && <Failure error={error} />}
    </Dialog>
  );
}
