import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/http.ts';
import { useDelayed } from './use-delayed.ts';

/** As much of a query as a panel shows of it. */
interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/**
 * What a query answered, or why there is nothing yet: nothing for 300 ms, then a skeleton; an error stays in its panel.
 * What was answered before stays on the screen when asking again fails.
 */
export function Panel<Data>({
  of,
  skeleton,
  children,
}: {
  of: Asked<Data>;
  skeleton?: React.ReactNode;
  children: (data: Data) => React.ReactNode;
}) {
  const waited = useDelayed(of.data === undefined && of.error === null);
  if (of.data !== undefined) return children(of.data);
  if (of.error !== null) return <Failure error={of.error} onRetry={of.refetch} />;
  return waited ? (skeleton ?? <Skeleton rows={3} />) : null;
}

export function Skeleton({ rows, height = 20 }: { rows: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <output className="stack" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars are all alike
        <div key={i} className="sk" style={{ blockSize: height }} />
      ))}
    </output>
  );
}

export function Failure({ error, onRetry }: { error: Error; onRetry?: () => unknown }) {
  const { t } = useTranslation();
  const problem = error instanceof ApiProblem ? error.body : null;
  const isForbidden = problem?.status === 403;
  return (
    <div className="banner" role="alert" data-s={isForbidden ? 'unknown' : 'critical'}>
      <div className="grow">
        <p>
          <b>{problem?.title ?? t('problems.failed')}</b>
        </p>
        {problem?.detail !== undefined && <p className="t2">{problem.detail}</p>}
        {problem?.errors?.map(({ pointer, message }) => (
          <p key={`${pointer} ${message}`}>{message}</p>
        ))}
        {problem?.request_id !== undefined && (
          <p className="t2 small mono">{t('problems.requestId', { id: problem.request_id })}</p>
        )}
      </div>
      {onRetry !== undefined && !isForbidden && (
        <button type="button" className="btn sm" onClick={() => onRetry()}>
          {t('common.retry')}
        </button>
      )}
    </div>
  );
}

/** Why a list is empty, and what to do. */
export function Empty({ children }: { children: React.ReactNode }) {
  return <div className="empty t2">{children}</div>;
}
