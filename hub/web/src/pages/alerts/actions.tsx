import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import { Icon } from '../../components/icon.tsx';
import type { Deed } from './deed.ts';

interface Props {
  readonly alert: Alert;
  readonly isBusy: boolean;
  /** At once, without a word. */
  readonly onAcknowledge: () => void;
  /** Of one that is acknowledged: nobody is on it after all. */
  readonly onTakeBack: () => void;
  readonly onDo: (deed: Deed) => void;
}

/** What may be done with an alert; the one that is due stands out. */
export function Actions({ alert: { status, condition_holds: holds }, isBusy, onAcknowledge, onTakeBack, onDo }: Props) {
  const { t } = useTranslation();
  if (status === 'resolved') return null;
  const isTaken = status === 'acknowledged';
  return (
    <div className="acts">
      {!isTaken && (
        <span className="joined">
          <button type="button" className="btn primary" aria-keyshortcuts="a" disabled={isBusy} onClick={onAcknowledge}>
            <Icon name="check" />
            {t('alerts.do.acknowledge')}
          </button>
          <button
            type="button"
            className="btn primary icon"
            aria-label={t('alerts.acknowledgeWith')}
            title={t('alerts.acknowledgeWith')}
            onClick={() => onDo('acknowledge')}
          >
            <Icon name="down" small />
          </button>
        </span>
      )}
      <button type="button" className="btn" onClick={() => onDo('assign')}>
        <Icon name="user" />
        {t('alerts.do.assign')}
      </button>
      <button type="button" className="btn" aria-keyshortcuts="s" onClick={() => onDo('silence')}>
        <Icon name="mute" />
        {t('alerts.do.silence')}
      </button>
      <button
        type="button"
        className={isTaken && !holds ? 'btn primary' : 'btn'}
        aria-keyshortcuts="r"
        aria-describedby={holds ? 'alert-holds' : undefined}
        onClick={() => onDo('resolve')}
      >
        <Icon name={holds ? 'lock' : 'check'} small={holds} />
        {t('alerts.do.resolve')}
      </button>
      {isTaken && (
        <button
          type="button"
          className="btn ghost"
          disabled={isBusy}
          title={t('alerts.takeBackMeans')}
          onClick={onTakeBack}
        >
          {t('alerts.do.unacknowledge')}
        </button>
      )}
      {holds && (
        <span className="t2 small" id="alert-holds">
          {t('alerts.stillHolds')}
        </span>
      )}
    </div>
  );
}
