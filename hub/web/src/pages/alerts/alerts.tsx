import { useTranslation } from 'react-i18next';
import { Forbidden } from '../../components/forbidden.tsx';
import { useMay } from '../../session/session.ts';
import { Inbox } from './inbox.tsx';

/** `/alerts`: what is wrong, who has it, and what was done about it. */
export function AlertsPage() {
  const { t } = useTranslation();
  const mayInside = useMay('inside');
  return (
    <main className="page">{mayInside ? <Inbox /> : <Forbidden title={t('alerts.title')} permission="inside" />}</main>
  );
}
