import { useTranslation } from 'react-i18next';
import { duration, moment } from '../format.ts';
import { useMinute } from './use-now.ts';

/** `3 h ago`, by the minute; the moment itself on pointing at it. */
export function Ago({ since }: { since: string }) {
  const { t } = useTranslation();
  const age = (useMinute() - Date.parse(since)) / 1000;
  return (
    <time dateTime={since} title={moment(since, { dateStyle: 'long', timeStyle: 'medium' })}>
      {age < 60 ? t('common.justNow') : t('common.ago', { time: duration(age) })}
    </time>
  );
}
