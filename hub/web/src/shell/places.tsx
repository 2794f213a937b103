import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { may, type Permission } from '../session/permissions.ts';
import { useSession } from '../session/session.ts';

/** Pages of the rail besides projects and alerts, and who is shown them. */
const PLACES = [
  { to: '/reports', icon: 'report', name: 'reports', permission: 'inside' },
  { to: '/agents', icon: 'agent', name: 'agents', permission: 'inside' },
  { to: '/admin', icon: 'admin', name: 'admin', permission: 'inside' },
] as const satisfies readonly { readonly permission: Permission; readonly [key: string]: string }[];

const CURRENT = { 'aria-current': 'page' } as const;

/** Beside each other in the rail; on a phone, where they do not fit, behind "More". */
export function Places() {
  const { t } = useTranslation();
  const session = useSession();
  const places = PLACES.filter(({ permission }) => may(session, permission));
  if (places.length === 0) return null;
  return (
    <>
      {places.map(({ to, icon, name }) => (
        <Link key={to} className="rail-i desk" to={to} activeProps={CURRENT}>
          <Icon name={icon} />
          {t(`shell.${name}`)}
        </Link>
      ))}
      <div className="rail-more only-phone">
        <Menu
          className="rail-i"
          button={
            <>
              <Icon name="more" />
              {t('shell.more')}
            </>
          }
        >
          {(close) =>
            places.map(({ to, icon, name }) => (
              <Link key={to} className="item" to={to} activeProps={CURRENT} onClick={close}>
                <Icon name={icon} />
                {t(`shell.${name}`)}
              </Link>
            ))
          }
        </Menu>
      </div>
    </>
  );
}
