/**
 * Named steps at which a process kills itself when `HEARST_FAILPOINT=name:n` asks for it (n: at the n-th time,
 * 1 by default), so that tests can crash it exactly there. Off, a call costs one comparison.
 */
const [armedName, armedCount] = (process.env.HEARST_FAILPOINT ?? '').split(':');
let passes = 0;

/** Every fail point there is; a test walks them all and fails on one that is never reached. */
export const FAILPOINTS = [
  'agent.append.before',
  'agent.append.inside',
  'agent.append.after',
  'agent.publish.before',
  'agent.publish.after',
  'agent.ack.before',
  'agent.confirm.inside',
  'agent.confirm.after',
  'agent.prune.inside',
  'agent.prune.after',
  'agent.thin.inside',
  'agent.thin.after',
  'hub.receive.after',
  'hub.verify.after',
  'hub.begin.after',
  'hub.key.after',
  'hub.rows.after',
  'hub.commit.after',
  'hub.ack.after',
  'hub.alerts.begin',
  'hub.alerts.written',
  'hub.alerts.noticed',
  'hub.alerts.committed',
  'hub.delivery.claimed',
  'hub.delivery.accepted',
  'hub.delivery.done',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** Passes the named step, or dies there by SIGKILL when the environment says so. */
export function failpoint(name: Failpoint): void {
  if (name !== armedName) return;
  passes++;
  if (passes === Number(armedCount ?? 1)) process.kill(process.pid, 'SIGKILL');
}
