const [HEIGHT, TARGET] = [56, 6];

/** How many alerts began in each hour, beside how many there should be at most. */
export function HourBars({ hours, label }: { hours: readonly number[]; label: string }) {
  const most = Math.max(TARGET + 1, ...hours);
  const y = (count: number): number => HEIGHT - (count / most) * HEIGHT;
  return (
    <svg
      className="hour-bars"
      viewBox={`0 0 ${hours.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={{ blockSize: HEIGHT }}
    >
      {hours.map((count, i) =>
        count === 0 ? null : (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
            key={i}
            className={count >= TARGET ? 'over' : undefined}
            x={i + 0.1}
            width={0.8}
            y={y(count)}
            height={HEIGHT - y(count)}
          />
        ),
      )}
      <line x1="0" x2={hours.length} y1={y(TARGET)} y2={y(TARGET)} />
    </svg>
  );
}
