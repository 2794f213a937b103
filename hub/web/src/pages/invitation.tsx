import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/http.ts';
import { acceptInvitation, sessionQuery } from '../api/session.ts';
import { Failure } from '../components/panel.tsx';
import { Entrance, PasswordField, TextField } from './entrance.tsx';

/** Whoever was invited chooses a password. The token stands behind the `#`, which no server is told. */
export function InvitationPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [totp, setTotp] = useState('');
  const accept = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/' });
    },
  });
  // A forgotten password does not switch the second factor off.
  const wantsCode = accept.error instanceof ApiProblem && accept.error.code === 'totp_required';
  const differ = again !== '' && again !== password;
  return (
    <Entrance title={t('signIn.invitation')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!differ) accept.mutate({ token: location.hash.slice(1), password, ...(totp === '' ? {} : { totp }) });
        }}
      >
        <p className="t2">{t('signIn.choose')}</p>
        <PasswordField
          label={t('signIn.newPassword')}
          autoComplete="new-password"
          autoFocus
          value={password}
          onChange={setPassword}
        />
        <PasswordField label={t('signIn.again')} autoComplete="new-password" value={again} onChange={setAgain} />
        <p className="t2 small">{t('signIn.rule')}</p>
        {(wantsCode || totp !== '') && (
          <TextField
            label={t('signIn.code')}
            autoComplete="one-time-code"
            inputMode="numeric"
            autoFocus
            value={totp}
            onChange={setTotp}
          />
        )}
        {differ && (
          <p role="alert" data-s="critical">
            {t('signIn.differ')}
          </p>
        )}
        {accept.error !== null && !wantsCode && <Failure error={accept.error} />}
        <button type="submit" className="btn primary" disabled={accept.isPending || differ}>
          {t('signIn.start')}
        </button>
      </form>
    </Entrance>
  );
}
