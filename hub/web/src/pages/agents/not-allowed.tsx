import { useTranslation } from 'react-i18next';
import { listing } from '../../format.ts';
import { rolesWith } from '../../session/permissions.ts';
import { useSession } from '../../session/session.ts';

/** Why something is not offered. */
export function NotAllowed({ what }: { what: string }) {
  const { t } = useTranslation();
  const { role } = useSession();
  const roles = listing(
    rolesWith('work').map((each) => t(`common.role.${each}`)),
    'disjunction',
  );
  return (
    <p className="t2 small not-allowed">
      {what} {t('problems.needed', { roles, role: t(`common.role.${role}`) })}
    </p>
  );
}
