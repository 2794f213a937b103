import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Forbidden } from '../../components/forbidden.tsx';
import { useSession } from '../../session/session.ts';
import { neededFor, sectionAt, sectionsFor } from './sections.ts';

/** Around the pages of the administration: those that one may see, the current one marked. */
export function AdminPage() {
  const { t } = useTranslation();
  const sections = sectionsFor(useSession());
  const section = useRouterState({ select: ({ location }) => sectionAt(location.pathname) });
  const isOpen = section !== undefined && sections.includes(section);
  const strip = useRef<HTMLElement>(null);
  // On a phone the strip scrolls, and the current page may be out of sight.
  useEffect(() => {
    strip.current?.querySelector(`a[href$="${section}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  if (!isOpen)
    return (
      <main className="page">
        <Forbidden title={t('admin.title')} permission={neededFor(section)} />
      </main>
    );
  return (
    <main className="page">
      <div className="head">
        <div className="grow">
          <h1>{t('admin.title')}</h1>
          <p className="t2">{t(`admin.about.${section}`)}</p>
        </div>
      </div>
      <nav ref={strip} className="tabs" aria-label={t('admin.title')}>
        {sections.map((each) => (
          <Link key={each} to={`/admin/${each}`} search={{}} activeOptions={{ includeSearch: false }}>
            {t(`admin.sections.${each}`)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </main>
  );
}
