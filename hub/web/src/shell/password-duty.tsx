import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword, sessionQuery } from '../api/session.ts';
import { Failure } from '../components/panel.tsx';
import { Entrance, PasswordField } from '../pages/entrance.tsx';

/** A password that somebody else knows has to be changed before anything else works. */
export function PasswordDuty() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [chosen, setChosen] = useState('');
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  return (
    <Entrance title={t('signIn.change')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ current_password: current, new_password: chosen });
        }}
      >
        <p className="t2">{t('signIn.duty')}</p>
        <PasswordField
          label={t('signIn.current')}
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
        />
        <PasswordField
          label={t('signIn.newPassword')}
          autoComplete="new-password"
          value={chosen}
          onChange={setChosen}
        />
        {change.error !== null && <Failure error={change.error} />}
        <button type="submit" className="btn primary" disabled={change.isPending}>
          {t('common.save')}
        </button>
      </form>
    </Entrance>
  );
}
