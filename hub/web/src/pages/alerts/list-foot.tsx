import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';

const MOVES = ['j', 'k'] as const;
const DEEDS = { a: 'acknowledge', r: 'resolve', s: 'silence' } as const;

/** More of the list, and the keys that act on it. */
export function ListFoot({
  mayWork,
  isLoading,
  onMore,
}: {
  mayWork: boolean;
  isLoading: boolean;
  /** Null: that is all. */
  onMore: (() => void) | null;
}) {
  const { t } = useTranslation();
  return (
    <>
      {onMore !== null && (
        <div className="card-f">
          <button type="button" className="btn sm" disabled={isLoading} onClick={onMore}>
            {t('alerts.more')}
          </button>
        </div>
      )}
      <div className="card-f keys not-touch">
        {MOVES.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
        <span>{t('alerts.key.move')}</span>
        {mayWork &&
          Object.entries(DEEDS).map(([key, deed]) => (
            <Fragment key={key}>
              <kbd>{key}</kbd>
              <span>{t(`alerts.key.${deed}`)}</span>
            </Fragment>
          ))}
      </div>
    </>
  );
}
