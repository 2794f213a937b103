import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/dialog.tsx';
import { Choice, Suggested } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';

interface Props {
  readonly title: string;
  readonly me: string;
  readonly assignee: string | null;
  readonly people: readonly string[];
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (assignee: string | null) => void;
  readonly onClose: () => void;
}

/** Says who sees to it: oneself, somebody by name, or nobody any more. */
export function AssignDialog({ title, me, assignee, people, isBusy, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [to, setTo] = useState<'me' | 'other' | 'nobody'>(assignee === null || assignee === me ? 'me' : 'other');
  const [name, setName] = useState(assignee === me ? '' : (assignee ?? ''));
  const chosen = { me, nobody: null, other: name.trim() }[to];
  return (
    <Dialog
      title={title}
      submit={t('alerts.do.assign')}
      isBusy={isBusy || chosen === ''}
      onSubmit={() => onSubmit(chosen)}
      onClose={onClose}
    >
      <Choice
        label={t('alerts.assignee')}
        value={to}
        options={(['me', 'other', 'nobody'] as const).map((value) => ({
          value,
          label: t(`alerts.assignTo.${value}`, { name: me }),
        }))}
        onChange={setTo}
      />
      {to === 'other' && <Suggested label={t('alerts.name')} value={name} suggestions={people} onChange={setName} />}
      {error !== null && <Failure error={error} />}
    </Dialog>
  );
}
