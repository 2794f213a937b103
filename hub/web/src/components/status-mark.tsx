/** The statuses that are drawn: `active` is what is normal, `stale` is a reading's age and not a status. */
export type Mark = 'normal' | 'warning' | 'critical' | 'offline' | 'maint' | 'stale' | 'unknown' | 'planned' | 'info';

/** Shape first, colour second. The word stands beside it or is read out. */
const SHAPES: Readonly<Record<Mark, React.ReactNode>> = {
  normal: <circle cx="8" cy="8" r="5" />,
  warning: <path d="M7.1 2.2a1 1 0 0 1 1.8 0l5.9 11a1 1 0 0 1-.9 1.5H2.1a1 1 0 0 1-.9-1.5z" />,
  critical: <path d="M7.3 1a1 1 0 0 1 1.4 0L15 7.3a1 1 0 0 1 0 1.4L8.7 15a1 1 0 0 1-1.4 0L1 8.7a1 1 0 0 1 0-1.4z" />,
  offline: <path d="M3.5 3.5l9 9m0-9l-9 9" fill="none" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />,
  maint: (
    <path d="M14.6 4.1a4.3 4.3 0 0 1-5.7 5.2l-4.6 4.9a1.75 1.75 0 0 1-2.5-2.5l4.9-4.6a4.3 4.3 0 0 1 5.2-5.7L9.5 3.8l.4 2.3 2.3.4z" />
  ),
  stale: (
    <g fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 4.6V8l2.4 1.5" />
    </g>
  ),
  unknown: <path d="M3 8h10" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  planned: (
    <circle
      cx="8"
      cy="8"
      r="5.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeDasharray=".1 4.3"
    />
  ),
  info: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2" />,
};

/** Its size is the stylesheet's; within another drawing, where that does not reach, it is 12 by 12. */
export function StatusMark({ mark, large = false, pulse = false }: { mark: Mark; large?: boolean; pulse?: boolean }) {
  return (
    <svg
      className={`st${large ? ' l' : ''}${pulse ? ' pulse' : ''}`}
      width="12"
      height="12"
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {SHAPES[mark]}
    </svg>
  );
}

/** The same within another drawing, 12 by 12, its corner at a place. */
export function PlacedMark({ mark, x, y }: { mark: Mark; x: number; y: number }) {
  return (
    <g className="st" transform={`translate(${x} ${y}) scale(0.75)`}>
      {SHAPES[mark]}
    </g>
  );
}
