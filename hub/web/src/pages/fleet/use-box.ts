import { useLayoutEffect, useRef, useState } from 'react';

/** As wide as an element is, and as high as the window leaves it room; null until it was measured. */
export function useBox(besides: number, least: number) {
  const element = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<{ readonly width: number; readonly height: number } | null>(null);
  useLayoutEffect(() => {
    const measure = (): void => {
      const width = Math.floor(element.current?.clientWidth ?? 0);
      const height = Math.max(least, innerHeight - besides);
      setBox((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (element.current !== null) observer.observe(element.current);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, [besides, least]);
  return [element, box] as const;
}

export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => devicePixelRatio);
  useLayoutEffect(() => {
    const media = matchMedia(`(resolution: ${ratio}dppx)`);
    const change = (): void => setRatio(devicePixelRatio);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [ratio]);
  return ratio;
}
