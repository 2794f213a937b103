import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accountQuery } from '../../api/account.ts';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useSession } from '../../session/session.ts';
import { PasswordCard } from './password-card.tsx';
import { Preferences } from './preferences.tsx';
import { ProfileForm } from './profile-form.tsx';
import { SecondFactor } from './second-factor.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** `/account`: what is one's own. */
export function AccountPage() {
  const { t } = useTranslation();
  const session = useSession();
  const account = useQuery(accountQuery);
  return (
    <main className="page">
      <div className="head">
        <div className="grow">
          <h1>{t('account.title')}</h1>
          <p className="sub">
            <span>{session.email}</span>
            <span>{t(`common.role.${session.role}`)}</span>
          </p>
        </div>
      </div>
      <Panel of={account} skeleton={<Skeleton rows={2} height={160} />}>
        {(edited) => (
          <div className="account-cols">
            <div className="stack">
              <ProfileForm key={edited.tag} edited={edited} />
              <Preferences />
            </div>
            <div className="stack">
              <PasswordCard account={edited.value} />
              <SecondFactor isOn={edited.value.totp_enabled} />
            </div>
          </div>
        )}
      </Panel>
      <SessionsCard />
    </main>
  );
}
