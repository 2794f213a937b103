import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Delivery, deliveriesQuery, type NotificationChannel, retryDelivery } from '../../../api/channels.ts';
import { Ago } from '../../../components/ago.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Empty, Failure, Panel } from '../../../components/panel.tsx';
import { Select } from '../../../components/select.tsx';
import { useMinute } from '../../../components/use-now.ts';
import { duration, UNKNOWN } from '../../../format.ts';
import { oneOf, useAdminSearch } from '../search.ts';
import { DeliveryState } from './delivery-state.tsx';

const STATUSES = ['failed', 'pending', 'delivered'] as const;

/** What was told to whom, and whether it arrived. */
export function Deliveries({ channels }: { channels: readonly NotificationChannel[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [{ project, status }, change] = useAdminSearch();
  const shown = oneOf(STATUSES, status);
  const deliveries = useInfiniteQuery(deliveriesQuery({ project_id: project, status: shown }));
  const retry = useMutation({
    mutationFn: (id: string) => retryDelivery(id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <section className="card" aria-label={t('channels.deliveries')}>
      <div className="card-h ctl">
        <h2>{t('channels.deliveries')}</h2>
        <Select
          className="end"
          label={t('channels.state')}
          value={shown ?? ''}
          options={[
            { value: '', label: t('common.all') },
            ...STATUSES.map((value) => ({ value, label: t(`channels.states.${value}`) })),
          ]}
          onChange={(value) => change({ status: value })}
        />
      </div>
      {retry.error !== null && <Failure error={retry.error} />}
      <Panel of={deliveries}>
        {({ pages }) => {
          const found = pages.flatMap(({ data }) => data);
          if (found.length === 0) return <Empty>{t('channels.noDeliveries')}</Empty>;
          return (
            <div className="card-b scrolls">
              <table className="tbl stacks">
                <thead>
                  <tr>
                    {(['state', 'when', 'channel', 'about', 'error', 'retry'] as const).map((column) => (
                      <th key={column} scope="col">
                        {column === 'retry' ? (
                          <span className="sr">{t('channels.retry')}</span>
                        ) : (
                          t(`channels.${column}`)
                        )}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {found.map((delivery) => (
                    <Row
                      key={delivery.delivery_id}
                      delivery={delivery}
                      channel={channels.find(({ channel_id: id }) => id === delivery.channel_id)}
                      isBusy={retry.isPending}
                      onRetry={() => retry.mutate(delivery.delivery_id)}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Panel>
      <MoreButton of={deliveries} />
    </section>
  );
}

function Row({
  delivery,
  channel,
  isBusy,
  onRetry,
}: {
  delivery: Delivery;
  /** Undefined: it is gone, or among those not loaded. */
  channel: NotificationChannel | undefined;
  isBusy: boolean;
  onRetry: () => void;
}) {
  const { t } = useTranslation();
  const now = useMinute();
  const { alert_id: alert, kind, recipient, status, last_error: error, next_attempt_at: next } = delivery;
  const wait = next === null || status !== 'pending' ? null : (Date.parse(next) - now) / 1000;
  return (
    <tr>
      <td data-label={t('channels.state')}>
        <DeliveryState delivery={delivery} />
      </td>
      <td data-label={t('channels.when')}>
        <Ago since={delivery.delivered_at ?? delivery.created_at} />
      </td>
      <td data-label={t('channels.channel')}>{[channel?.name, recipient].filter(Boolean).join(', ') || UNKNOWN}</td>
      <td data-label={t('channels.about')}>
        {alert === null ? (
          t(`channels.messages.${kind}`)
        ) : (
          <Link className="link" to="/alerts" search={{ alert }}>
            {t('channels.alert', { id: alert })}
          </Link>
        )}
      </td>
      <td className="wraps" data-label={t('channels.error')}>
        {status !== 'delivered' && (error ?? UNKNOWN)}
        {status === 'delivered' && UNKNOWN}
        {error !== null && wait !== null && wait > 0 && (
          <span className="t2"> {t('channels.again', { time: duration(wait) })}</span>
        )}
      </td>
      <td className="acts-cell">
        {status !== 'delivered' && (
          <button type="button" className="btn sm" disabled={isBusy} onClick={onRetry}>
            {t('channels.retry')}
          </button>
        )}
      </td>
    </tr>
  );
}
