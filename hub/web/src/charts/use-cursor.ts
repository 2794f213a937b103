import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { Layout } from './layout.ts';
import type { Times } from './model.ts';

/** A drag that is shorter was a click, pixels. */
const LEAST_DRAG = 8;
/** How many buckets a long step is. */
const FAR = 12;

/** What a key does: buckets to go, how much wider the range becomes, which end to go to, back to where one was, or holding the moment. */
type Key =
  | { readonly step: number }
  | { readonly zoom: number }
  | { readonly end: 0 | -1 }
  | { readonly back: true }
  | { readonly pin: true };
const KEYS: Readonly<Record<string, Key>> = {
  ArrowLeft: { step: -1 },
  ArrowRight: { step: 1 },
  PageUp: { step: -FAR },
  PageDown: { step: FAR },
  Home: { end: 0 },
  End: { end: -1 },
  '+': { zoom: 0.5 },
  '=': { zoom: 0.5 },
  '-': { zoom: 2 },
  Escape: { back: true },
  Enter: { pin: true },
};

export interface CursorEvents {
  readonly onZoom?: ((from: number, to: number) => void) | undefined;
  readonly onReset?: (() => void) | undefined;
  readonly onCursor?: ((at: number | null) => void) | undefined;
}

interface Dragged {
  readonly from: number;
  readonly to: number;
}

/**
 * The cursor of a chart, moved by pointer or keys, and the zooming by either: dragging is never the only way. Places are
 * moments, so that a chart that slides on keeps its cursor where it was. A click, or Enter, holds a moment until it is
 * clicked again.
 */
export function useCursor(layout: Layout, times: Times, given: number | null | undefined, events: CursorEvents) {
  const [own, setOwn] = useState<number | null>(null);
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const [pinned, setPinned] = useState<number | null>(null);
  const at = given === undefined ? own : given;
  const indexOf = (moment: number | null): number | null =>
    moment === null || moment < times.from || moment > times.to ? null : bucketAt(times, moment);
  const index = indexOf(at);
  const pinnedIndex = indexOf(pinned);

  const move = (to: number | null): void => {
    setOwn(to);
    events.onCursor?.(to);
  };
  const step = (by: number): void => {
    const last = times.times.length - 1;
    const next = Math.min(last, Math.max(0, index === null ? (by > 0 ? 0 : last) : index + by));
    move(times.times[next] ?? null);
  };
  const zoom = (factor: number): void => {
    const middle = at ?? (times.from + times.to) / 2;
    const half = ((times.to - times.from) * factor) / 2;
    events.onZoom?.(middle - half, middle + half);
  };

  const pin = (moment: number | null): void => {
    const isHeld = moment !== null && pinnedIndex !== null && indexOf(moment) === pinnedIndex;
    setPinned(isHeld ? null : moment);
  };

  const press = (key: Key): void => {
    if ('step' in key) step(key.step);
    else if ('zoom' in key) zoom(key.zoom);
    else if ('end' in key) move(times.times.at(key.end) ?? null);
    else if ('pin' in key) pin(at);
    else if (pinnedIndex !== null) setPinned(null);
    else {
      move(null);
      events.onReset?.();
    }
  };

  const placeOf = ({ currentTarget, clientX }: PointerEvent<Element>): number =>
    layout.at(clientX - currentTarget.getBoundingClientRect().left);

  return {
    index,
    pinnedIndex,
    release: () => setPinned(null),
    // A press that has not moved is no drag yet.
    dragged: dragged === null || dragged.from === dragged.to || events.onZoom === undefined ? null : dragged,
    handlers: {
      onKeyDown: (event: KeyboardEvent) => {
        const key = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
        if (key === undefined) return;
        event.preventDefault();
        press(key);
      },
      onPointerDown: (event: PointerEvent<Element>) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const place = placeOf(event);
        setDragged({ from: place, to: place });
      },
      onPointerMove: (event: PointerEvent<Element>) => {
        const place = placeOf(event);
        move(place);
        if (dragged !== null) setDragged({ ...dragged, to: place });
      },
      onPointerUp: () => {
        if (dragged === null) return;
        setDragged(null);
        const [from, to] = dragged.from < dragged.to ? [dragged.from, dragged.to] : [dragged.to, dragged.from];
        if (layout.x(to) - layout.x(from) >= LEAST_DRAG) events.onZoom?.(from, to);
        else pin(dragged.from);
      },
      onPointerCancel: () => setDragged(null),
      onPointerLeave: () => {
        if (dragged === null) move(null);
      },
      onDoubleClick: () => events.onReset?.(),
    },
  };
}

/** The bucket that a moment is in. */
export function bucketAt({ times }: Times, at: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (times[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
