import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../api/account.ts';
import { refusalsOf } from '../../api/http.ts';
import { changePassword } from '../../api/session.ts';
import { SecretField } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';
import { moment } from '../../format.ts';

const NOTHING = { current: '', chosen: '' };

/** Another password; every other session ends. */
export function PasswordCard({ account }: { account: Account }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(NOTHING);
  const change = useMutation({
    mutationFn: () => changePassword({ current_password: draft.current, new_password: draft.chosen }),
    onSuccess: async () => {
      setDraft(NOTHING);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['account'] }),
        queries.invalidateQueries({ queryKey: ['sessions'] }),
      ]);
    },
  });
  const refused = refusalsOf(change.error);
  const write = (part: Partial<typeof draft>): void => {
    setDraft({ ...draft, ...part });
    if (!change.isIdle) change.reset();
  };
  return (
    <section className="card" aria-label={t('signIn.password')}>
      <div className="card-h">
        <h2>{t('signIn.password')}</h2>
        {account.password_changed_at !== null && (
          <span className="t2 small">
            {t('account.chosenOn', { day: moment(account.password_changed_at, { dateStyle: 'medium' }) })}
          </span>
        )}
      </div>
      <form
        className="card-b stack"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {/* Password managers put both into one entry by this. */}
        <input type="text" autoComplete="username" value={account.email} readOnly hidden />
        <SecretField
          label={t('signIn.current')}
          isRequired
          autoComplete="current-password"
          value={draft.current}
          message={refused.get('/current_password')}
          onChange={(current) => write({ current })}
        />
        <SecretField
          label={t('signIn.newPassword')}
          isRequired
          autoComplete="new-password"
          value={draft.chosen}
          message={refused.get('/new_password')}
          hint={t('signIn.rule')}
          onChange={(chosen) => write({ chosen })}
        />
        {change.error !== null && refused.size === 0 && <Failure error={change.error} />}
        <div className="row wrap">
          <button type="submit" className="btn" disabled={change.isPending}>
            {t('account.changePassword')}
          </button>
          <span className="t2" role="status">
            {change.isSuccess ? t('account.passwordChanged') : t('account.othersEnd')}
          </span>
        </div>
      </form>
    </section>
  );
}
