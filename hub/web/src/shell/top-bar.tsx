import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
import { shortMiner } from '../components/miner/place-words.ts';
import { containerOfMiner, shortId } from '../components/short-id.ts';
import { useNow } from '../components/use-now.ts';
import { duration } from '../format.ts';
import { chooseLanguage } from '../i18n/index.ts';
import { useLiveState } from '../live.ts';
import { currentTheme, nextTheme, onTheme } from '../theme.ts';
import { Palette } from './palette.tsx';
import { PersonMenu } from './person-menu.tsx';

export function TopBar() {
  return (
    <header className="top">
      <Crumbs />
      <Palette />
      <Freshness />
      <LanguageButton />
      <ThemeButton />
      <PersonMenu />
    </header>
  );
}

/** Pages that belong to no project. */
const PAGES = ['alerts', 'compare', 'reports', 'agents', 'admin', 'account'] as const;

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
  const page = PAGES.find((each) => path.split('/')[1] === each) ?? 'overview';
  const isAgents = path.endsWith('/agents');
  const isFleet = path.endsWith('/fleet');
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
          {containerId === undefined && !isAgents && !isFleet ? (
            <b>{projectId}</b>
          ) : (
            <>
              <Link to="/projects/$projectId" params={{ projectId }} className="up">
                {projectId}
              </Link>
              <span className="sl up">/</span>
              {minerId === undefined || containerId === undefined ? (
                <b>{containerId ?? t(isFleet ? 'fleet.link' : 'shell.agents')}</b>
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
