import { useEffect, useState } from 'react';

/** What the wall is drawn for; a screen that is larger shows it larger. */
const DRAWN = { width: 1280, height: 720 };
const STILL_MS = 5_000;

/** How much larger than drawn everything is. */
function scaleOf(width: number, height: number): number {
  return Math.max(0.5, Math.min(width / DRAWN.width, height / DRAWN.height));
}

export function useScale(): number {
  const [scale, setScale] = useState(() => scaleOf(innerWidth, innerHeight));
  useEffect(() => {
    const measure = (): void => setScale(scaleOf(innerWidth, innerHeight));
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, []);
  return scale;
}

/** Whether the pointer has rested for 5 s: then it goes, and what is for people at the screen with it. */
export function useStill(): boolean {
  const [still, setStill] = useState(false);
  useEffect(() => {
    let timer = setTimeout(() => setStill(true), STILL_MS);
    const moved = (): void => {
      setStill(false);
      clearTimeout(timer);
      timer = setTimeout(() => setStill(true), STILL_MS);
    };
    addEventListener('pointermove', moved);
    addEventListener('keydown', moved);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointermove', moved);
      removeEventListener('keydown', moved);
    };
  }, []);
  return still;
}

/** Keeps the screen from going dark, where the browser can; it lets go whenever the page is hidden. */
export function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isOver = false;
    const take = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        const taken = await navigator.wakeLock?.request('screen');
        if (isOver) await taken?.release();
        else lock = taken;
      } catch {
        // Refused, for want of power: the wall goes on.
      }
    };
    const visible = (): void => void take();
    void take();
    document.addEventListener('visibilitychange', visible);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', visible);
      void lock?.release().catch(() => {});
    };
  }, []);
}
