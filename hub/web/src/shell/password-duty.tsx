import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalsOf } from '../api/http.ts';
import { changePassword, sessionQuery } from '../api/session.ts';
import { SecretField } from '../components/fields.tsx';
import { Failure } from '../components/panel.tsx';

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
  const refused = refusalsOf(change.error);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ current_password: current, new_password: chosen });
      }}
    >
      <p className="t2">{t('signIn.duty')}</p>
      <SecretField
        label={t('signIn.current')}
        isRequired
        autoComplete="current-password"
        hint={t('signIn.oneTime')}
        message={refused.get('/current_password')}
        value={current}
        onChange={setCurrent}
      />
      <SecretField
        label={t('signIn.newPassword')}
        isRequired
        autoComplete="new-password"
        hint={t('signIn.rule')}
        message={refused.get('/new_password')}
        value={chosen}
        onChange={setChosen}
      />
      {change.error !== null && refused.size === 0 && <Failure error={change.error} />}
      <button type="submit" className="btn primary" disabled={change.isPending}>
        {t('common.save')}
      </button>
    </form>
  );
}
