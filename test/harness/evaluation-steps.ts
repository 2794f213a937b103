/** The fail points of an evaluation of a project, in its order. */
export const EVALUATION_STEPS = [
  'hub.alerts.begin',
  'hub.alerts.written',
  'hub.alerts.noticed',
  'hub.alerts.committed',
] as const;
