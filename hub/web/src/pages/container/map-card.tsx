import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import type { Miner } from '../../api/containers.ts';
import { FILLS, type Fill } from '../../components/miner/fills.ts';
import type { Side } from '../../components/miner/grid.ts';
import type { Looks } from '../../components/miner/looks.ts';
import { Empty } from '../../components/panel.tsx';
import { Select } from '../../components/select.tsx';
import { duration } from '../../format.ts';
import { Legend } from './legend.tsx';
import { MinerMap } from './miner-map.tsx';
import { ReplayBar } from './replay-bar.tsx';

interface MapCardProps {
  /** Undefined while nothing is known of the moment asked. */
  readonly miners: readonly Miner[] | undefined;
  readonly looks: Looks | undefined;
  readonly sides: readonly Side[];
  readonly hasLayout: boolean;
  readonly fill: Fill;
  /** The moment shown, ms since 1970; null: now. */
  readonly at: number | null;
  readonly ready: boolean;
  /** How old the readings are, where they are too old to be what is now, s. */
  readonly staleFor: number | null;
  readonly zone: string;
  readonly alerts: readonly Alert[];
  readonly selected: number | null;
  readonly onSelect: (position: number | null) => void;
  readonly onOpen: (position: number) => void;
  readonly onFill: (fill: Fill) => void;
  readonly onMoment: (at: string | undefined) => void;
  /** Instead of the map: why there is none. */
  readonly children?: React.ReactNode;
}

/** The miners by position, what they are coloured by, and the last 24 h of them. */
export function MapCard(props: MapCardProps) {
  const { miners, looks, sides, hasLayout, fill, at, ready, staleFor, zone, alerts, selected, children } = props;
  const { t } = useTranslation();
  return (
    <section className={at === null ? 'card' : 'card is-past'} aria-labelledby="mm">
      <div className="card-h">
        <h2 id="mm">{miners === undefined ? t('container.mapNow') : t('container.map', { count: miners.length })}</h2>
        {staleFor !== null && <span className="t2">{t('container.stale', { time: duration(staleFor) })}</span>}
        <Select
          className="end"
          label={t('container.fillBy')}
          value={fill}
          options={FILLS.map((value) => ({ value, label: t(`container.fill.${value}`) }))}
          onChange={props.onFill}
        />
      </div>
      <div className="card-b map-body">
        {children}
        {miners !== undefined && looks !== undefined && (
          <>
            <Legend fill={fill} looks={looks} past={at !== null} />
            {!hasLayout && <p className="small t2">{t('container.noLayout')}</p>}
            {miners.length === 0 ? (
              <Empty>{t('container.noMiners')}</Empty>
            ) : (
              <MinerMap
                miners={miners}
                sides={sides}
                looks={looks}
                fill={fill}
                stale={staleFor !== null}
                selected={selected}
                onSelect={props.onSelect}
                onOpen={props.onOpen}
              />
            )}
          </>
        )}
      </div>
      <ReplayBar at={at} ready={ready} zone={zone} alerts={alerts} onMoment={props.onMoment} />
    </section>
  );
}
