import { StatusMark } from '../../components/status-mark.tsx';
import { type Shown, UNKNOWN } from '../../format.ts';
import type { Badness, Element, Loop } from './loop.ts';

/** Pieces of the two drawings of a cooling loop. */

type Anchor = 'start' | 'middle' | 'end';

/** A value with its unit; a mark stands before it where it is abnormal. */
export function Value({
  x,
  y,
  anchor = 'start',
  shown,
  how,
}: {
  x: number;
  y: number;
  anchor?: Anchor;
  shown: Shown;
  how: Badness | undefined;
}) {
  // Where text ends is not known before it is drawn: in the middle or at the end the mark stands above it.
  const [markX, markY] = anchor === 'start' ? [x - 16, y - 11] : [x - 6, y - 28];
  return (
    <>
      {how !== undefined && <WrongMark x={markX} y={markY} how={how} />}
      <text x={x} y={y} textAnchor={anchor}>
        <tspan className="v">{shown.value}</tspan>
        {shown.value !== UNKNOWN && <tspan> {shown.unit}</tspan>}
      </text>
    </>
  );
}

export function WrongMark({ x, y, how }: { x: number; y: number; how: Badness }) {
  return (
    <g transform={`translate(${x} ${y})`} data-s={how}>
      <StatusMark mark={how} />
    </g>
  );
}

/** The pump: a triangle in a circle while it runs, a bar across it while it does not, empty where that is unknown. */
export function Pump({
  x,
  y,
  r,
  loop,
  upright = false,
}: {
  x: number;
  y: number;
  r: number;
  loop: Loop;
  upright?: boolean;
}) {
  const k = r / 17;
  return (
    <g data-s={loop.wrong.get('pump')} transform={`translate(${x} ${y}) scale(${k})${upright ? ' rotate(90)' : ''}`}>
      <circle className="b sym" r="17" />
      {loop.pump === true && <path className="f h" d="M-7-10l15 10-15 10z" />}
      {loop.pump === false && (
        <>
          <path className="d" d="M-7-10l15 10-15 10z" />
          <path className="d stop" d="M-12 12L12-12" />
        </>
      )}
    </g>
  );
}

/** A sensor on a pipe. */
export function Sensor({ x, y, of, loop }: { x: number; y: number; of: Element; loop: Loop }) {
  return <circle className="b sym" data-s={loop.wrong.get(of)} cx={x} cy={y} r="4" />;
}
