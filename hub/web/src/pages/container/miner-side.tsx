import { useTranslation } from 'react-i18next';
import { meanText } from '../../components/miner/fill-text.ts';
import { type Fill, hasMeans, mean } from '../../components/miner/fills.ts';
import type { Axis, Side } from '../../components/miner/grid.ts';
import { type Looks, paintOfMean, UNKNOWN_LOOK, valuesOf } from '../../components/miner/looks.ts';
import { partText } from '../../components/miner/place-words.ts';
import { MinerCell } from './miner-cell.tsx';

interface SideProps {
  readonly side: Side;
  readonly other: Side | undefined;
  readonly looks: Looks;
  readonly fill: Fill;
  readonly labelOf: (position: number) => string;
  readonly selected: number | null;
  readonly reachable: number | null;
  /** On a phone only one side is shown. */
  readonly shown: boolean;
}

/** One side of a container: numbers and means on its edges. On a phone it stands upright. */
export function MinerSide({ side, other, looks, fill, labelOf, selected, reachable, shown }: SideProps) {
  const { t } = useTranslation();
  const { lines, along, across, name } = side;
  const title = name === null ? t('container.mapNow') : t('container.side', { name });
  const columns = along.numbers.map((_, i) => lines.map((line) => line[i] ?? null));
  return (
    <div className={shown ? 'map-side is-shown' : 'map-side'}>
      {name !== null && (
        <div className="side-h not-phone">
          <b>{title}</b>
          <span className="t2 small">{partText(t, side, other)}</span>
        </div>
      )}
      <div
        className="mapgrid"
        style={{ '--along': along.numbers.length, '--across': lines.length } as React.CSSProperties}
      >
        <Numbers className="ch" axis={along} every={2} />
        <Numbers className="rh" axis={across} every={1} />
        {/* biome-ignore lint/a11y/useSemanticElements: a map of buttons, not fields of a form */}
        <div className="cells" role="group" aria-label={title}>
          {lines.flatMap((line, i) =>
            line.map((position, j) => {
              // biome-ignore lint/suspicious/noArrayIndexKey: places of the layout do not move
              if (position === null) return <span key={`${i}-${j}`} />;
              const look = looks.of.get(position) ?? UNKNOWN_LOOK;
              return (
                <MinerCell
                  key={position}
                  position={position}
                  look={look}
                  label={labelOf(position)}
                  selected={position === selected}
                  reachable={position === reachable}
                />
              );
            }),
          )}
        </div>
        <Means className="ra" groups={lines} axis={across} looks={looks} fill={fill} />
        <Means className="ca" groups={columns} axis={along} looks={looks} fill={fill} />
        {hasMeans(fill) && (
          <>
            <div className="rl">{t('container.mean')}</div>
            <div className="cl">{t('container.mean')}</div>
          </>
        )}
      </div>
    </div>
  );
}

function Numbers({ className, axis, every }: { className: string; axis: Axis; every: number }) {
  const { t } = useTranslation();
  return (
    <div className={className} aria-hidden="true">
      {axis.numbers.map((n, i) => (
        <span key={n}>
          {(i === 0 || n % every === 0) && (axis.is === 'row' ? t('container.rowShort', { number: n }) : n)}
        </span>
      ))}
    </div>
  );
}

interface MeansProps {
  readonly className: string;
  readonly groups: readonly (readonly (number | null)[])[];
  readonly axis: Axis;
  readonly looks: Looks;
  readonly fill: Fill;
}

/** The mean of every row or column: a cold row or a hot pipe shows on the edge. */
function Means({ className, groups, axis, looks, fill }: MeansProps) {
  const { t } = useTranslation();
  return (
    <div className={className}>
      {groups.map((positions, i) => {
        const value = mean(valuesOf(positions, looks));
        const paint = paintOfMean(value, fill);
        const n = axis.numbers[i] ?? 0;
        if (paint === null) return <span key={n} className="avg" />;
        const shown = meanText(value, fill);
        const said = { number: n, value: shown };
        return (
          <span
            key={n}
            className="avg"
            data-paint={paint}
            data-tip={axis.is === 'row' ? t('container.meanRow', said) : t('container.meanColumn', said)}
          >
            {shown}
          </span>
        );
      })}
    </div>
  );
}
