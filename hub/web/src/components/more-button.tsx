import { useTranslation } from 'react-i18next';
import { Failure } from './panel.tsx';

/** Asks for the next page of a list; nothing where there is none. */
export function MoreButton({
  of,
}: {
  of: {
    readonly data: unknown;
    readonly error: Error | null;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}) {
  const { t } = useTranslation();
  if (of.data === undefined) return null;
  return (
    <>
      {of.error !== null && <Failure error={of.error} />}
      {of.hasNextPage && (
        <div className="card-f">
          <button type="button" className="btn sm" disabled={of.isFetchingNextPage} onClick={() => of.fetchNextPage()}>
            {t('common.more')}
          </button>
        </div>
      )}
    </>
  );
}
