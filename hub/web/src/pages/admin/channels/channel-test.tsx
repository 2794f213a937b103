import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Delivery, latestDeliveriesQuery, testChannel } from '../../../api/channels.ts';
import { Failure } from '../../../components/panel.tsx';
import { DeliveryState } from './delivery-state.tsx';

/** Sends a message that says it works, and tells in words how that went. */
export function ChannelTest({ channelId, isChanged }: { channelId: string; isChanged: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => testChannel(channelId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  const sent = test.data?.data ?? [];
  const { data } = useQuery({ ...latestDeliveriesQuery(channelId), enabled: sent.length > 0 });
  const now = sent.map((one) => data?.data.find(({ delivery_id: id }) => id === one.delivery_id) ?? one);
  return (
    <section className="stack account-acts" aria-label={t('channels.test')}>
      <div className="row wrap">
        <button type="button" className="btn" disabled={test.isPending} onClick={() => test.mutate()}>
          {t('channels.test')}
        </button>
        {isChanged && <span className="t2">{t('channels.testsSaved')}</span>}
      </div>
      {test.error !== null && <Failure error={test.error} />}
      {now.length > 0 && (
        <ul role="status">
          {now.map((delivery) => (
            <Outcome key={delivery.delivery_id} delivery={delivery} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Outcome({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { recipient, last_error: error } = delivery;
  return (
    <li>
      <DeliveryState delivery={delivery} /> {recipient !== '' && <span>{t('channels.toWhom', { recipient })}</span>}
      {error !== null && <p className="t2">{error}</p>}
    </li>
  );
}
