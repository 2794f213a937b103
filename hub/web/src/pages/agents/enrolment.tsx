import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type EnrolmentToken, watchedAgentsQuery } from '../../api/agents.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration, moment } from '../../format.ts';
import { type Arrival, arrivalOf } from './health.ts';

/** A token that was just made, and who was there before. */
export interface Issued extends EnrolmentToken {
  readonly projectId: string;
  /** Empty: the agent is called as its server is. */
  readonly name: string;
  readonly before: ReadonlySet<string>;
}

const EVERY_MS = 3_000;

/** The command to run at the site, shown this once, and whether the agent has come. */
export function Enrolment({ issued, onClose }: { issued: Issued; onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const { projectId, before, name, command, expires_at: expires } = issued;
  const { data } = useQuery(watchedAgentsQuery(projectId, EVERY_MS));
  const arrival = arrivalOf(data?.data ?? [], before, name);
  const leftS = (Date.parse(expires) - now) / 1000;
  return (
    <Dialog
      title={t('agents.add.title', { project: projectId })}
      submit={t(arrival.stage === 'reported' ? 'agents.add.done' : 'common.close')}
      hasCancel={false}
      onSubmit={onClose}
      onClose={onClose}
    >
      <p>{t('agents.add.run')}</p>
      <div className="call">
        <pre className="mono">{command}</pre>
        <CopyButton className="btn sm" label={t('agents.add.copy')} text={command} />
      </div>
      <p className="t2 small">
        {leftS > 0
          ? t('agents.add.once', {
              when: moment(expires, { dateStyle: 'medium', timeStyle: 'short' }),
              left: duration(leftS),
            })
          : t('agents.add.expired')}
      </p>
      <Arrived arrival={arrival} projectId={projectId} onClose={onClose} />
    </Dialog>
  );
}

/** Turns by itself when the agent appears; read out as it does. */
function Arrived({ arrival, projectId, onClose }: { arrival: Arrival; projectId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const mark = arrival.stage === 'reported' ? 'normal' : 'planned';
  return (
    <div className="banner arrival" role="status" data-s={mark}>
      <StatusMark mark={mark} large />
      {arrival.stage === 'waiting' ? (
        <span>{t('agents.arrival.waiting')}</span>
      ) : (
        <>
          <span className="grow">{t(`agents.arrival.${arrival.stage}`, { name: arrival.agent.name })}</span>
          <Link
            className="btn sm"
            to="/projects/$projectId/agents"
            params={{ projectId }}
            search={{ agent: arrival.agent.agent_id }}
            onClick={onClose}
          >
            {t('agents.arrival.show')}
          </Link>
        </>
      )}
    </div>
  );
}
