import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import {
  type Acknowledging,
  type Alert,
  acknowledge,
  assign,
  type BulkResult,
  doWithAlerts,
  resolve,
} from '../../api/alerts.ts';
import { projectPeopleQuery } from '../../api/people.ts';
import { silence } from '../../api/silences.ts';
import { useChange } from '../../api/use-change.ts';
import { titleOf, typeset } from '../../components/alert-words.ts';
import { useMe } from '../../session/me.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import type { Deed, Doing } from './deed.ts';
import { ResolveDialog } from './resolve-dialog.tsx';
import { SilenceDialog, type Silencing } from './silence-dialog.tsx';

interface Props {
  readonly doing: Doing;
  readonly rules: RuleBook | undefined;
  /** What was done, in words; of several alerts with what became of each. */
  readonly onDone: (said: string, result: BulkResult | null) => void;
  readonly onInstead: (doing: Doing) => void;
  readonly onClose: () => void;
}

/** The dialog of what is being done, with one alert or with several. */
export function DoingDialog({ doing: { deed, alerts }, ...rest }: Props) {
  const [alert] = alerts;
  if (alert === undefined) return null;
  if (deed === 'acknowledge') return <Acknowledge alert={alert} {...rest} />;
  if (deed === 'assign') return <Assign alert={alert} {...rest} />;
  if (deed === 'resolve') return <Resolve alerts={alerts} alert={alert} {...rest} />;
  return <Silence alerts={alerts} alert={alert} {...rest} />;
}

type One = Omit<Props, 'doing'> & { readonly alert: Alert };
type Several = One & { readonly alerts: readonly Alert[] };

function Acknowledge({ alert, rules, onDone, onClose }: One) {
  const { t } = useTranslation();
  const title = useTitle('acknowledge', [alert], rules);
  const me = useMe();
  const change = useChange(
    (said: Acknowledging) => acknowledge(alert.id, said),
    () => onDone(t('alerts.said.acknowledge', { count: 1 }), null),
  );
  const people = usePeople(alert);
  return (
    <AcknowledgeDialog
      title={title}
      owner={alert.assignee ?? me}
      {...{ people, onClose, isBusy: change.isPending, error: change.error, onSubmit: change.mutate }}
    />
  );
}

function Assign({ alert, rules, onDone, onClose }: One) {
  const { t } = useTranslation();
  const title = useTitle('assign', [alert], rules);
  const me = useMe();
  const change = useChange(
    (assignee: string | null) => assign(alert.id, assignee),
    ({ assignee }) => onDone(assignee === null ? t('alerts.nobody') : t('alerts.has', { name: assignee }), null),
  );
  const people = usePeople(alert);
  return (
    <AssignDialog
      title={title}
      assignee={alert.assignee}
      {...{ me, people, onClose, isBusy: change.isPending, error: change.error, onSubmit: change.mutate }}
    />
  );
}

function Resolve({ alert, alerts, rules, onDone, onInstead, onClose }: Several) {
  const { t } = useTranslation();
  const title = useTitle('resolve', alerts, rules);
  const change = useChange(
    (note: string) =>
      alerts.length === 1
        ? resolve(alert.id, note).then(() => null)
        : doWithAlerts(idsOf(alerts), { action: 'resolve', note }),
    (result) => onDone(t('alerts.said.resolve', { count: result?.done ?? 1 }), result),
  );
  return (
    <ResolveDialog
      title={title}
      holds={alerts.some((one) => one.condition_holds)}
      onSilence={() => onInstead({ deed: 'silence', alerts })}
      {...{ onClose, isBusy: change.isPending, error: change.error, onSubmit: change.mutate }}
    />
  );
}

function Silence({ alert, alerts, rules, onDone, onClose }: Several) {
  const { t } = useTranslation();
  const title = useTitle('silence', alerts, rules);
  const isOne = alerts.length === 1;
  const change = useChange(
    ({ scope, until, reason }: Silencing): Promise<BulkResult | null> => {
      const { project_id, target_type, target_id } = alert;
      if (!isOne)
        return doWithAlerts(idsOf(alerts), { action: 'silence', until, ...(reason === '' ? {} : { note: reason }) });
      const rule_id = scope === 'rule' ? alert.rule_id : null;
      return silence({ project_id, target_type, target_id, rule_id, ends_at: until, reason }).then(() => null);
    },
    (result) => onDone(t('alerts.said.silence', { count: result?.done ?? 1 }), result),
  );
  const rule = alert.rule_id === null ? null : typeset(rules?.get(alert.rule_id)?.name ?? alert.rule_id);
  const target = alert.target_name ?? (alert.target_id === '' ? t('alerts.allProjects') : alert.target_id);
  return (
    <SilenceDialog
      title={title}
      of={isOne ? { rule, target } : null}
      {...{ onClose, isBusy: change.isPending, error: change.error, onSubmit: change.mutate }}
    />
  );
}

const idsOf = (alerts: readonly Alert[]): number[] => alerts.map(({ id }) => id);

function useTitle(deed: Deed, alerts: readonly Alert[], rules: RuleBook | undefined): string {
  const { t } = useTranslation();
  const [alert] = alerts;
  const what =
    alerts.length === 1 && alert !== undefined ? titleOf(alert, rules) : t('alerts.chosen', { count: alerts.length });
  return t('alerts.doing', { deed: t(`alerts.do.${deed}`), alert: what });
}

/** Names that may be meant; who has access to a project, as far as it may be known. */
function usePeople({ project_id: projectId }: Alert): string[] {
  const { data } = useQuery(projectPeopleQuery(projectId));
  return (
    data?.data.filter(({ role }) => role !== 'viewer').map(({ name, email }) => (name === '' ? email : name)) ?? []
  );
}
