import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { type Session, sessionQuery } from '../api/session.ts';
import { Entrance } from '../pages/entrance.tsx';
import { PasswordDuty } from './password-duty.tsx';
import { Proof } from './proof.tsx';
import { useSignOut } from './use-sign-out.ts';

const TotpSetup = lazy(async () => ({ default: (await import('../pages/account/totp-setup.tsx')).TotpSetup }));

/** What has to be done on the account before anything else works. */
export function Duty({ duty }: { duty: NonNullable<Session['duty']> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const leave = useSignOut();
  return (
    <Entrance title={t(duty === 'change_password' ? 'signIn.change' : 'account.totp')}>
      {duty === 'change_password' ? (
        <PasswordDuty />
      ) : (
        <Proof>
          <p>{t('account.totpDuty')}</p>
          <Suspense>
            <TotpSetup onDone={() => queries.invalidateQueries({ queryKey: sessionQuery.queryKey })} />
          </Suspense>
        </Proof>
      )}
      <button type="button" className="btn ghost" onClick={leave}>
        {t('shell.signOut')}
      </button>
    </Entrance>
  );
}
