import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import type { ChartMark, Times } from './model.ts';
import { ReadOut, type ReadOutProps } from './read-out.tsx';

/** Of the whole, how far around a moment something still belongs to it; at least so many buckets. */
const [NEAR, BUCKETS] = [1 / 50, 2];

/** What stands at the moment that somebody holds, and what happened around it. */
export function Pinned({
  marks,
  onRelease,
  ...shown
}: ReadOutProps & { readonly marks: readonly ChartMark[]; readonly onRelease: () => void }) {
  const { t } = useTranslation();
  const at = shown.index === null ? undefined : shown.times.times[shown.index];
  if (at === undefined) return null;
  return (
    <div className="pinned">
      <Icon name="pin" small />
      <ReadOut {...shown} />
      {marksNear(marks, at, shown.times).map((mark) => (
        <span key={`${mark.label} ${'at' in mark ? mark.at : mark.from}`} className="near" data-s={mark.mark}>
          <StatusMark mark={mark.mark} />
          {mark.label}
        </span>
      ))}
      <button type="button" className="btn ghost sm icon end" aria-label={t('charts.release')} onClick={onRelease}>
        <Icon name="close" small />
      </button>
    </div>
  );
}

function marksNear(marks: readonly ChartMark[], at: number, { from, to, step }: Times): readonly ChartMark[] {
  const near = Math.max(step * BUCKETS, (to - from) * NEAR);
  return marks.filter((mark) =>
    'at' in mark ? Math.abs(mark.at - at) <= near : mark.from - near <= at && at <= mark.to + near,
  );
}
