import type { Agent } from '../../api/agents.ts';
import type { Mark } from '../../components/status-mark.tsx';

export type DoctorCheck = NonNullable<Agent['doctor']>['checks'][number];

export const CHECK_MARKS: Readonly<Record<DoctorCheck['outcome'], Mark>> = {
  error: 'critical',
  warning: 'warning',
  skipped: 'unknown',
  ok: 'normal',
};

/** A command at the end, behind a colon or alone. */
const AT_THE_END = /(?:^|: ?)((?:sudo |systemctl |journalctl |timedatectl |getent |ping |hearst-(?:agent|hub) ).*)$/;

/** What of a next step can be typed: what stands between backticks, or what follows a colon and begins with a command. */
export function commandIn(next: string): string | null {
  return (/`([^`]+)`/.exec(next) ?? AT_THE_END.exec(next))?.[1] ?? null;
}
