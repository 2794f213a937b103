import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { removeTotp } from '../../api/account.ts';
import { refusalsOf } from '../../api/http.ts';
import { sessionQuery } from '../../api/session.ts';
import { Dialog } from '../../components/dialog.tsx';
import { SecretField } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { TotpSetup } from './totp-setup.tsx';

/** The code of an app beside the password: set up, or turned off. */
export function SecondFactor({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const refresh = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [name] }) => ['account', 'sessions', sessionQuery.queryKey[0]].includes(String(name)),
    });
  const mark = isOn ? 'normal' : 'unknown';
  return (
    <section className="card" aria-label={t('account.totp')}>
      <div className="card-h">
        <h2>{t('account.totp')}</h2>
        <span className="status end" data-s={mark}>
          <StatusMark mark={mark} />
          {t(isOn ? 'account.totpOn' : 'account.totpOff')}
        </span>
      </div>
      <div className="card-b stack">
        {isOn ? (
          <>
            <p className="t2">{t('account.totpLost')}</p>
            <div className="row">
              <button type="button" className="btn danger" onClick={() => setRemoving(true)}>
                {t('account.totpRemove')}
              </button>
            </div>
          </>
        ) : (
          <TotpSetup onDone={refresh} />
        )}
      </div>
      {isRemoving && (
        <RemoveDialog
          onDone={async () => {
            setRemoving(false);
            await refresh();
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </section>
  );
}

function RemoveDialog({ onDone, onClose }: { onDone: () => unknown; onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const remove = useMutation({ mutationFn: () => removeTotp(password), onSuccess: onDone });
  const refused = refusalsOf(remove.error).get('/password');
  return (
    <Dialog
      title={t('account.totpRemove')}
      submit={t('account.totpRemove')}
      isGrave
      isBusy={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="t2">{t('account.totpRemoveMeans')}</p>
      <SecretField
        label={t('signIn.password')}
        isRequired
        autoComplete="current-password"
        value={password}
        message={refused}
        onChange={setPassword}
      />
      {remove.error !== null && refused === undefined && <Failure error={remove.error} />}
    </Dialog>
  );
}
