import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { useSession } from '../session/session.ts';
import { useSignOut } from './use-sign-out.ts';

/** Who is signed in, and what is theirs: the account, signing out; on a phone also what the bar has no room for. */
export function PersonMenu() {
  const { t } = useTranslation();
  const session = useSession();
  const leave = useSignOut();
  const name = session.name || (session.email ?? '');
  return (
    <Menu
      className="btn ghost icon person"
      button={
        <>
          <Avatar name={name} />
          <span className="sr">{t('shell.signedInAs', { name, role: t(`common.role.${session.role}`) })}</span>
        </>
      }
    >
      {(close) => (
        <>
          <p className="whoami">
            <b className="clip">{name}</b>
            <span className="t2 small">{t(`common.role.${session.role}`)}</span>
          </p>
          <Link className="item" to="/account" onClick={close}>
            <span className="row">
              <Icon name="user" />
              {t('shell.account')}
            </span>
          </Link>
          <button type="button" className="item" onClick={leave}>
            <span className="row">
              <Icon name="out" />
              {t('shell.signOut')}
            </span>
          </button>
        </>
      )}
    </Menu>
  );
}
