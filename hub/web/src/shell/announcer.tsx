import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../api/alert-rules.ts';
import { type Alert, alertsQuery } from '../api/alerts.ts';
import { titleOf } from '../components/alert-words.ts';
import { Toast } from '../components/toast.tsx';
import { listing } from '../format.ts';
import { Alarm } from '../sound/alarm.ts';
import { onSound, soundOn } from '../sound/choice.ts';
import { newCausesIn, stillIn } from './new-causes.ts';

const CRITICAL = { status: 'active', severity: 'critical', sort: '-timestamp', limit: 100 } as const;
/** So many are named; of more only their number is told. */
const NAMED = 3;
const SHOWN_MS = 20_000;
const NO_ALERTS: readonly Alert[] = [];

/**
 * Says once, in one line, that critical alerts came in; what another alert explains is not said. Where somebody has chosen
 * sound it goes on, and the line stays, until they are acknowledged or over, or the line is put away.
 */
export function Announcer() {
  const { t } = useTranslation();
  const { data } = useQuery(alertsQuery(CRITICAL));
  const newest = useRef<number>(undefined);
  const [told, setTold] = useState(NO_ALERTS);
  const isLoud = useSyncExternalStore(onSound, soundOn);
  useEffect(() => {
    if (data === undefined) return;
    const came = newCausesIn(data.data, newest.current);
    newest.current = Math.max(newest.current ?? 0, ...data.data.map(({ id }) => id));
    setTold((before) => {
      const left = stillIn(before, data.data);
      return came.length === 0 && left.length === before.length ? before : [...came, ...left];
    });
  }, [data]);
  useAlarm(isLoud && told.length > 0);
  const { data: rules } = useQuery({ ...rulesQuery(), enabled: told.length > 0 });

  const isNamed = rules !== undefined && told.length <= NAMED;
  const names = told.map((alert) => titleOf(alert, rules));
  const text =
    told.length === 0 || rules === undefined
      ? null
      : isNamed
        ? t('shell.newCriticalNamed', { count: told.length, names: listing(names) })
        : t('shell.newCritical', { count: told.length });
  const close = (): void => setTold(NO_ALERTS);
  return (
    <Toast text={text} forMs={isLoud ? Number.POSITIVE_INFINITY : SHOWN_MS} onClose={close}>
      <Link
        className="btn sm"
        to="/alerts"
        search={told.length === 1 && told[0] !== undefined ? { alert: told[0].id } : { view: 'critical' }}
        onClick={isLoud ? undefined : close}
      >
        {t('common.open')}
      </Link>
      {isLoud && (
        <button type="button" className="btn sm" onClick={close}>
          {t('shell.hush')}
        </button>
      )}
    </Toast>
  );
}

function useAlarm(isRinging: boolean): void {
  const alarm = useRef<Alarm>(undefined);
  useEffect(() => {
    if (!isRinging) return;
    alarm.current ??= new Alarm();
    const { current } = alarm;
    current.start();
    return () => current.stop();
  }, [isRinging]);
}
