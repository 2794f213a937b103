import { useTranslation } from 'react-i18next';
import type { Agent } from '../../api/agents.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration } from '../../format.ts';
import { CHECK_MARKS, commandIn, type DoctorCheck } from './doctor.ts';

/** What the agent's own doctor found last: the same codes, causes and next steps as in the terminal at the site. */
export function AgentDoctor({ agent: { doctor } }: { agent: Agent }) {
  const { t } = useTranslation();
  const now = useNow();
  if (doctor === null) return null;
  const { at, ok, checks } = doctor;
  return (
    <div className="sec">
      <h3>
        {t('agents.doctor.title')}{' '}
        <span className="t2">{t('agents.heard', { age: duration((now - Date.parse(at)) / 1000) })}</span>
      </h3>
      {checks.length > 0 && (
        <ul className="checks doctor">
          {checks.map((check) => (
            <Check key={check.check} check={check} />
          ))}
        </ul>
      )}
      <p className="t2">{t(checks.length === 0 ? 'agents.doctor.allWell' : 'agents.doctor.well', { count: ok })}</p>
    </div>
  );
}

function Check({ check: { check, outcome, code, what, cause, next } }: { check: DoctorCheck }) {
  const { t } = useTranslation();
  const mark = CHECK_MARKS[outcome];
  const command = next === null ? null : commandIn(next);
  return (
    <li data-s={mark}>
      <StatusMark mark={mark} />
      <div className="grow">
        <p>
          <span className="mono">{check}</span> {code !== null && <span className="tag">{code}</span>}{' '}
          <span className="t2">{t(`agents.doctor.outcome.${outcome}`)}</span>
        </p>
        <p>{what}</p>
        {cause !== null && <p className="t2">{cause}</p>}
        {next !== null && <p className={command === next ? 'mono' : undefined}>{next}</p>}
        {command !== null && <CopyButton className="btn ghost sm" label={t('agents.add.copy')} text={command} />}
      </div>
    </li>
  );
}
