import { useEffect, useState } from 'react';
import { readVisits, type Visits, visited } from './visit.ts';

const EVERY_MS = 60_000;

/**
 * Since when somebody had been away from the overview, on this device; null where they had not. What is seen of it is
 * noted every minute while it is on the screen, for a browser may end without a word.
 */
export function useVisit(person: string): { readonly since: number | null; readonly dismiss: () => void } {
  const key = `hearst.visit.${person}`;
  const [visit, setVisit] = useState<Visits>(() => visited(kept(key), Date.now()));
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'hidden') return;
      const next = visited(kept(key), Date.now());
      keep(key, next);
      setVisit((before) => (before.since === next.since ? before : next));
    };
    const leave = (): void => {
      const last = kept(key);
      if (last !== null) keep(key, { ...last, seenAt: Date.now() });
    };
    const turn = (): void => (document.visibilityState === 'hidden' ? leave() : look());
    look();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', turn);
    return () => {
      if (document.visibilityState !== 'hidden') leave();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', turn);
    };
  }, [key]);
  return {
    since: visit.since,
    dismiss: () => {
      const next = { seenAt: Date.now(), since: null };
      keep(key, next);
      setVisit(next);
    },
  };
}

function kept(key: string): Visits | null {
  try {
    return readVisits(localStorage.getItem(key), Date.now());
  } catch {
    return null;
  }
}

function keep(key: string, visit: Visits): void {
  try {
    localStorage.setItem(key, JSON.stringify(visit));
  } catch {
    // A device that keeps nothing tells nothing of last time.
  }
}
