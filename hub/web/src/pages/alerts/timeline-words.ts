import type { AlertEventKind } from '@hearst/hub/alerts/evaluate/plan.ts';
import type { AlertEvent } from '../../api/alerts.ts';
import type { Mark } from '../../components/status-mark.tsx';

/** What happens by people, by acknowledgements that lapse and by silences, besides what an evaluation says. */
type OtherKind =
  | 'acknowledged'
  | 'unacknowledged'
  | 'acknowledgement_over'
  | 'assigned'
  | 'note'
  | 'silenced'
  | 'silence_over'
  | 'unsilenced';

/** Every kind of event there is, and its mark; null: a plain point. A kind of the hub that is missing does not compile. */
const MARKS: Readonly<Record<AlertEventKind | OtherKind, Mark | 'severity' | null>> = {
  opened: 'severity',
  explained: null,
  on_its_own: 'severity',
  recovering: null,
  returned: 'severity',
  flapping: 'warning',
  steady: null,
  severity: 'severity',
  resolved: 'normal',
  acknowledged: null,
  unacknowledged: 'severity',
  acknowledgement_over: 'severity',
  assigned: null,
  note: null,
  silenced: null,
  silence_over: null,
  unsilenced: null,
};

/** The hub writes so where nobody did it. */
const NOBODY = 'system';

/** How an event is told: its text's name in the catalogue, what is filled in, and its mark. */
export interface EventWords {
  readonly key: keyof typeof MARKS | 'assignedNobody' | 'acknowledgedFor' | 'silencedBy' | 'resolvedBy' | 'unknownKind';
  readonly mark: Mark | null;
  readonly assignee: string | null;
  readonly until: string | null;
  readonly cause: number | null;
  readonly severity: Severity | null;
  readonly value: number | null;
}
type Severity = 'critical' | 'warning' | 'info';

export function wordsOf({ kind, actor, data }: AlertEvent, severityNow: Severity): EventWords {
  const [assignee, until] = [textOf(data.assignee), textOf(data.until ?? data.silenced_until)];
  const severity = severityOf(data.severity);
  const mark = isKind(kind) ? MARKS[kind] : null;
  return {
    key: keyOf(kind, actor, assignee),
    mark: mark === 'severity' ? (severity ?? severityNow) : mark,
    assignee,
    until,
    cause: numberOf(data.explained_by),
    severity,
    value: numberOf(data.value),
  };
}

function keyOf(kind: string, actor: string, assignee: string | null): EventWords['key'] {
  if (!isKind(kind)) return 'unknownKind';
  if (kind === 'assigned' && assignee === null) return 'assignedNobody';
  if (kind === 'acknowledged' && assignee !== null && assignee !== actor) return 'acknowledgedFor';
  if (kind === 'silenced' && actor !== NOBODY) return 'silencedBy';
  if (kind === 'resolved' && actor !== NOBODY) return 'resolvedBy';
  return kind;
}

function isKind(kind: string): kind is keyof typeof MARKS {
  return Object.hasOwn(MARKS, kind);
}
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
function severityOf(value: unknown): Severity | null {
  return value === 'critical' || value === 'warning' || value === 'info' ? value : null;
}
