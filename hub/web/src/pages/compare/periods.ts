/** Which time before is laid beside the one shown: as much right before it, or a week before. */
export const PERIODS = ['none', 'before', 'week'] as const;
export type PeriodName = (typeof PERIODS)[number];

export interface Period {
  readonly name: Exclude<PeriodName, 'none'>;
  /** How the API says it. */
  readonly api: 'previous_period' | 'previous_week';
}

export function comparisonOf(text: string | undefined): Period | undefined {
  if (text === 'before') return { name: text, api: 'previous_period' };
  return text === 'week' ? { name: text, api: 'previous_week' } : undefined;
}
