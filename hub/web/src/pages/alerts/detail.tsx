import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../api/alert-rules.ts';
import { type Alert, type AlertDetail, alertQuery, alertTimelineQuery } from '../../api/alerts.ts';
import { typeset } from '../../components/alert-words.ts';
import { Icon } from '../../components/icon.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMay } from '../../session/session.ts';
import { Actions } from './actions.tsx';
import { AroundChart } from './around-chart.tsx';
import type { Deed } from './deed.ts';
import { DetailHead } from './detail-head.tsx';
import { Explained } from './explained.tsx';
import { Facts, Impact } from './facts.tsx';
import { Notes } from './notes.tsx';
import { seenAlerts } from './seen.ts';
import { Timeline } from './timeline.tsx';
import { useZone } from './use-zone.ts';

/** What an alert measures changes without a message of its own. */
const LOOK_AGAIN_MS = 10_000;

interface Props {
  readonly id: number;
  readonly isBusy: boolean;
  readonly onAcknowledge: (alert: Alert) => void;
  readonly onTakeBack: (alert: Alert) => void;
  readonly onDo: (deed: Deed, alert: Alert) => void;
  readonly onClose: () => void;
}

/** Everything there is to know about one alert, and what may be done about it. */
export function Detail({ id, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  const alert = useQuery({ ...alertQuery(id), refetchInterval: LOOK_AGAIN_MS });
  const isThere = alert.data !== undefined;
  useEffect(() => {
    if (isThere) seenAlerts.add(id);
  }, [id, isThere]);
  return (
    <article className="card alert-detail" aria-labelledby="alert-title">
      <button type="button" className="btn ghost back-to-list" onClick={onClose}>
        <Icon name="left" />
        {t('alerts.allAlerts')}
      </button>
      <Panel
        of={alert}
        skeleton={
          <div className="sec">
            <Skeleton rows={6} height={32} />
          </div>
        }
      >
        {(detail) => <Known detail={detail} {...rest} />}
      </Panel>
    </article>
  );
}

function Known({
  detail,
  isBusy,
  onAcknowledge,
  onTakeBack,
  onDo,
}: Omit<Props, 'id' | 'onClose'> & { detail: AlertDetail }) {
  const { t } = useTranslation();
  const mayWork = useMay('work');
  const { data: rules } = useQuery(rulesQuery(detail.project_id));
  const timeline = useQuery(alertTimelineQuery(detail.id));
  const zone = useZone(detail.project_id);
  const shown = { alert: detail, rules, zone };
  return (
    <>
      <DetailHead {...shown} />
      <Impact {...shown} />
      {mayWork && (
        <Actions
          alert={detail}
          isBusy={isBusy}
          onAcknowledge={() => onAcknowledge(detail)}
          onTakeBack={() => onTakeBack(detail)}
          onDo={(deed) => onDo(deed, detail)}
        />
      )}
      <AroundChart {...shown} />
      <div className="two">
        <div>
          <div className="sec">
            <div className="row">
              <h3>{t('alerts.timeline')}</h3>
              <span className="t2 small end">{t('alerts.siteTime', { zone: zone ?? 'UTC' })}</span>
            </div>
            <Panel of={timeline}>{({ data }) => <Timeline events={data} {...shown} />}</Panel>
          </div>
          <Notes
            key={detail.id}
            alertId={detail.id}
            zone={zone}
            notes={timeline.data?.data.filter(({ kind }) => kind === 'note') ?? []}
          />
        </div>
        <div>
          {detail.runbook !== null && <Runbook text={detail.runbook} />}
          <Facts {...shown} />
          <Explained detail={detail} rules={rules} />
        </div>
      </div>
    </>
  );
}

/** What to check: each sentence a step. */
function Runbook({ text }: { text: string }) {
  const { t } = useTranslation();
  const steps = typeset(text).split(/(?<=[.?!])\s+(?=\p{Lu})/u);
  return (
    <div className="sec">
      <h3>{t('alerts.runbook')}</h3>
      <ol className="chk">
        {steps.map((step) => (
          <li key={step}>
            <span>{step}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
