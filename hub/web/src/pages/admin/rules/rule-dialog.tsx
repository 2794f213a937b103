import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AlertRule, changeRule, editedRuleQuery, readRule, resetRule } from '../../../api/alert-rules.ts';
import { refusalsOf, type Tagged } from '../../../api/http.ts';
import { typeset } from '../../../components/alert-words.ts';
import { Conflict } from '../../../components/conflict.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Failure, Panel } from '../../../components/panel.tsx';
import { useEdited } from '../../use-edited.ts';
import { COMPANY } from '../use-projects.ts';
import { changeOf, draftOf, faultsOf, type RuleDraft, trialOf } from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { RuleSummary } from './rule-summary.tsx';
import { Runbook } from './runbook.tsx';
import { Trial } from './trial.tsx';

interface Props {
  readonly projectId: string;
  readonly ruleId: string;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

/** One rule: how it is set, what it would have done, what it tells people to do. */
export function RuleDialog(props: Props) {
  const { t } = useTranslation();
  const edited = useQuery(editedRuleQuery(props.projectId, props.ruleId));
  const { data } = edited;
  if (data === undefined)
    return (
      <Dialog
        title={t('rules.rule')}
        submit={t('common.close')}
        hasCancel={false}
        onSubmit={props.onClose}
        onClose={props.onClose}
      >
        <Panel of={edited}>{() => null}</Panel>
      </Dialog>
    );
  if (props.mayChange) return <Form key={data.tag} edited={data} {...props} />;
  return (
    <Dialog
      title={typeset(data.value.name)}
      submit={t('common.close')}
      isWide
      hasCancel={false}
      onSubmit={props.onClose}
      onClose={props.onClose}
    >
      <RuleSummary rule={data.value} />
      <Runbook projectId={props.projectId} rule={data.value} />
    </Dialog>
  );
}

function Form({ edited, projectId, ruleId, onClose }: Props & { edited: Tagged<AlertRule> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const done = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['alert-rules'] });
    onClose();
  };
  const form = useEdited({
    edited,
    draftOf,
    save: (draft, { value, tag }) => changeRule(projectId, ruleId, changeOf(draft, value), tag),
    reread: () => readRule(projectId, ruleId),
    onSaved: done,
  });
  const reset = useMutation({ mutationFn: () => resetRule(projectId, ruleId), onSuccess: done });
  const { draft, conflicts, theirs } = form;
  const rule = form.base.value;
  const faults = faultsOf(draft, rule);
  const isOwn = rule.decided_by === (projectId === COMPANY ? 'company' : 'project');
  return (
    <Dialog
      title={typeset(rule.name)}
      submit={t('common.save')}
      isWide
      isBusy={form.isBusy}
      canSubmit={form.changed.length > 0 && faults.size === 0 && conflicts === null}
      onSubmit={form.save}
      onClose={onClose}
      beside={
        isOwn && (
          <button type="button" className="btn end" disabled={reset.isPending} onClick={() => reset.mutate()}>
            {t(projectId === COMPANY ? 'rules.toCatalogue' : 'rules.toCompany')}
          </button>
        )
      }
    >
      <p className="t2">{t(`rules.decided.${rule.decided_by}`, { name: rule.updated_by ?? '' })}</p>
      <RuleFields rule={rule} draft={draft} faults={faults} refused={refusalsOf(form.error)} onChange={form.change} />
      {conflicts !== null && theirs !== null && (
        <Conflict
          fields={conflicts.map((field) => ({
            ...{ name: field, label: t(`rules.fields.${field}`) },
            ...{ theirs: told(theirs[field]), mine: told(draft[field]) },
          }))}
          onChosen={form.settle}
        />
      )}
      {[form.error, reset.error].map((error) => error !== null && <Failure key={error.message} error={error} />)}
      <Trial projectId={projectId} rule={rule} trial={faults.size === 0 ? trialOf(draft, rule) : null} />
      <Runbook projectId={projectId} rule={rule} />
    </Dialog>
  );

  function told(value: RuleDraft[keyof RuleDraft]): string {
    if (typeof value === 'boolean') return t(value ? 'admin.on' : 'admin.off');
    if (typeof value === 'string') return value;
    return Object.entries(value)
      .map(([name, each]) => `${name}: ${String(each)}`)
      .join(', ');
  }
}
