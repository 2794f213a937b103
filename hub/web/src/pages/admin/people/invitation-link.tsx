import { useTranslation } from 'react-i18next';
import { type Invitation, invitationLink } from '../../../api/users.ts';
import { SecretOnce } from '../../../components/secret-once.tsx';
import { moment } from '../../../format.ts';

/** The link to hand to somebody who was invited. */
export function InvitationLink({ name, invitation }: { name: string; invitation: Invitation }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('admin.people.handOver', { name })}</p>
      <SecretOnce label={t('admin.people.link')} secret={invitationLink(invitation)}>
        <p className="t2 small">
          {t('admin.people.linkUntil', {
            until: moment(invitation.expires_at, { dateStyle: 'long', timeStyle: 'short' }),
          })}
        </p>
      </SecretOnce>
    </>
  );
}
