import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery, signOut } from '../api/session.ts';
import { Icon } from '../components/icon.tsx';
import { shortMiner } from '../components/miner/place-words.ts';
import { containerOfMiner, shortId } from '../components/short-id.ts';
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

/** Pages that belong to no project. */
const PAGES = ['alerts', 'compare', 'reports', 'agents'] as const;

interface CrumbParams {
  readonly projectId?: string;
  readonly containerId?: string;
  readonly minerId?: string;
}

/** Where one is: overview, project, container, miner. */
function Crumbs() {
  const { t } = useTranslation();
  const { projectId, minerId, ...params } = useParams({ strict: false }) as CrumbParams;
  const containerId = params.containerId ?? (minerId && containerOfMiner(minerId));
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const page = PAGES.find((each) => path === `/${each}`) ?? 'overview';
  const isAgents = path.endsWith('/agents');
  return (
    <nav className="crumb" aria-label={t('shell.breadcrumb')}>
      {projectId === undefined ? (
        <b>{t(`shell.${page}`)}</b>
      ) : (
        <>
          <Link to="/" className="up">
            {t('shell.overview')}
          </Link>
          <span className="sl up">/</span>
          {containerId === undefined && !isAgents ? (
            <b>{projectId}</b>
          ) : (
            <>
              <Link to="/projects/$projectId" params={{ projectId }} className="up">
                {projectId}
              </Link>
              <span className="sl up">/</span>
              {minerId === undefined || containerId === undefined ? (
                <b>{containerId ?? t('shell.agents')}</b>
              ) : (
                <>
                  <Link
                    to="/projects/$projectId/containers/$containerId"
                    params={{ projectId, containerId }}
                    search={{ miner: minerId }}
                  >
                    {shortId(containerId, projectId)}
                  </Link>
                  <span className="sl">/</span>
                  <b>{shortMiner(minerId)}</b>
                </>
              )}
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
