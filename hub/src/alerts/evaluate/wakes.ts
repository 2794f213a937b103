/** Changes by people that an evaluation has to look at: what is muted, what the rules are, who is told. */
const OF = ['silence', 'alert_rule', 'maintenance_window', 'maintenance_plan', 'notification_channel'];

/** Whether a change wakes the evaluation of its project. */
export function wakesEvaluation(action: string): boolean {
  const [object = '', verb] = action.split('.');
  return OF.includes(object) || (object === 'alert' && verb === 'acknowledge');
}
