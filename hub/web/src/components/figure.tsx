import { type Shown, THIN, UNKNOWN } from '../format.ts';

/** A number with its unit, smaller and beside it. */
export function Figure({ value, unit }: Shown) {
  if (value === UNKNOWN) return <span className="n">{UNKNOWN}</span>;
  return (
    <span className="q">
      <span className="n">{value}</span>
      {THIN}
      <span className="u">{unit}</span>
    </span>
  );
}
