import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { endOtherSessions, endOwnSession, type OwnSession, ownSessionsQuery } from '../../api/account.ts';
import { Ago } from '../../components/ago.tsx';
import { Failure, Panel } from '../../components/panel.tsx';
import { moment, UNKNOWN } from '../../format.ts';
import { deviceOf } from './device.ts';

/** Where one is signed in, and an end to it. */
export function SessionsCard() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const sessions = useQuery(ownSessionsQuery);
  const refresh = () => queries.invalidateQueries({ queryKey: ['sessions'] });
  const end = useMutation({ mutationFn: endOwnSession, onSettled: refresh });
  const endOthers = useMutation({ mutationFn: endOtherSessions, onSettled: refresh });
  const error = end.error ?? endOthers.error;
  return (
    <section className="card" aria-label={t('account.sessions')}>
      <div className="card-h">
        <h2>{t('account.sessions')}</h2>
        {(sessions.data?.total ?? 0) > 1 && (
          <button
            type="button"
            className="btn sm end"
            disabled={endOthers.isPending}
            onClick={() => endOthers.mutate()}
          >
            {t('account.endOthers')}
          </button>
        )}
      </div>
      {error !== null && <Failure error={error} />}
      <Panel of={sessions}>
        {({ data }) => (
          <div className="card-b scrolls">
            <table className="tbl stacks">
              <thead>
                <tr>
                  <th scope="col">{t('account.where')}</th>
                  <th scope="col">{t('account.address')}</th>
                  <th scope="col">{t('account.since')}</th>
                  <th scope="col">{t('account.lastSeen')}</th>
                  <th scope="col">
                    <span className="sr">{t('account.end')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((session) => (
                  <Row key={session.session_id} session={session} isBusy={end.isPending} onEnd={end.mutate} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </section>
  );
}

function Row({ session, isBusy, onEnd }: { session: OwnSession; isBusy: boolean; onEnd: (id: string) => void }) {
  const { t } = useTranslation();
  const { session_id: id, current, address, user_agent: agent, created_at: begun, last_seen_at: seen } = session;
  return (
    <tr>
      <th scope="row" title={agent ?? undefined}>
        {deviceOf(agent) ?? t('account.unknownDevice')}
      </th>
      <td data-label={t('account.address')} className="mono">
        {address ?? UNKNOWN}
      </td>
      <td data-label={t('account.since')}>{moment(begun, { dateStyle: 'medium', timeStyle: 'short' })}</td>
      <td data-label={t('account.lastSeen')}>
        <Ago since={seen} />
      </td>
      <td className="acts-cell">
        {current ? (
          <span className="tag">{t('account.thisOne')}</span>
        ) : (
          <button type="button" className="btn sm" disabled={isBusy} onClick={() => onEnd(id)}>
            {t('account.end')}
          </button>
        )}
      </td>
    </tr>
  );
}
