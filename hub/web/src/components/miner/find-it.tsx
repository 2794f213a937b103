import { useTranslation } from 'react-i18next';
import type { Place } from './grid.ts';
import { placeText, rangeText } from './place-words.ts';

/** Where a miner is, in type that can be read while walking, and on a plan of its side. */
export function FindIt({
  container,
  position,
  place,
}: {
  /** `C14`. */
  container: string;
  position: number;
  place: Place | null;
}) {
  const { t } = useTranslation();
  const words = placeText(t, position, place);
  return (
    <section className="find" aria-label={t('container.find')}>
      <p className="sr">{t('container.where', { container, place: words })}</p>
      <div className="where" aria-hidden="true">
        <Part name={t('container.container')} value={container} wide />
        {place === null ? (
          <Part name={t('container.positionWord')} value={position} />
        ) : (
          <>
            {place.side.name !== null && <Part name={t('container.sideWord')} value={place.side.name} />}
            <Part name={t('container.rowWord')} value={place.row} />
            <Part name={t('container.slotWord')} value={place.column} />
          </>
        )}
      </div>
      {place !== null && <Plan place={place} position={position} />}
    </section>
  );
}

function Part({ name, value, wide = false }: { name: string; value: string | number; wide?: boolean }) {
  return (
    <div className={wide ? 'c' : undefined}>
      <small>{name}</small>
      <b>{value}</b>
    </div>
  );
}

/** The side from the map, as it lies there: the miner's row and slot stand out. */
function Plan({ place: { side, row, column }, position }: { place: Place; position: number }) {
  const { t } = useTranslation();
  const [lies, stands] = side.along.is === 'row' ? [row, column] : [column, row];
  return (
    <>
      <div className="plan" aria-hidden="true" style={{ '--along': side.along.numbers.length } as React.CSSProperties}>
        {side.lines.flatMap((line, i) =>
          line.map((each, j) => {
            const near = side.across.numbers[i] === stands || side.along.numbers[j] === lies;
            const key = `${side.across.numbers[i]} ${side.along.numbers[j]}`;
            return <i key={key} className={each === position ? 't' : near ? 'x' : undefined} />;
          }),
        )}
      </div>
      <p className="t2 small dots">
        {side.name !== null && <span>{t('container.side', { name: side.name })}</span>}
        <span>{rangeText(t, side.across)}</span>
        <span>{rangeText(t, side.along)}</span>
      </p>
    </>
  );
}
