import { useTranslation } from 'react-i18next';
import { measured } from '../format.ts';
import { type Limit, quantity } from './alert-words.ts';

/** A limit in words: `at least 6.4 L/min`. */
export function useLimitWords(): (limit: Limit, unit: string | null) => string {
  const { t } = useTranslation();
  return (limit, unit) => {
    if (limit.kind === 'band') {
      const high = quantity(limit.high, unit, t('alerts.day'));
      return t('alerts.limit.band', { low: measured(limit.low), high });
    }
    return t(`alerts.limit.${limit.kind}`, { value: quantity(limit.value, unit, t('alerts.day')) });
  };
}
