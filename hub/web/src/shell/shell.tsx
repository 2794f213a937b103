import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../api/session.ts';
import { useLive } from '../live.ts';
import { may } from '../session/permissions.ts';
import { SessionContext } from '../session/session.ts';
import { Announcer } from './announcer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { PasswordDuty } from './password-duty.tsx';
import { Rail } from './rail.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame around every page: rail, top bar, the stream of changes. Leaves for the sign-in when the session ends. */
export function Shell() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const live = useLive();
  const router = useRouter();
  const ready = session != null && session.duty === null;

  useEffect(() => {
    if (!ready) return;
    live.start();
    return () => live.stop();
  }, [ready, live]);
  useEffect(() => {
    if (session === null) void router.navigate({ to: '/sign-in', search: { next: router.state.location.href } });
  }, [session, router]);

  if (session == null) return null;
  if (session.duty !== null) return <PasswordDuty />;
  return (
    <SessionContext value={session}>
      <div className="app">
        <a className="skip" href="#content">
          {t('common.skip')}
        </a>
        <Rail />
        <div className="main">
          <TopBar />
          <ConnectionBanner />
          <div id="content" tabIndex={-1}>
            <Outlet />
          </div>
        </div>
        <Shortcuts />
        {may(session, 'inside') && <Announcer />}
      </div>
    </SessionContext>
  );
}
