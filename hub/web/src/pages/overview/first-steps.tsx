import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../session/session.ts';
import { NewProjectButton } from './new-project.tsx';

/** Before there is any project: what to do first, or whom to ask. */
export function FirstSteps() {
  const { t } = useTranslation();
  const mayAdminister = useMay('administer');
  if (!mayAdminister)
    return (
      <main className="page">
        <h1>{t('overview.first.noneGiven')}</h1>
        <p className="t2">{t('overview.first.ask', { role: t('common.role.super_admin') })}</p>
      </main>
    );
  return (
    <main className="page">
      <div>
        <h1>{t('overview.first.welcome')}</h1>
        <p className="t2">{t('overview.first.begin')}</p>
      </div>
      <ol className="card first-steps">
        <Step name="project">
          <NewProjectButton isPrimary />
        </Step>
        <Step name="agent" />
        <Step name="people">
          <Link className="btn" to="/admin/people">
            {t('admin.people.invite')}
          </Link>
        </Step>
        <Step name="channels">
          <Link className="btn" to="/admin/channels">
            {t('channels.add')}
          </Link>
        </Step>
        <Step name="account">
          <Link className="btn" to="/account">
            {t('shell.account')}
          </Link>
        </Step>
      </ol>
    </main>
  );
}

function Step({
  name,
  children,
}: {
  name: 'project' | 'agent' | 'people' | 'channels' | 'account';
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <li>
      <div className="grow">
        <h2>{t(`overview.first.steps.${name}.title`)}</h2>
        <p className="t2">{t(`overview.first.steps.${name}.text`)}</p>
      </div>
      {children}
    </li>
  );
}
