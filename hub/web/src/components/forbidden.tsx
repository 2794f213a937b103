import { useTranslation } from 'react-i18next';
import { listing } from '../format.ts';
import { type Permission, rolesWith } from '../session/permissions.ts';
import { useSession } from '../session/session.ts';

/** A page that one's role does not open: what it takes, and who can give it. */
export function Forbidden({
  title,
  permission,
  children,
}: {
  title: string;
  permission: Permission;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { role } = useSession();
  const roles = listing(
    rolesWith(permission).map((each) => t(`common.role.${each}`)),
    'disjunction',
  );
  return (
    <div className="card forbidden">
      <h1>{title}</h1>
      <p>{t('problems.needed', { roles, role: t(`common.role.${role}`) })}</p>
      <p className="t2">{t('problems.forbidden', { role: t('common.role.super_admin') })}</p>
      {children}
    </div>
  );
}
