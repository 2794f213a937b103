import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeUser, endSessionsOf, inviteAgain, removeTotpOf, type User } from '../../../api/users.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { Failure } from '../../../components/panel.tsx';
import { useProof } from '../../../session/proof.ts';
import { useSession } from '../../../session/session.ts';
import { InvitationLink } from './invitation-link.tsx';

/** What takes something from somebody, and is therefore asked once more. */
const GRAVE = {
  endSessions: (id: string) => endSessionsOf(id),
  removeTotp: (id: string) => removeTotpOf(id),
  deactivate: (id: string) => changeUser(id, { status: 'disabled' }),
} as const;
type Grave = keyof typeof GRAVE;

/** What may be done about somebody's account; it is done at once. */
export function PersonActions({ user }: { user: User }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const proved = useProof();
  const { id: own } = useSession();
  const [asked, setAsked] = useState<Grave | null>(null);
  const { user_id: id, status } = user;
  const name = user.name || user.email;
  const refresh = () =>
    queries.invalidateQueries({ predicate: ({ queryKey }) => ['users', 'edited-user'].includes(String(queryKey[0])) });
  const invite = useMutation({ mutationFn: () => proved(() => inviteAgain(id)) });
  const activate = useMutation({
    mutationFn: () => proved(() => changeUser(id, { status: 'active' })),
    onSuccess: refresh,
  });
  const act = useMutation({
    mutationFn: (what: Grave) => proved<unknown>(() => GRAVE[what](id)),
    onSuccess: async () => {
      setAsked(null);
      await refresh();
    },
  });
  const isOff = status === 'disabled';
  const offered: Grave[] = [
    ...(status === 'active' ? (['endSessions'] as const) : []),
    ...(user.totp_enabled ? (['removeTotp'] as const) : []),
    // Nobody locks themselves out by a slip of the hand.
    ...(!isOff && id !== own ? (['deactivate'] as const) : []),
  ];
  return (
    <section className="stack account-acts" aria-label={t('admin.people.account')}>
      <div className="row wrap">
        {isOff ? (
          <button type="button" className="btn sm" disabled={activate.isPending} onClick={() => activate.mutate()}>
            {t('admin.people.do.activate')}
          </button>
        ) : (
          <button type="button" className="btn sm" disabled={invite.isPending} onClick={() => invite.mutate()}>
            {t(status === 'invited' ? 'admin.people.do.inviteAgain' : 'admin.people.do.newPassword')}
          </button>
        )}
        {offered.map((what) => (
          <button
            key={what}
            type="button"
            className={what === 'deactivate' ? 'btn sm danger' : 'btn sm'}
            onClick={() => setAsked(what)}
          >
            {t(`admin.people.do.${what}`)}
          </button>
        ))}
      </div>
      {invite.data !== undefined && <InvitationLink name={name} invitation={invite.data} />}
      {[invite.error, activate.error].map((error) => error !== null && <Failure key={error.message} error={error} />)}
      {asked !== null && (
        <Confirm
          title={t(`admin.people.do.${asked}`)}
          submit={t(`admin.people.do.${asked}`)}
          isBusy={act.isPending}
          error={act.error}
          onConfirm={() => act.mutate(asked)}
          onClose={() => {
            act.reset();
            setAsked(null);
          }}
        >
          {t(`admin.people.means.${asked}`, { name })}
        </Confirm>
      )}
    </section>
  );
}
