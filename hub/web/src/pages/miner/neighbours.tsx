import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Miner } from '../../api/containers.ts';
import { meanText, valueText } from '../../components/miner/fill-text.ts';
import { around, type Place, placeOf, rowOf } from '../../components/miner/grid.ts';
import { type Looks, UNKNOWN_LOOK } from '../../components/miner/looks.ts';
import { placeText, shortMiner } from '../../components/miner/place-words.ts';
import { SilentMark, styleOf } from '../../components/miner/silent-mark.tsx';
import { Empty } from '../../components/panel.tsx';
import { temperature, text } from '../../format.ts';

/** As many as fit a phone at 44 px. */
const MOST = 7;

interface NeighboursProps {
  readonly miner: Miner;
  readonly place: Place | null;
  readonly miners: readonly Miner[] | undefined;
  readonly looks: Looks | undefined;
}

/** The miners beside it in its row, coloured as on the map: whether it is alone with what it has. */
export function Neighbours({ miner, place, miners, looks }: NeighboursProps) {
  const { t } = useTranslation();
  const row = place === null ? [] : around(rowOf(place), miner.position, MOST);
  return (
    <section className="card" aria-labelledby="nb">
      <div className="card-h">
        <h2 id="nb">{place === null ? t('miner.neighbours') : t('miner.neighboursIn', { row: place.row })}</h2>
        {looks?.reference != null && (
          <span className="t2 small end">
            {t('miner.neighboursScale', { value: text(temperature(looks.reference)) })}
          </span>
        )}
      </div>
      {place === null ? (
        <Empty>{t('miner.noPlace')}</Empty>
      ) : (
        <ol className="card-b nb">
          {row.map((position) => (
            <li key={position}>
              <Neighbour
                position={position}
                isSelf={position === miner.position}
                other={miners?.find((each) => each.position === position)}
                place={placeOf(position, [place.side])}
                look={looks?.of.get(position) ?? UNKNOWN_LOOK}
              />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Neighbour({
  position,
  isSelf,
  other,
  place,
  look,
}: {
  position: number;
  isSelf: boolean;
  other: Miner | undefined;
  place: Place | null;
  look: ReturnType<Looks['of']['get']> & object;
}) {
  const { t } = useTranslation();
  const value = typeof look.value === 'number' ? look.value : null;
  const label = [
    other === undefined ? t('container.placeUnknown', { position }) : shortMiner(other.miner_id),
    placeText(t, position, place),
    t(`common.miner.${other?.status ?? 'unknown'}`),
    ...(look.state === 'value' ? [valueText(look.value, 'deviation', other?.temp_chip_c ?? null)] : []),
  ].join(', ');
  const cell = {
    className: `mc${isSelf ? ' sel' : ''}${look.notched ? ' over' : ''}`,
    'data-s': styleOf(look.state),
    'data-paint': look.paint ?? undefined,
    title: label,
  };
  const content =
    look.state === 'value' ? (
      <span aria-hidden="true">{meanText(value, 'deviation')}</span>
    ) : (
      <SilentMark state={look.state} />
    );
  return (
    <>
      {other === undefined || isSelf ? (
        <span {...cell}>
          <span className="sr">{isSelf ? t('miner.self', { label }) : label}</span>
          {content}
        </span>
      ) : (
        <Link
          to="/projects/$projectId/miners/$minerId"
          params={{ projectId: other.project_id, minerId: other.miner_id }}
          {...cell}
        >
          <span className="sr">{label}</span>
          {content}
        </Link>
      )}
      <span aria-hidden="true">{place?.column}</span>
    </>
  );
}
