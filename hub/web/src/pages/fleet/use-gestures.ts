import { useEffect, useEffectEvent } from 'react';

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Gestures {
  /** False: nothing of it was wanted, the page may scroll. */
  readonly onZoom: (by: number, at: Point, isPinch: boolean) => boolean;
  readonly onPan: (x: number, y: number) => void;
  readonly onPoint: (at: Point) => void;
  readonly onPress: (at: Point, isTouch: boolean) => void;
  readonly onTwice: (at: Point) => void;
}

/** Moved further than this, a press was a drag. */
const SLACK = 5;
/** So long a second click is waited for. */
const TWICE_MS = 260;
const PER_NOTCH = 0.0016;
/** Pinching on a touch pad comes as many small turns of a wheel. */
const PER_PINCH = 0.01;

/** Wheel, drag, pinch, click and double click on an element, in its own pixels. */
export function useGestures(element: React.RefObject<HTMLElement | null>, gestures: Gestures): void {
  const zoom = useEffectEvent(gestures.onZoom);
  const pan = useEffectEvent(gestures.onPan);
  const point = useEffectEvent(gestures.onPoint);
  const press = useEffectEvent(gestures.onPress);
  const twice = useEffectEvent(gestures.onTwice);
  useEffect(() => {
    const on = element.current;
    if (on === null) return;
    const down = new Map<number, Point>();
    let from: Point | null = null;
    let click: ReturnType<typeof setTimeout> | undefined;
    const at = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
      const { left, top } = on.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };

    const onWheel = (event: WheelEvent): void => {
      const by = Math.exp(-event.deltaY * (event.ctrlKey ? PER_PINCH : PER_NOTCH));
      if (zoom(by, at(event), event.ctrlKey)) event.preventDefault();
    };
    const onDown = (event: PointerEvent): void => {
      if (event.button !== 0 || isButton(event.target)) return;
      down.set(event.pointerId, at(event));
      from = down.size === 1 ? at(event) : null;
    };
    const onMove = (event: PointerEvent): void => {
      const now = at(event);
      const before = down.get(event.pointerId);
      if (before === undefined) {
        if (event.pointerType === 'mouse') point(now);
        return;
      }
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other !== undefined) {
        const by = distance(now, other) / Math.max(1, distance(before, other));
        zoom(by, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, true);
      } else if (from === null || distance(now, from) > SLACK) {
        from = null;
        on.setPointerCapture(event.pointerId);
        pan(now.x - before.x, now.y - before.y);
      } else return;
      down.set(event.pointerId, now);
    };
    const onUp = (event: PointerEvent): void => {
      down.delete(event.pointerId);
      if (from === null || event.type === 'pointercancel') return;
      const place = from;
      from = null;
      clearTimeout(click);
      if (event.pointerType !== 'mouse') press(place, true);
      else click = setTimeout(() => press(place, false), TWICE_MS);
    };
    const onDouble = (event: MouseEvent): void => {
      if (isButton(event.target)) return;
      clearTimeout(click);
      twice(at(event));
    };

    on.addEventListener('wheel', onWheel, { passive: false });
    on.addEventListener('pointerdown', onDown);
    on.addEventListener('pointermove', onMove);
    on.addEventListener('pointerup', onUp);
    on.addEventListener('pointercancel', onUp);
    on.addEventListener('dblclick', onDouble);
    return () => {
      clearTimeout(click);
      on.removeEventListener('wheel', onWheel);
      on.removeEventListener('pointerdown', onDown);
      on.removeEventListener('pointermove', onMove);
      on.removeEventListener('pointerup', onUp);
      on.removeEventListener('pointercancel', onUp);
      on.removeEventListener('dblclick', onDouble);
    };
  }, [element]);
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const isButton = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button') !== null;
