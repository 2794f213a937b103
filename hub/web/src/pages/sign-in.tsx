import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/http.ts';
import { sessionQuery, signIn } from '../api/session.ts';
import { Failure } from '../components/panel.tsx';
import { Entrance, PasswordField, TextField } from './entrance.tsx';

export function SignInPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ from: '/sign-in' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      router.history.push(next ?? '/');
    },
  });
  const wantsCode = enter.error instanceof ApiProblem && enter.error.code === 'totp_required';
  return (
    <Entrance title={t('signIn.title')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate({ email, password, ...(totp === '' ? {} : { totp }) });
        }}
      >
        <TextField
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={setEmail}
        />
        <PasswordField
          label={t('signIn.password')}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
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
        {enter.error !== null && !wantsCode && <Failure error={enter.error} />}
        <button type="submit" className="btn primary" disabled={enter.isPending}>
          {t('signIn.submit')}
        </button>
      </form>
    </Entrance>
  );
}
