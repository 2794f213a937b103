import { useTranslation } from 'react-i18next';
import { useMay } from '../../session/session.ts';
import { Inbox } from './inbox.tsx';

/** `/alerts`: what is wrong, who has it, and what was done about it. */
export function AlertsPage() {
  const mayInside = useMay('inside');
  return <main className="page">{mayInside ? <Inbox /> : <Forbidden />}</main>;
}

function Forbidden() {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t('alerts.title')}</h1>
      <div className="banner" data-s="unknown">
        <p>{t('alerts.forbidden')}</p>
      </div>
    </>
  );
}
