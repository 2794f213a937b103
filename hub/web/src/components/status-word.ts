import type { TFunction } from 'i18next';
import type { Mark } from './status-mark.tsx';

/** From the worst on. */
export const BADNESS: readonly Mark[] = [
  'critical',
  'offline',
  'warning',
  'stale',
  'maint',
  'unknown',
  'info',
  'normal',
  'planned',
];

/** The worst of some; unknown where there are none. */
export const worstOf = (marks: readonly Mark[]): Mark => BADNESS.find((each) => marks.includes(each)) ?? 'unknown';

export function statusWord(t: TFunction, mark: Mark): string {
  switch (mark) {
    case 'normal':
      return t('common.status.active');
    case 'maint':
      return t('common.status.maintenance');
    case 'info':
      return t('common.severity.info');
    default:
      return t(`common.status.${mark}`);
  }
}
