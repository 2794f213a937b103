import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery, signOut } from '../api/session.ts';
import { Icon } from '../components/icon.tsx';
import { useNow } from '../components/use-now.ts';
import { duration } from '../format.ts';
import { chooseLanguage } from '../i18n/index.ts';
import { useLiveState } from '../live.ts';
import { useSession } from '../session/session.ts';
import { currentTheme, nextTheme, onTheme } from '../theme.ts';
import { Palette } from './palette.tsx';

export function TopBar() {
  return (
    <header className="top">
      <Crumbs />
      <Palette />
      <Freshness />
      <LanguageButton />
      <ThemeButton />
      <Person />
    </header>
  );
}

/** Where one is: overview, project, container. */
function Crumbs() {
  const { t } = useTranslation();
  const { projectId, containerId } = useParams({ strict: false }) as { projectId?: string; containerId?: string };
  const isFleet = useRouterState({ select: ({ location }) => location.pathname.endsWith('/fleet') });
  const isAlerts = useRouterState({ select: ({ location }) => location.pathname === '/alerts' });
  return (
    <nav className="crumb" aria-label={t('shell.breadcrumb')}>
      {projectId === undefined ? (
        <b>{t(isAlerts ? 'shell.alerts' : 'shell.overview')}</b>
      ) : (
        <>
          <Link to="/" className="up">
            {t('shell.overview')}
          </Link>
          <span className="sl up">/</span>
          {containerId === undefined && !isFleet ? (
            <b>{projectId}</b>
          ) : (
            <>
              <Link to="/projects/$projectId" params={{ projectId }} className="up">
                {projectId}
              </Link>
              <span className="sl up">/</span>
              <b>{containerId ?? t('fleet.link')}</b>
            </>
          )}
        </>
      )}
    </nav>
  );
}

function Freshness() {
  const { t } = useTranslation();
  const now = useNow();
  const { open, heardAt } = useLiveState();
  if (!open)
    return (
      <span className="fresh is-lost" role="status">
        <i />
        {t('shell.reconnecting')}
      </span>
    );
  return (
    <span className="fresh" title={t('shell.liveHint')}>
      <i />
      <span>
        {t('shell.live')}
        {heardAt !== null && <span className="q"> · {duration((now - heardAt) / 1000)}</span>}
      </span>
    </span>
  );
}

function LanguageButton() {
  const { t, i18n } = useTranslation();
  const now = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
  const other = now === 'fr' ? 'en' : 'fr';
  return (
    <button type="button" className="btn ghost desk" onClick={() => void chooseLanguage(other)}>
      {now.toUpperCase()}
      <span className="sr">{t(other === 'fr' ? 'shell.toFrench' : 'shell.toEnglish')}</span>
    </button>
  );
}

function ThemeButton() {
  const { t } = useTranslation();
  const theme = useSyncExternalStore(onTheme, currentTheme);
  const name = t('shell.theme', { theme: t(`shell.themes.${theme}`) });
  return (
    <button type="button" className="btn ghost icon desk" aria-label={name} title={name} onClick={nextTheme}>
      <Icon name="theme" />
    </button>
  );
}

function Person() {
  const { t } = useTranslation();
  const { name, role } = useSession();
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queries.setQueryData(sessionQuery.queryKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
  const initials = name
    .split(/[\s@.]+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
  return (
    <>
      <span className="avatar desk" title={t('shell.account', { name, role: t(`common.role.${role}`) })}>
        {initials}
      </span>
      <button
        type="button"
        className="btn ghost icon"
        aria-label={t('shell.signOut')}
        title={t('shell.signOut')}
        onClick={() => leave.mutate()}
      >
        <Icon name="out" />
      </button>
    </>
  );
}
