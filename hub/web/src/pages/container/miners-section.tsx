import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import type { Container } from '../../api/containers.ts';
import { minerQuery } from '../../api/miners.ts';
import { Icon } from '../../components/icon.tsx';
import { useKeys } from '../../components/keys.ts';
import { FILLS, type Fill, fillOf } from '../../components/miner/fills.ts';
import { placeOf, sidesOf } from '../../components/miner/grid.ts';
import { looksOf } from '../../components/miner/looks.ts';
import { Empty, Failure } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { moment } from '../../format.ts';
import type { ContainerSearch } from '../../router.tsx';
import { MapCard } from './map-card.tsx';
import { MinerPanel } from './miner-panel.tsx';
import { momentAsked } from './replay.ts';
import { StandOuts } from './stand-outs.tsx';
import { beforeHistory, useMiners } from './use-miners.ts';
import type { ChangeSearch } from './use-search.ts';

interface SectionProps {
  readonly container: Container;
  readonly zone: string;
  readonly alerts: readonly Alert[];
  readonly search: ContainerSearch;
  readonly onSearch: ChangeSearch;
  /** What stands above the map; it counts who sleeps. */
  readonly figures: (asleep: number | null) => React.ReactNode;
}

/** The map of the miners, one of them in a panel beside it, now or at a moment of the past. */
export function MinersSection({ container, zone, alerts, search, onSearch, figures }: SectionProps) {
  const { container_id: id, project_id: projectId, layout, miners_expected: expected } = container;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const now = useNow();
  const at = momentAsked(search.at, now);
  const asked = useMiners(id, projectId, at);
  const miners = asked.data?.data;
  const fill = fillOf(search.fill);
  const looks = useMemo(() => miners && looksOf(miners, fill), [miners, fill]);
  const byDeviation = useMemo(() => miners && looksOf(miners, 'deviation'), [miners]);
  const count = Math.max(expected, miners?.at(-1)?.position ?? 0);
  const sides = useMemo(() => sidesOf(layout, count), [layout, count]);
  const selected = miners?.find(({ miner_id: each }) => each === search.miner?.toUpperCase());
  const detail = useQuery({
    ...minerQuery(selected?.miner_id ?? '', id, projectId),
    enabled: selected !== undefined && at === null,
  });

  const onSelect = useCallback(
    (position: number | null): void => {
      const miner = miners?.find((each) => each.position === position);
      onSearch({ miner: miner?.miner_id });
    },
    [miners, onSearch],
  );
  const onOpen = useCallback(
    (position: number): void => {
      const minerId = miners?.find((each) => each.position === position)?.miner_id;
      if (minerId !== undefined)
        void navigate({ to: '/projects/$projectId/miners/$minerId', params: { projectId, minerId } });
    },
    [miners, navigate, projectId],
  );
  const close = (): void => onSelect(null);
  useKeys(selected === undefined ? {} : { Escape: close });
  const onFill = useCallback((next: Fill) => onSearch({ fill: next === FILLS[0] ? undefined : next }), [onSearch]);
  const onMoment = useCallback((next: string | undefined) => onSearch({ at: next }, { replace: true }), [onSearch]);

  const age = container.observed_at === null ? 0 : (now - Date.parse(container.observed_at)) / 1000;
  const tooEarly = beforeHistory(asked.error);
  return (
    <>
      {figures(at === null ? (looks?.counts.sleeping ?? null) : null)}
      {at !== null && <Past at={at} zone={zone} onLive={() => onMoment(undefined)} />}
      <div className="cols panel">
        <MapCard
          miners={tooEarly === null ? miners : undefined}
          looks={looks}
          sides={sides}
          hasLayout={layout !== null}
          fill={fill}
          at={at}
          ready={!asked.isFetching}
          staleFor={at === null && container.freshness !== 'fresh' && container.observed_at !== null ? age : null}
          zone={zone}
          alerts={alerts}
          selected={selected?.position ?? null}
          onSelect={onSelect}
          onOpen={onOpen}
          onFill={onFill}
          onMoment={onMoment}
        >
          {tooEarly !== null ? (
            <Empty>
              <p>{t('container.beforeHistory')}</p>
              <p className="small">{tooEarly}</p>
            </Empty>
          ) : (
            miners === undefined && asked.error !== null && <Failure error={asked.error} onRetry={asked.refetch} />
          )}
        </MapCard>
        {selected !== undefined ? (
          <MinerPanel
            miner={selected}
            past={at !== null}
            detail={at === null && detail.data?.miner_id === selected.miner_id ? detail.data : null}
            place={placeOf(selected.position, sides)}
            reference={looks?.reference ?? null}
            zone={zone}
            onClose={close}
          />
        ) : (
          byDeviation !== undefined &&
          miners !== undefined && (
            <StandOuts miners={miners} looks={byDeviation} sides={sides} missing={search.miner} onSelect={onSelect} />
          )
        )}
      </div>
    </>
  );
}

/** Nobody may take the past for the present. */
function Past({ at, zone, onLive }: { at: number; zone: string; onLive: () => void }) {
  const { t } = useTranslation();
  const when = moment(
    at,
    { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hour12: false },
    zone,
  );
  return (
    <div className="banner past" role="status" data-s="maint">
      <StatusMark mark="stale" large />
      <div className="grow">
        <p>
          <b>{t('container.past', { when: t('container.zone', { time: when, zone: zone.replace(/_/g, ' ') }) })}</b>
        </p>
        <p className="t2">{t('container.pastRest')}</p>
      </div>
      <button type="button" className="btn primary" onClick={onLive}>
        <Icon name="play" small />
        {t('container.live')}
      </button>
    </div>
  );
}
