import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../components/status-mark.tsx';
import { moment } from '../format.ts';
import { useLiveState } from '../live.ts';

/** A connection that breaks is mostly back within this time, ms: no word of it until then. */
const PATIENCE_MS = 3_000;
const AT = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** Says that the hub is not reached and of when the page is. What was answered stays, and goes on by itself. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const since = useLostSince();
  if (since === null) return null;
  return (
    <div className="banner lost" data-s="stale" role="status">
      <StatusMark mark="stale" large />
      <span className="grow">
        <b>{t('shell.lost', { time: moment(since, AT) })}</b> <span className="t2">{t('shell.lostHint')}</span>
      </span>
    </div>
  );
}

/** When the stream of changes ended, ms since 1970; null while it is open, was a moment ago, or has never been. */
function useLostSince(): number | null {
  const { open } = useLiveState();
  const wasOpen = useRef(false);
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    if (open) wasOpen.current = true;
    if (open || !wasOpen.current) return setSince(null);
    const lostAt = Date.now();
    const timer = setTimeout(() => setSince(lostAt), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [open]);
  return since;
}
