import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { useKeys } from '../../components/keys.ts';
import { useMedia } from '../../components/use-media.ts';
import { number } from '../../format.ts';
import { type Camera, held, moved, placeIn, seeing, shown, WHOLE, zoomed } from './camera.ts';
import { FleetCanvas } from './canvas.tsx';
import type { FleetModel } from './model.ts';
import type { Painting } from './painting.ts';
import { blockAt, minerAt, minerBeside, minerOfNext, planOf, type Rect } from './plan.ts';
import { useBox, usePixelRatio } from './use-box.ts';
import { useGestures } from './use-gestures.ts';

interface MapProps {
  readonly model: FleetModel;
  readonly painting: Painting;
  /** The container that is shown near; undefined: all. */
  readonly near: string | undefined;
  readonly onNear: (container: string | undefined) => void;
  /** The miner that is told of. */
  readonly at: number | null;
  readonly onAt: (miner: number) => void;
  readonly onOpen: (miner: number) => void;
  readonly onOpenMiner: (miner: number) => void;
  /** What is read out of a miner. */
  readonly wordsOf: (miner: number) => string;
  /** Told above the map. */
  readonly children: React.ReactNode;
}

/** What stands above and beneath the map on a screen, px, and how high the map is at least. */
const BESIDES = 300;
const LEAST = 420;
/** From this size on a finger hits a cell, px. */
const TOUCHABLE = 10;
const STEP = 1.5;
const PAN = 80;
/** Keys are pressed faster than anybody listens. */
const SAY_MS = 200;

