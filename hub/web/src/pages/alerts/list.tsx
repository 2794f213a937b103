import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { Empty } from '../../components/panel.tsx';
import { type Mark, StatusMark } from '../../components/status-mark.tsx';
import { number } from '../../format.ts';
import type { Group, Heading } from './grouping.ts';
import { Line } from './line.tsx';

const MARKS: Readonly<Record<Heading, Mark>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
  resolved: 'normal',
  explained: 'unknown',
};

export interface ListProps {
  readonly groups: readonly Group[];
  readonly rules: RuleBook | undefined;
  readonly explains: ReadonlyMap<number, number>;
  readonly seen: ReadonlySet<number>;
  /** The alert whose detail is open. */
  readonly current: number | undefined;
  readonly chosen: ReadonlySet<number>;
  /** Null: who looks may not do anything with alerts. */
  readonly onChoose: ((id: number) => void) | null;
  /** Why the list is empty. */
  readonly empty: string;
  /** How the address changes when a line is opened. */
  readonly opening: { readonly replace: boolean; readonly resetScroll: boolean };
}

/** Alerts under their headings: one tab stop, arrows move, Enter opens, Space chooses. */
export function List({ groups, empty, ...rest }: ListProps) {
  const { t } = useTranslation();
  const { current, chosen, onChoose } = rest;
  const alerts = groups.flatMap((group) => group.alerts);
  const stop = alerts.some(({ id }) => id === current) ? current : alerts[0]?.id;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the links within
    <div className={chosen.size > 0 ? 'lines is-choosing' : 'lines'} onKeyDown={(event) => onKey(event, onChoose)}>
      {groups.map(({ heading, alerts: of }) => (
        <section key={heading} aria-label={t(`alerts.heading.${heading}`)}>
          <p className="grp" data-s={MARKS[heading]}>
            <StatusMark mark={MARKS[heading]} />
            {t(`alerts.heading.${heading}`)}
            <span className="end">{number(of.length)}</span>
          </p>
          {of.map((alert) => (
            <ListedLine key={alert.id} alert={alert} isStop={alert.id === stop} {...rest} />
          ))}
        </section>
      ))}
      {alerts.length === 0 && <Empty>{empty}</Empty>}
    </div>
  );
}

function ListedLine({
  alert,
  isStop,
  rules,
  explains,
  seen,
  current,
  chosen,
  onChoose,
  opening,
}: { alert: Alert; isStop: boolean } & Omit<ListProps, 'groups' | 'empty'>) {
  return (
    <Line
      alert={alert}
      rules={rules}
      explains={explains.get(alert.id) ?? 0}
      isNew={alert.status !== 'resolved' && !seen.has(alert.id)}
      isCurrent={alert.id === current}
      isStop={isStop}
      isChosen={chosen.has(alert.id)}
      opening={opening}
      onChoose={alert.status === 'resolved' ? null : onChoose}
    />
  );
}

/** The links of the lines carry the alert's id; the focus is where the keys begin. */
export function focusLine(id: number): void {
  document.querySelector<HTMLElement>(`a[data-alert="${id}"]`)?.focus();
}

export function focusedLine(): number | undefined {
  const id = (document.activeElement as HTMLElement | null)?.dataset.alert;
  return id === undefined ? undefined : Number(id);
}

function onKey(event: React.KeyboardEvent<HTMLElement>, onChoose: ListProps['onChoose']): void {
  const focused = focusedLine();
  if (focused === undefined) return;
  if (event.key === ' ') {
    onChoose?.(focused);
    event.preventDefault();
    return;
  }
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a[data-alert]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined) return;
  links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  event.preventDefault();
}
