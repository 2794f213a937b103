import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Miner } from '../../api/containers.ts';
import type { MinerDetail } from '../../api/miners.ts';
import { Icon } from '../../components/icon.tsx';
import { Boards } from '../../components/miner/boards.tsx';
import { FindIt } from '../../components/miner/find-it.tsx';
import type { Place } from '../../components/miner/grid.ts';
import { Identity, MinerFigures } from '../../components/miner/miner-facts.tsx';
import { MINER_MARKS } from '../../components/miner/miner-marks.ts';
import { placeText } from '../../components/miner/place-words.ts';
import { SilentMark } from '../../components/miner/silent-mark.tsx';
import { shortId } from '../../components/short-id.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { difference, duration, text } from '../../format.ts';

interface PanelProps {
  /** As the map shows it: now, or at a moment of the past. */
  readonly miner: Miner;
  readonly past: boolean;
  /** Null while it is not known yet. Of the past there is none. */
  readonly detail: MinerDetail | null;
  readonly place: Place | null;
  /** The median chip, °C. */
  readonly reference: number | null;
  readonly zone: string;
  readonly onClose: () => void;
}

/** Everything known of one miner. On a phone it begins with where to find it. */
export function MinerPanel({ miner, past, detail, place, reference, zone, onClose }: PanelProps) {
  const { t } = useTranslation();
  const [finding, setFinding] = useState(false);
  const { miner_id: id, temp_chip_c: chip } = miner;
  const panel = useShown(id);
  const now = useNow();
  const shown = detail ?? miner;
  const read = past ? (miner.age_s ?? null) : miner.observed_at && (now - Date.parse(miner.observed_at)) / 1000;
  const by =
    chip === null || reference === null
      ? null
      : t('container.ofMedian', { value: text({ value: difference(chip - reference, 1), unit: 'K' }) });
  return (
    <aside className="card side is-miner" aria-labelledby="mi" ref={panel}>
      <div className="card-h">
        <div className="grow">
          <h2 id="mi">{id}</h2>
          <p className="t2 small cap">{placeText(t, miner.position, place)}</p>
        </div>
        <button
          type="button"
          className="btn ghost sm icon"
          aria-label={t('container.closeMiner')}
          title={t('container.closeMiner')}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className={finding ? 'sec across' : 'sec across only-phone'}>
        <FindIt container={shortId(miner.container_id, miner.project_id)} position={miner.position} place={place} />
      </div>
      <div className="sec across">
        <p className="status" data-s={MINER_MARKS[miner.status]}>
          {miner.status === 'sleeping' ? (
            <SilentMark state="sleeping" />
          ) : (
            <StatusMark mark={MINER_MARKS[miner.status]} />
          )}
          <b>{t(`common.miner.${miner.status}`)}</b>
          {typeof read === 'number' && <span className="t2">{t('container.read', { time: duration(read) })}</span>}
        </p>
      </div>
      <MinerFigures miner={miner} deviation={by} />
      {past ? (
        <p className="sec small t2">{t('container.pastIdentity')}</p>
      ) : (
        <>
          {detail !== null && <Boards boards={detail.boards} />}
          <Identity miner={shown} zone={zone} />
        </>
      )}
      <div className="sec row across">
        <Link
          className="btn primary grow"
          to="/projects/$projectId/miners/$minerId"
          params={{ projectId: miner.project_id, minerId: id }}
        >
          {t('container.openMiner')}
          <Icon name="arrow" />
        </Link>
        <button
          type="button"
          className="btn grow not-phone"
          aria-expanded={finding}
          onClick={() => setFinding(!finding)}
        >
          <Icon name="pin" />
          {t('container.find')}
        </button>
      </div>
    </aside>
  );
}

/** Brings the panel onto a phone's screen when another miner is chosen: it stands above the map there. */
function useShown(id: string): React.RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another miner in the same panel is to be seen too
  useEffect(() => {
    if (matchMedia('(max-width: 767px)').matches) panel.current?.scrollIntoView({ block: 'start' });
  }, [id]);
  return panel;
}
