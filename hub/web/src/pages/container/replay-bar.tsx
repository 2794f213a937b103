import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import { Icon } from '../../components/icon.tsx';
import { useNow } from '../../components/use-now.ts';
import { clock, moment } from '../../format.ts';
import { along, STEP_MS, span, written } from './replay.ts';

/** How long a moment stays while the day is replayed, and how far the next one is away. */
const FRAME_MS = 700;
const STRIDE_MS = 2 * STEP_MS;
/** A hand that drags asks for one moment, not for all that it passes. */
const SETTLE_MS = 200;

interface ReplayProps {
  /** The moment shown, ms since 1970; null: now. */
  readonly at: number | null;
  /** False while that moment is still being fetched. */
  readonly ready: boolean;
  readonly zone: string;
  readonly alerts: readonly Pick<Alert, 'id' | 'message' | 'severity' | 'first_seen_at'>[];
  readonly onMoment: (at: string | undefined) => void;
}

/** A slider over the last 24 h, marked where open alerts began. At its end is the present. */
export function ReplayBar({ at, ready, zone, alerts, onMoment }: ReplayProps) {
  const { t } = useTranslation();
  const now = useNow();
  const range = span(at, now);
  const [dragged, setDragged] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const shown = dragged ?? at ?? range.to;

  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => {
      onMoment(written(dragged, range.to));
      setDragged(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [dragged, range.to, onMoment]);

  useEffect(() => {
    if (!playing || !ready) return;
    const timer = setTimeout(() => {
      const next = (at ?? range.from) + STRIDE_MS;
      onMoment(written(next, range.to));
      if (next >= range.to) setPlaying(false);
    }, FRAME_MS);
    return () => clearTimeout(timer);
  }, [playing, ready, at, range.from, range.to, onMoment]);

  const isNow = shown >= range.to;
  const word = isNow
    ? t('container.now', { time: clock(now, zone) })
    : moment(shown, { weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false }, zone);
  return (
    <div className="card-f replay" title={t('container.zoneNamed', { zone: zone.replace(/_/g, ' ') })}>
      <button
        type="button"
        className="btn sm icon"
        aria-label={t(playing ? 'container.pause' : 'container.play')}
        onClick={() => {
          if (!playing && at === null) onMoment(written(range.from + STEP_MS, range.to));
          setPlaying(!playing);
        }}
      >
        <Icon name={playing ? 'pause' : 'play'} small />
      </button>
      <span>{t('container.replay')}</span>
      <span className="track grow">
        {alerts.map(({ id, severity, message, first_seen_at: began }) => {
          const place = along(Date.parse(began), range);
          if (place === null) return null;
          const title = t('container.alertBegan', { what: message, when: clock(began, zone) });
          return <i key={id} data-s={severity} style={{ insetInlineStart: `${place * 100}%` }} title={title} />;
        })}
        <input
          type="range"
          min={range.from}
          max={range.to}
          step={STEP_MS}
          value={shown}
          aria-label={t('container.time')}
          aria-valuetext={word}
          onChange={({ target }) => {
            setPlaying(false);
            setDragged(Number(target.value));
          }}
        />
      </span>
      <span className="replay-at">{word}</span>
    </div>
  );
}
