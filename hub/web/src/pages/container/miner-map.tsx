import type { TFunction } from 'i18next';
import { memo, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Miner } from '../../api/containers.ts';
import { valueText } from '../../components/miner/fill-text.ts';
import type { Fill } from '../../components/miner/fills.ts';
import { moved, placeOf, type Side } from '../../components/miner/grid.ts';
import { type Looks, UNKNOWN_LOOK } from '../../components/miner/looks.ts';
import { placeText, shortMiner } from '../../components/miner/place-words.ts';
import { MinerCell } from './miner-cell.tsx';
import { MinerSide } from './miner-side.tsx';

/** As the styles have it: below, sides stand upright and one at a time. */
const UPRIGHT = '(max-width: 767px)';

interface MapProps {
  readonly miners: readonly Miner[];
  readonly sides: readonly Side[];
  readonly looks: Looks;
  readonly fill: Fill;
  readonly stale: boolean;
  readonly selected: number | null;
  readonly onSelect: (position: number | null) => void;
  /** To the page of a miner: by a double click, or Enter where it is selected. */
  readonly onOpen: (position: number) => void;
}

/**
 * All miners of a container where they are. One stop for the tab key; arrow keys, Home and End move about, Enter selects, and opens
 * what is selected. It is drawn anew when a miner changed, not with every second of the page around it.
 */
export const MinerMap = memo(function MinerMap({
  miners,
  sides,
  looks,
  fill,
  stale,
  selected,
  onSelect,
  onOpen,
}: MapProps) {
  const { t } = useTranslation();
  const map = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(selected);
  const [chosenSide, setSide] = useState<number | null>(null);
  const lines = sides.flatMap((side) => side.lines);
  const outside = miners.filter(({ position }) => placeOf(position, sides) === null);
  const sideOf = (position: number | null): number =>
    sides.findIndex((side) => side.lines.some((line) => line.includes(position)));
  const shown = chosenSide ?? Math.max(0, sideOf(selected));
  const reachable = at ?? selected ?? sides[shown]?.lines[0]?.find((position) => position !== null) ?? null;

  const places = useMemo(() => placesOf(t, sides), [t, sides]);
  const labels = useMemo(() => labelsOf(t, miners, looks, fill, places), [t, miners, looks, fill, places]);
  const labelOf = (position: number): string =>
    labels.get(position) ??
    [t('container.placeUnknown', { position }), places.get(position), t('common.miner.unknown')].join(', ');

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && selected !== null && positionOf(event.target) === selected) {
      event.preventDefault();
      onOpen(selected);
      return;
    }
    const upright = matchMedia(UPRIGHT).matches;
    const to = moved(reachable ?? 0, event.key, upright ? (sides[shown]?.lines ?? []) : lines, upright);
    if (to === null) return;
    event.preventDefault();
    setAt(to);
    map.current?.querySelector<HTMLElement>(`[data-position="${to}"]`)?.focus();
  };

  const onClick = ({ target, detail }: React.MouseEvent): void => {
    const position = positionOf(target);
    // The second of a double click does not take back the first.
    if (position === null || detail > 1) return;
    setAt(position);
    onSelect(position === selected ? null : position);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears for the buttons within
    <div
      ref={map}
      className={stale ? 'map is-stale' : 'map'}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={({ target }) => {
        const position = positionOf(target);
        if (position !== null) onOpen(position);
      }}
    >
      {sides.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: two buttons, not fields of a form
        <div className="seg only-phone" role="group" aria-label={t('container.sides')}>
          {sides.map(({ name }, i) => (
            <button
              key={name}
              type="button"
              aria-pressed={i === shown}
              onClick={() => {
                setSide(i);
                setAt(sides[i]?.lines[0]?.[0] ?? null);
              }}
            >
              {t('container.side', { name })}
            </button>
          ))}
        </div>
      )}
      {sides.map((side, i) => (
        <MinerSide
          key={side.name}
          side={side}
          other={sides[1 - i]}
          looks={looks}
          fill={fill}
          labelOf={labelOf}
          selected={selected}
          reachable={reachable}
          shown={i === shown}
        />
      ))}
      {outside.length > 0 && (
        <div>
          <p className="small t2">{t('container.outside')}</p>
          <div className="outside">
            {outside.map(({ position }) => {
              const look = looks.of.get(position);
              return (
                look && (
                  <MinerCell
                    key={position}
                    position={position}
                    look={look}
                    label={labelOf(position)}
                    selected={position === selected}
                    reachable
                  />
                )
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
});

/** Where each place of the layout is, in words: these stay, whatever the miners do. */
function placesOf(t: TFunction, sides: readonly Side[]): ReadonlyMap<number, string> {
  const positions = sides.flatMap(({ lines }) => lines.flat()).filter((position) => position !== null);
  return new Map(positions.map((position) => [position, placeText(t, position, placeOf(position, sides))]));
}

/** What is read out of each miner: who it is, where, how it is. */
function labelsOf(
  t: TFunction,
  miners: readonly Miner[],
  { of }: Looks,
  fill: Fill,
  places: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> {
  const words = new Map<string, string>();
  const wordOf = (status: Miner['status']): string => {
    const word = words.get(status) ?? t(`common.miner.${status}`);
    words.set(status, word);
    return word;
  };
  return new Map(
    miners.map(({ position, miner_id: id, status, temp_chip_c: chip }) => {
      const look = of.get(position) ?? UNKNOWN_LOOK;
      const place = places.get(position) ?? placeText(t, position, null);
      const value = look.state === 'value' ? [valueText(look.value, fill, chip)] : [];
      return [position, [shortMiner(id), place, wordOf(status), ...value].join(', ')];
    }),
  );
}

/** The position of the cell that something happened to; null: none. */
function positionOf(target: EventTarget): number | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-position]') : null;
  return cell === null ? null : Number(cell.dataset.position);
}
