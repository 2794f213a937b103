import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/http.ts';
import { pulseQuery } from '../api/session.ts';
import { StatusMark } from '../components/status-mark.tsx';
import { moment } from '../format.ts';
import { useLiveState } from '../live.ts';
import { useMay } from '../session/session.ts';
import { type Alarm, useAlarm, useCountedAlarm } from './alarm.ts';
import { useAwake, useScale, useStill } from './screen.ts';
import { pageAfter, pagesOf, USUAL_S } from './search.ts';
import { isUpdated, runningAssets, servedPage } from './updates.ts';
import { usePath, useWallSearch } from './use-wall.ts';

/** What makes a screen on a wall of the page: nothing of it is for a person with a mouse. */
export function Wall() {
  const mayInside = useMay('inside');
  return mayInside ? <WithAlerts /> : <WithCounts />;
}

function WithAlerts() {
  return <Frame alarm={useAlarm()} />;
}

function WithCounts() {
  return <Frame alarm={useCountedAlarm()} />;
}

const LOOK_MS = 180_000;
/** A stream that is made anew within so long was not lost. */
const PATIENCE_MS = 4_000;

function Frame({ alarm }: { alarm: Alarm | null }) {
  const { t } = useTranslation();
  const scale = useScale();
  const isStill = useStill();
  const lostAt = useLostAt();
  useAwake();
  useUpdates(lostAt === null);
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset.wall = isStill ? 'still' : 'moving';
    root.style.setProperty('--wall-scale', String(scale));
    return () => {
      delete root.dataset.wall;
      root.style.removeProperty('--wall-scale');
    };
  }, [isStill, scale]);
  const turn = useTurns(alarm, lostAt !== null);
  return (
    <>
      {turn !== null && (
        <i key={turn.key} className="wall-turn" style={{ animationDuration: `${turn.seconds}s` }} aria-hidden="true" />
      )}
      {alarm !== null && <i className="wall-turn is-held" aria-hidden="true" />}
      {!isStill && <p className="wall-hint">{t('wall.hint')}</p>}
      <div role="status">
        {lostAt !== null && (
          <div className="wall-lost" data-s="warning">
            <p>
              <StatusMark mark="stale" large />
              {t('wall.lost', { time: moment(lostAt, SECONDS) })}
            </p>
          </div>
        )}
      </div>
    </>
  );
}

const SECONDS = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

function onNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Since when what is shown is no longer what is; null while the hub is heard. */
function useLostAt(): number | null {
  const { open, heardAt } = useLiveState();
  const isOnline = useSyncExternalStore(onNetwork, () => navigator.onLine);
  const isAnswered = useIsAnswered();
  const isHeard = open && isOnline && isAnswered;
  const [wasHeard, setWasHeard] = useState(false);
  const [lostAt, setLostAt] = useState<number | null>(null);
  const lastHeard = useEffectEvent(() => heardAt ?? Date.now());
  useEffect(() => {
    if (isHeard) {
      setWasHeard(true);
      setLostAt(null);
      return;
    }
    if (!wasHeard) return;
    const at = lastHeard();
    const timer = setTimeout(() => setLostAt(at), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isHeard, wasHeard]);
  return lostAt;
}

/** Whether the hub answers. A cable that was pulled somewhere ends no stream: nothing comes any more, that is all. */
function useIsAnswered(): boolean {
  const { error } = useQuery(pulseQuery);
  return !(error instanceof ApiProblem) || (error.status >= 400 && error.status < 500);
}

/** Loads the page anew once the hub serves another program; looked at every few minutes, and when the hub is back. */
function useUpdates(isConnected: boolean): void {
  useEffect(() => {
    if (!isConnected) return;
    const look = async (): Promise<void> => {
      const page = await servedPage();
      if (page !== null && isUpdated(page, runningAssets())) location.reload();
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isConnected]);
}

/** Goes round the pages that the address names; to an alarm at once, and stays there until it is taken care of. */
function useTurns(alarm: Alarm | null, isLost: boolean): { key: string; seconds: number } | null {
  const { rotate, every = USUAL_S } = useWallSearch();
  const path = usePath();
  const router = useRouter();
  const to = alarm?.path;
  useEffect(() => {
    if (to !== undefined) router.history.replace(withWall(to, rotate, every));
  }, [to, rotate, every, router]);
  const next = pageAfter(pagesOf(rotate), path);
  const isTurning = next !== null && alarm === null && !isLost;
  useEffect(() => {
    if (!isTurning) return;
    const timer = setTimeout(() => router.history.replace(withWall(next, rotate, every)), every * 1000);
    return () => clearTimeout(timer);
  }, [isTurning, next, rotate, every, router]);
  return isTurning ? { key: path, seconds: every } : null;
}

/** An address of the wall, whole: what the page before had in it is not the next one's. */
function withWall(page: string, rotate: string | undefined, every: number): string {
  const [path = '/', own = ''] = page.split('?');
  const search = new URLSearchParams(own);
  search.set('wall', '1');
  if (rotate !== undefined) search.set('rotate', rotate);
  if (every !== USUAL_S) search.set('every', String(every));
  return `${path}?${search}`;
}
