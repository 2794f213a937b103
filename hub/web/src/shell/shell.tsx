import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../api/session.ts';
import { useLive } from '../live.ts';
import { may } from '../session/permissions.ts';
import { SessionContext } from '../session/session.ts';
import { useIsWall } from '../wall/use-wall.ts';
import { WallKeys } from '../wall/wall-keys.tsx';
import { Announcer } from './announcer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Duty } from './duty.tsx';
import { Proof } from './proof.tsx';
import { Rail } from './rail.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { TopBar } from './top-bar.tsx';

const Wall = lazy(async () => ({ default: (await import('../wall/wall.tsx')).Wall }));

/** The frame around every page: rail, top bar, the stream of changes. Leaves for the sign-in when the session ends. */
export function Shell() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const live = useLive();
  const isWall = useIsWall();
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
  if (session.duty !== null) return <Duty duty={session.duty} />;
  return (
    <SessionContext value={session}>
      <div className="app">
        <a className="skip" href="#content">
          {t('common.skip')}
        </a>
        {!isWall && <Rail />}
        <div className="main">
          {!isWall && <TopBar />}
          <ConnectionBanner />
          <div id="content" tabIndex={-1}>
            <Proof>
              <Outlet />
            </Proof>
          </div>
        </div>
        <Shortcuts />
        <WallKeys />
        {isWall && (
          <Suspense>
            <Wall />
          </Suspense>
        )}
        {may(session, 'inside') && <Announcer />}
      </div>
    </SessionContext>
  );
}
