import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertRule, type RuleTestResult, type RuleTrial, testRule } from '../../../api/alert-rules.ts';
import { projectsQuery } from '../../../api/projects.ts';
import { Failure } from '../../../components/panel.tsx';
import { Select } from '../../../components/select.tsx';
import { shortId } from '../../../components/short-id.ts';
import { exactDuration, moment, number } from '../../../format.ts';
import { COMPANY, useProjects, useZone } from '../use-projects.ts';
import { useRuleWords } from './rule-words.ts';

const SHOWN = 5;

/** How often the rule, as the form holds it, would have fired in the last seven days. */
export function Trial({
  projectId,
  rule,
  trial,
}: {
  projectId: string;
  rule: AlertRule;
  /** Null: the form holds something that cannot be tried. */
  trial: RuleTrial | null;
}) {
  const { t } = useTranslation();
  const projects = useProjects();
  const [chosen, setChosen] = useState<string | null>(null);
  const { data } = useQuery(projectsQuery);
  const running = data?.data.find(({ status }) => status !== 'planned')?.project_id;
  const where = projectId === COMPANY ? (chosen ?? running ?? projects[0]?.value) : projectId;
  const test = useMutation({
    mutationFn: ({ project, settings }: { project: string; settings: RuleTrial }) =>
      testRule(project, rule.rule_id, settings),
  });
  if (rule.by_clock) return <p className="t2">{t('rules.byClock')}</p>;
  const isStale = test.data !== undefined && JSON.stringify(test.variables.settings) !== JSON.stringify(trial);
  return (
    <section className="stack account-acts" aria-label={t('rules.test')}>
      <div className="row wrap">
        <button
          type="button"
          className="btn"
          disabled={trial === null || where === undefined || test.isPending}
          onClick={() => {
            if (trial !== null && where !== undefined) test.mutate({ project: where, settings: trial });
          }}
        >
          {t(test.isPending ? 'rules.testing' : 'rules.test')}
        </button>
        {projectId === COMPANY && where !== undefined && (
          <Select label={t('rules.testIn')} value={where} options={projects} onChange={setChosen} />
        )}
        {isStale && <span className="t2">{t('rules.testOld')}</span>}
      </div>
      {test.error !== null && <Failure error={test.error} />}
      {test.data !== undefined && <Result result={test.data} rule={rule} project={test.variables.project} />}
    </section>
  );
}

function Result({ result, rule, project }: { result: RuleTestResult; rule: AlertRule; project: string }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const { would_have_fired: count, alerts, frames, resolution_s: apart } = result;
  const zone = useZone(project);
  const at = (text: string): string =>
    moment(
      text,
      {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      },
      zone,
    );
  return (
    <div className="stack" role="status">
      <p>
        <b>
          {frames === 0
            ? t('rules.noFrames')
            : count === 0
              ? t('rules.notFired')
              : t('rules.fired', { count, shown: number(count) })}
        </b>{' '}
        {frames > 0 && (
          <span className="t2">
            {apart === null
              ? t('rules.judged', { frames: number(frames) })
              : t(result.sample ? 'rules.judgedSample' : 'rules.judgedAll', {
                  ...{ frames: number(frames), apart: exactDuration(Math.round(apart)) },
                })}
          </span>
        )}
      </p>
      {alerts.length > 0 && (
        <ul className="small">
          {alerts.slice(0, SHOWN).map((alert) => (
            <li key={`${alert.target_id} ${alert.from}`} className="row wrap">
              <b>{shortId(alert.target_id, project)}</b>
              <span className="t2">
                {alert.to === null
                  ? t('rules.since', { from: at(alert.from) })
                  : t('rules.fromTo', { from: at(alert.from), to: at(alert.to) })}
              </span>
              {rule.when !== 'is' && alert.peak !== null && (
                <span>{t('rules.peak', { value: words.limit(alert.peak, rule) })}</span>
              )}
            </li>
          ))}
          {count > SHOWN && (
            <li className="t2">{t('rules.andMore', { count: count - SHOWN, shown: number(count - SHOWN) })}</li>
          )}
        </ul>
      )}
    </div>
  );
}
