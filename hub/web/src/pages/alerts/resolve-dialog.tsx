import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/http.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TextArea } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';

interface Props {
  readonly title: string;
  /** Whether its condition holds as far as is known: the hub is going to refuse then. */
  readonly holds: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (note: string) => void;
  readonly onSilence: () => void;
  readonly onClose: () => void;
}

/** Asks what was done. While the fault is still there the hub refuses, and a silence is offered. */
export function ResolveDialog({ title, holds, isBusy, error, onSubmit, onSilence, onClose }: Props) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const isRefused = error instanceof ApiProblem && error.status === 409;
  return (
    <Dialog
      title={title}
      submit={t('alerts.do.resolve')}
      isBusy={isBusy}
      onSubmit={() => onSubmit(note.trim())}
      onClose={onClose}
    >
      {holds && error === null && (
        <div className="banner" data-s="warning">
          <p className="grow">{t('alerts.holds')}</p>
        </div>
      )}
      <TextArea label={t('alerts.whatWasDone')} value={note} isRequired onChange={setNote} />
      {error !== null && <Failure error={error} />}
      {(holds || isRefused) && (
        <button type="button" className="btn" onClick={onSilence}>
          {t('alerts.silenceInstead')}
        </button>
      )}
    </Dialog>
  );
}
