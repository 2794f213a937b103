import { type KeyboardEvent, type PointerEvent, useEffect, useEffectEvent, useState } from 'react';
import { clamped, movedBy, type Part, resized } from './part.ts';

/** So near to an end it is the end that is dragged, pixels. */
const NEAR = 12;
/** A drag that is shorter was a click, pixels. */
const LEAST_DRAG = 8;
/** Keys come one after another; what they choose is told once they rest. */
const REST_MS = 300;
/** Of the whole, how far a key goes, and how far the keys for more. */
const [SMALL_STEP, LARGE_STEP] = [1 / 100, 1 / 10];

type Grip = { readonly end: keyof Part } | { readonly from: number; readonly part: Part } | { readonly start: number };

export interface Strip {
  readonly whole: Part;
  readonly part: Part | null;
  readonly x: (at: number) => number;
  readonly at: (x: number) => number;
  /** Null: the whole. */
  readonly onPart: (part: Part | null) => void;
}

/** Choosing a part of a whole: by dragging over it, dragging the part or an end of it, or by keys on either end. */
export function useBrush({ whole, part, x, at, onPart }: Strip) {
  const [draft, setDraft] = useState<Part | null>(null);
  const [grip, setGrip] = useState<Grip | null>(null);
  const shown = draft ?? part ?? whole;
  const isPart = shown.from > whole.from || shown.to < whole.to;

  const tell = useEffectEvent((chosen: Part | null) => {
    setDraft(null);
    onPart(chosen !== null && (chosen.from > whole.from || chosen.to < whole.to) ? chosen : null);
  });
  useEffect(() => {
    if (draft === null || grip !== null) return;
    const timer = setTimeout(() => tell(draft), REST_MS);
    return () => clearTimeout(timer);
  }, [draft, grip]);

  const placeOf = ({ currentTarget, clientX }: PointerEvent<Element>): number =>
    clientX - currentTarget.getBoundingClientRect().left;
  const gripAt = (place: number): Grip => {
    const near = (end: keyof Part): boolean => Math.abs(place - x(shown[end])) <= NEAR;
    if (near('to')) return { end: 'to' };
    if (near('from')) return { end: 'from' };
    const isInside = isPart && place > x(shown.from) && place < x(shown.to);
    return isInside ? { from: at(place), part: shown } : { start: at(place) };
  };
  const drag = (held: Grip, place: number): Part => {
    const to = at(place);
    if ('end' in held) return resized(shown, held.end, to, whole);
    if ('part' in held) return movedBy(held.part, to - held.from, whole);
    return clamped({ from: Math.min(held.start, to), to: Math.max(held.start, to) }, whole);
  };

  return {
    shown,
    isPart,
    pointer: {
      onPointerDown: (event: PointerEvent<Element>) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setGrip(gripAt(placeOf(event)));
      },
      onPointerMove: (event: PointerEvent<Element>) => {
        if (grip === null) return;
        const place = placeOf(event);
        if ('start' in grip && Math.abs(place - x(grip.start)) < LEAST_DRAG) return;
        setDraft(drag(grip, place));
      },
      onPointerUp: () => {
        setGrip(null);
        if (draft !== null) tell(draft);
      },
      onPointerCancel: () => {
        setGrip(null);
        setDraft(null);
      },
      onDoubleClick: () => tell(null),
    },
    keysOf: (end: keyof Part) => (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape' && isPart) tell(null);
      else {
        const next = pressed(event, shown, end, whole);
        if (next === null) return;
        setDraft(next);
      }
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** Where a key takes one end; with Shift it takes the whole part along. Null: the key means nothing here. */
function pressed({ key, shiftKey }: KeyboardEvent, part: Part, end: keyof Part, whole: Part): Part | null {
  const span = whole.to - whole.from;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -SMALL_STEP,
    ArrowRight: SMALL_STEP,
    PageUp: -LARGE_STEP,
    PageDown: LARGE_STEP,
    Home: -1,
    End: 1,
  };
  const by = steps[key];
  if (by === undefined) return null;
  return shiftKey ? movedBy(part, by * span, whole) : resized(part, end, part[end] + by * span, whole);
}