/** All miners on one canvas: one tab stop, a cursor by arrow keys; wheel, pinch and drag move about. */
export function FleetMap(props: MapProps) {
  const { model, painting, near, onNear, at, onAt, onOpen, onOpenMiner, wordsOf, children } = props;
  const { t } = useTranslation();
  const [frame, box] = useBox(BESIDES, LEAST);
  const isPhone = useMedia('(max-width: 767px)');
  const pixelRatio = usePixelRatio();
  const surface = useRef<HTMLDivElement>(null);
  const [free, setCamera] = useState<Camera>(WHOLE);
  const [said, setSaid] = useState<number | null>(null);
  const plan = useMemo(
    () => (box === null ? null : planOf(model.containers, isPhone ? { ...box, height: null } : box, pixelRatio)),
    [model.containers, box, isPhone, pixelRatio],
  );
  const size = useMemo(() => ({ width: plan?.width ?? 0, height: Math.ceil(plan?.height ?? 0) }), [plan]);
  const camera = useMemo(() => held(free, size), [free, size]);
  const nearBlock = plan?.blocks.find(({ container }) => container.id === near);

  // Where the address names a container, and whenever it names another, it is shown.
  const wanted = nearBlock === undefined ? 'all' : `${near} ${size.width} ${size.height}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place or size, not other readings
  useEffect(() => setCamera(nearBlock === undefined ? WHOLE : shown(nearBlock, size)), [wanted]);

  const zoomBy = (by: number): void => {
    const rect = at === null ? null : rectOf(at);
    const centre = rect === null ? { x: size.width / 2, y: size.height / 2 } : onScreen(camera, rect);
    setCamera(zoomed(camera, by, centre, size));
  };
  const all = (): void => {
    onNear(undefined);
    setCamera(WHOLE);
  };
  useKeys({ '+': () => zoomBy(STEP), '=': () => zoomBy(STEP), '-': () => zoomBy(1 / STEP), '0': all });

  const rectOf = (miner: number): Rect | null => {
    const [x, y] = [plan?.x[miner] ?? Number.NaN, plan?.y[miner] ?? Number.NaN];
    return plan === null || Number.isNaN(x) ? null : { x, y, width: plan.pitch, height: plan.pitch };
  };
  const minerOf = (point: { x: number; y: number }): number | null => {
    const place = placeIn(camera, point);
    return plan === null ? null : minerAt(plan, place.x, place.y);
  };
  useGestures(surface, {
    onZoom: (by, point, isPinch) => {
      // At the whole there is nothing further away: the page scrolls instead, as it does where it was scrolled.
      if (!isPinch && camera.scale === 1 && (by < 1 || scrollY > 0)) return false;
      setCamera(zoomed(camera, by, point, size));
      return true;
    },
    onPan: (x, y) => setCamera(moved(camera, x, y, size)),
    onPoint: (point) => {
      const miner = minerOf(point);
      if (miner !== null && miner !== at) onAt(miner);
    },
    onPress: (point, isTouch) => {
      const miner = minerOf(point);
      const place = placeIn(camera, point);
      const block = plan === null ? null : blockAt(plan, place.x, place.y);
      // A finger hits a container, not a cell of a few pixels; and it has no way to point without pressing: near, the first
      // press tells, the second opens.
      if (isTouch && block !== null && block.container.id !== near && (plan?.pitch ?? 0) * camera.scale < TOUCHABLE)
        onNear(block.container.id);
      else if (miner !== null && isTouch && miner !== at) onAt(miner);
      else if (miner !== null) onOpen(miner);
      else if (block !== null) onNear(block.container.id);
    },
    onTwice: (point) => {
      const miner = minerOf(point);
      if (miner !== null) onOpenMiner(miner);
    },
  });

  const go = (miner: number | null): void => {
    if (miner === null) return;
    const rect = rectOf(miner);
    if (rect !== null) setCamera(seeing(camera, rect, size));
    onAt(miner);
    setSaid(miner);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (plan === null || event.ctrlKey || event.metaKey || event.altKey || event.target !== surface.current) return;
    const from = at ?? 0;
    const { key } = event;
    if (key === 'Enter') (event.shiftKey ? onOpenMiner : onOpen)(from);
    else if (event.shiftKey && PANS[key] !== undefined)
      setCamera(moved(camera, PANS[key][0] * PAN, PANS[key][1] * PAN, size));
    else if (key === 'PageDown' || key === 'PageUp') go(minerOfNext(plan, from, key === 'PageDown' ? 1 : -1));
    else if (key.startsWith('Arrow') || key === 'Home' || key === 'End') go(minerBeside(plan, from, key));
    else return;
    event.preventDefault();
  };

  const ring = at === null ? null : rectOf(at);
  const label = t('fleet.mapOf', {
    count: model.miners.length,
    shown: number(model.miners.length),
    containers: number(model.containers.length),
  });
  return (
    <div ref={frame} className="fleet-frame">
      <div className="fleet-bar">
        {children}
        <ZoomButtons scale={camera.scale} onZoom={zoomBy} onAll={all} />
      </div>
      <div
        ref={surface}
        className={camera.scale > 1 ? 'fleet-surface is-near' : 'fleet-surface'}
        style={{ blockSize: size.height }}
        role="application"
        aria-label={label}
        aria-describedby="fleet-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one stop for 17,864 cells; keys move within
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setSaid(at)}
      >
        {plan !== null && <FleetCanvas sight={{ plan, camera, size, pixelRatio }} painting={painting} />}
        {nearBlock !== undefined && <Ring className="fleet-ring is-block" rect={nearBlock} camera={camera} />}
        {ring !== null && <Ring className="fleet-ring" rect={ring} camera={camera} />}
      </div>
      <p id="fleet-keys" className="sr">
        {t('fleet.keys')}
      </p>
      <Said miner={said} wordsOf={wordsOf} />
    </div>
  );
}

const PANS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function onScreen({ scale, x, y }: Camera, rect: Rect) {
  return { x: (rect.x + rect.width / 2) * scale + x, y: (rect.y + rect.height / 2) * scale + y };
}

function Ring({ className, rect, camera: { scale, x, y } }: { className: string; rect: Rect; camera: Camera }) {
  const style = {
    insetInlineStart: 0,
    insetBlockStart: 0,
    inlineSize: rect.width * scale,
    blockSize: rect.height * scale,
    transform: `translate(${rect.x * scale + x}px, ${rect.y * scale + y}px)`,
  };
  return <i className={className} style={style} aria-hidden="true" />;
}

/** Says where the cursor is once it rests. */
function Said({ miner, wordsOf }: { miner: number | null; wordsOf: (miner: number) => string }) {
  const [resting, setResting] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setResting(miner), SAY_MS);
    return () => clearTimeout(timer);
  }, [miner]);
  return (
    <p className="sr" role="status">
      {resting !== null && wordsOf(resting)}
    </p>
  );
}

function ZoomButtons({ scale, onZoom, onAll }: { scale: number; onZoom: (by: number) => void; onAll: () => void }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form
    <div className="fleet-zoom" role="group" aria-label={t('fleet.zoom')}>
      <button type="button" className="btn icon" aria-label={t('fleet.nearer')} onClick={() => onZoom(STEP)}>
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="btn icon"
        aria-label={t('fleet.further')}
        disabled={scale === 1}
        onClick={() => onZoom(1 / STEP)}
      >
        <Icon name="minus" />
      </button>
      <button type="button" className="btn" disabled={scale === 1} onClick={onAll}>
        {t('fleet.whole')}
      </button>
    </div>
  );
}
