import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertEvent, addNote } from '../../api/alerts.ts';
import { useChange } from '../../api/use-change.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Icon } from '../../components/icon.tsx';
import { Failure } from '../../components/panel.tsx';
import { useMay } from '../../session/session.ts';
import { noteTime } from './timeline.tsx';

/** The field that `n` goes to. */
const FIELD = 'alert-note';

export function focusNote(): void {
  document.getElementById(FIELD)?.focus();
}

/** What people wrote, and a line to write more. */
export function Notes({
  alertId,
  notes,
  zone,
}: {
  alertId: number;
  notes: readonly AlertEvent[];
  zone: string | undefined;
}) {
  const { t } = useTranslation();
  const mayWork = useMay('work');
  return (
    <div className="sec">
      <h3>{t('alerts.notes')}</h3>
      {notes.map((note) => (
        <div key={`${note.at} ${note.actor}`} className="note">
          <Avatar name={note.actor} />
          <div>
            <p>
              <b>{note.actor}</b> <span className="t2 small">{noteTime(note.at, zone)}</span>
            </p>
            <p className="said">{note.note}</p>
          </div>
        </div>
      ))}
      {notes.length === 0 && !mayWork && <p className="t2">{t('alerts.noNotes')}</p>}
      {mayWork && <NewNote alertId={alertId} />}
    </div>
  );
}

function NewNote({ alertId }: { alertId: number }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const add = useChange(
    (note: string) => addNote(alertId, note),
    () => setText(''),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !add.isPending) add.mutate(text.trim());
      }}
    >
      <label className="field">
        <Icon name="note" />
        <span className="sr">{t('alerts.addNote')}</span>
        <input
          id={FIELD}
          type="text"
          autoComplete="off"
          placeholder={t('alerts.addNote')}
          maxLength={2000}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={({ key, currentTarget }) => key === 'Escape' && currentTarget.blur()}
        />
        <kbd className="not-phone">↵</kbd>
      </label>
      {add.error !== null && <Failure error={add.error} />}
    </form>
  );
}
