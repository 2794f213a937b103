import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../api/alert-rules.ts';
import { type Alert, alertsQuery } from '../api/alerts.ts';
import { titleOf } from '../components/alert-words.ts';
import { Toast } from '../components/toast.tsx';
import { listing } from '../format.ts';
import { newCausesIn } from './new-causes.ts';

const CRITICAL = { status: 'active', severity: 'critical', sort: '-timestamp', limit: 100 } as const;
/** So many are named; of more only their number is told. */
const NAMED = 3;
const SHOWN_MS = 20_000;

/** Says once, in one line, that critical alerts came in; what another alert explains is not said. */
export function Announcer() {
  const { t } = useTranslation();
  const { data } = useQuery(alertsQuery(CRITICAL));
  const newest = useRef<number>(undefined);
  const [fresh, setFresh] = useState<readonly Alert[]>([]);
  const { data: rules } = useQuery({ ...rulesQuery(), enabled: fresh.length > 0 });
  useEffect(() => {
    if (data === undefined) return;
    const came = newCausesIn(data.data, newest.current);
    newest.current = Math.max(newest.current ?? 0, ...data.data.map(({ id }) => id));
    if (came.length > 0) setFresh(came);
  }, [data]);

  const isNamed = rules !== undefined && fresh.length <= NAMED;
  const names = fresh.map((alert) => titleOf(alert, rules));
  const text =
    fresh.length === 0 || rules === undefined
      ? null
      : isNamed
        ? t('shell.newCriticalNamed', { count: fresh.length, names: listing(names) })
        : t('shell.newCritical', { count: fresh.length });
  return (
    <Toast text={text} forMs={SHOWN_MS} onClose={() => setFresh([])}>
      <Link
        className="btn sm"
        to="/alerts"
        search={fresh.length === 1 && fresh[0] !== undefined ? { alert: fresh[0].id } : { view: 'critical' }}
        onClick={() => setFresh([])}
      >
        {t('common.open')}
      </Link>
    </Toast>
  );
}
