import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../api/channels.ts';
import { type Mark, StatusMark } from '../../../components/status-mark.tsx';

/** Whether a message arrived: mark and word. */
export function DeliveryState({ delivery: { status, attempts } }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const state = status === 'pending' && attempts > 0 ? 'retrying' : status;
  const mark = MARKS[state];
  return (
    <span className="status" data-s={mark}>
      <StatusMark mark={mark} />
      {t(`channels.states.${state}`)}
    </span>
  );
}

const MARKS: Readonly<Record<Delivery['status'] | 'retrying', Mark>> = {
  delivered: 'normal',
  pending: 'stale',
  retrying: 'warning',
  failed: 'critical',
};
