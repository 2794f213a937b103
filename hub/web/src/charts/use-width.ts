import { useEffect, useRef, useState } from 'react';

const WIDTH_UNTIL_KNOWN = 600;

/** How wide a box is, pixels, kept up to date. */
export function useWidth(): [ref: React.RefObject<HTMLDivElement | null>, width: number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(WIDTH_UNTIL_KNOWN);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const measure = (): void => setWidth(Math.round(box.clientWidth) || WIDTH_UNTIL_KNOWN);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
