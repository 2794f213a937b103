import { useTranslation } from 'react-i18next';
import type { Miner } from '../../api/containers.ts';
import { placeOf, type Side } from '../../components/miner/grid.ts';
import type { Looks } from '../../components/miner/looks.ts';
import { outliersOf } from '../../components/miner/outliers.ts';
import { placeText, shortMiner } from '../../components/miner/place-words.ts';
import { SilentMark, styleOf } from '../../components/miner/silent-mark.tsx';
import { difference, temperature, text } from '../../format.ts';

const MOST = 10;

/** Before a miner is chosen: those that deserve a look. */
export function StandOuts({
  miners,
  looks,
  sides,
  missing,
  onSelect,
}: {
  miners: readonly Miner[];
  /** By deviation, whatever the map is filled by. */
  looks: Looks;
  sides: readonly Side[];
  /** A miner that was asked for and is not there. */
  missing: string | undefined;
  onSelect: (position: number) => void;
}) {
  const { t } = useTranslation();
  const outliers = outliersOf(miners, ({ position }) => looks.of.get(position)).slice(0, MOST);
  return (
    <aside className="card side" aria-labelledby="so">
      <div className="card-h">
        <div className="grow">
          <h2 id="so">{t('container.standOut')}</h2>
          {missing !== undefined && <p role="status">{t('container.noMiner', { id: missing })}</p>}
          <p className="t2 small">
            {t(outliers.length === 0 ? 'container.nothingStandsOut' : 'container.standOutHint')}
          </p>
        </div>
      </div>
      <ul className="outs">
        {outliers.map(({ index, deviation }) => {
          const miner = miners[index];
          const look = miner && looks.of.get(miner.position);
          if (miner === undefined || look === undefined) return null;
          const { position } = miner;
          return (
            <li key={position}>
              <button type="button" onClick={() => onSelect(position)}>
                <span className="mc k" data-s={styleOf(look.state)} data-paint={look.paint ?? undefined}>
                  <SilentMark state={look.state} />
                </span>
                <b>{shortMiner(miner.miner_id)}</b>
                <span className="t2 clip" title={placeText(t, position, placeOf(position, sides))}>
                  {miner.slot ?? position}
                </span>
                <span className="num">
                  {deviation !== null ? (
                    <>
                      {text(temperature(miner.temp_chip_c))}{' '}
                      <span className="t2">{text({ value: difference(deviation, 1), unit: 'K' })}</span>
                    </>
                  ) : (
                    t(`common.miner.${miner.status}`)
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </aside>
  );
}
