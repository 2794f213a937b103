import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert, BulkResult } from '../../api/alerts.ts';
import { titleOf } from '../../components/alert-words.ts';
import type { Deed } from './deed.ts';

/** What may be done with the alerts that are chosen. */
export function BulkBar({
  count,
  isBusy,
  onDo,
  onClear,
}: {
  count: number;
  isBusy: boolean;
  onDo: (deed: Exclude<Deed, 'assign'>) => void;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="bulk" role="toolbar" aria-label={t('alerts.chosen', { count })}>
      <b className="grow">{t('alerts.chosen', { count })}</b>
      {(['acknowledge', 'resolve', 'silence'] as const).map((deed) => (
        <button key={deed} type="button" className="btn sm" disabled={isBusy} onClick={() => onDo(deed)}>
          {t(`alerts.do.${deed}`)}
        </button>
      ))}
      <button type="button" className="btn ghost sm" onClick={onClear}>
        {t('alerts.clear')}
      </button>
    </div>
  );
}

/** Which of several alerts were refused, and why each. */
export function BulkRefusals({
  result,
  alerts,
  rules,
  onClose,
}: {
  result: BulkResult;
  alerts: ReadonlyMap<number, Alert>;
  rules: RuleBook | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="banner" role="alert" data-s="warning">
      <div className="grow">
        <p>
          <b>{t('alerts.refused', { count: result.refused })}</b>{' '}
          {result.done > 0 && t('alerts.done', { count: result.done })}
        </p>
        <ul className="refusals">
          {result.data.map(({ id, problem }) => {
            if (problem === null) return null;
            const alert = alerts.get(id);
            return (
              <li key={id}>
                <b>{alert === undefined ? `#${id}` : titleOf(alert, rules)}</b>{' '}
                <span className="t2">{problem.detail}</span>
              </li>
            );
          })}
        </ul>
      </div>
      <button type="button" className="btn sm" onClick={onClose}>
        {t('common.dismiss')}
      </button>
    </div>
  );
}
