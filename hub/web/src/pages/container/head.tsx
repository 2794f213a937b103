import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import type { Container } from '../../api/containers.ts';
import { addressOf } from '../../api/http.ts';
import { Icon } from '../../components/icon.tsx';
import { markOf } from '../../components/status.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { useAlertWords } from '../../components/use-alert-words.ts';
import { useNow } from '../../components/use-now.ts';
import { clock, duration, moment } from '../../format.ts';
import type { Siblings } from './use-siblings.ts';

interface HeadProps {
  readonly container: Container;
  /** Its open alerts, the worst first. */
  readonly alerts: readonly Alert[];
  /** Null while they are not known yet. */
  readonly siblings: Siblings | null;
  readonly fill: string | undefined;
  readonly zone: string;
}

/** The container's state in one sentence, and the way to its neighbours. */
export function Head({ container, alerts, siblings, fill, zone }: HeadProps) {
  const { t } = useTranslation();
  const { container_id: id, project_id: projectId, name, model, transformer_id: transformer } = container;
  const now = useNow();
  const mark = markOf(container);
  return (
    <div className="head">
      <div className="grow">
        <div className="row wrap">
          <h1>{id}</h1>
          {name !== null && <span className="t2">{name}</span>}
          {siblings !== null && <Neighbours projectId={projectId} siblings={siblings} fill={fill} />}
        </div>
        <p className="sub">
          <span className="status" data-s={mark}>
            <StatusMark mark={mark} pulse={mark === 'critical'} />
            <b>
              <Sentence container={container} alerts={alerts} now={now} zone={zone} />
            </b>
          </span>
          {model !== null && <span>{model}</span>}
          {transformer !== null && <span>{t('container.transformer', { id: transformer })}</span>}
          <span>
            {container.observed_at === null
              ? t('container.neverRead')
              : t('container.read', { time: duration((now - Date.parse(container.observed_at)) / 1000) })}
          </span>
        </p>
      </div>
      <div className="row wrap">
        <a
          className="btn"
          href={addressOf(`/api/containers/${id}/miners`, { project_id: projectId, format: 'csv' })}
          download
        >
          <Icon name="export" />
          {t('container.export')}
        </a>
      </div>
    </div>
  );
}

/** The status, and what the worst open alert that follows from no other says. */
function Sentence({
  container: { status },
  alerts,
  now,
  zone,
}: {
  container: Container;
  alerts: readonly Alert[];
  now: number;
  zone: string;
}) {
  const { t } = useTranslation();
  const words = useAlertWords();
  const word = t(`common.status.${status}`);
  const worst = status === 'active' || status === 'planned' ? undefined : causeOf(alerts);
  if (worst === undefined) return word;
  const began = Date.parse(worst.first_seen_at);
  const today = moment(now, { dateStyle: 'short' }, zone) === moment(began, { dateStyle: 'short' }, zone);
  const when = today
    ? clock(began, zone)
    : moment(began, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false }, zone);
  return t('container.statusSince', { status: word, what: words.here(worst), when });
}

const causeOf = (alerts: readonly Alert[]): Alert | undefined =>
  alerts.find(({ suppressed_by: cause, target_type: target }) => cause === null && target === 'container');

function Neighbours({
  projectId,
  siblings: { previous, next },
  fill,
}: {
  projectId: string;
  siblings: Siblings;
  fill: string | undefined;
}) {
  const { t } = useTranslation();
  const step = (to: string | null, icon: 'left' | 'right', label: string, atEnd: string) =>
    to === null ? (
      <button type="button" className="btn sm icon" aria-disabled="true" aria-label={atEnd} title={atEnd}>
        <Icon name={icon} />
      </button>
    ) : (
      <Link
        className="btn sm icon"
        to="/projects/$projectId/containers/$containerId"
        params={{ projectId, containerId: to }}
        search={fill === undefined ? {} : { fill }}
        aria-label={label}
        title={`${label} (${icon === 'left' ? '[' : ']'})`}
        aria-keyshortcuts={icon === 'left' ? '[' : ']'}
      >
        <Icon name={icon} />
      </Link>
    );
  return (
    <span className="row steps-between">
      {step(previous, 'left', t('container.previous', { id: previous }), t('container.first'))}
      {step(next, 'right', t('container.next', { id: next }), t('container.last'))}
    </span>
  );
}
