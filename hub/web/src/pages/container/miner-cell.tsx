import { memo } from 'react';
import type { Look } from '../../components/miner/looks.ts';
import { SilentMark, styleOf } from '../../components/miner/silent-mark.tsx';

interface CellProps {
  readonly position: number;
  readonly look: Look;
  /** Everything that the colour says, and where the miner is. */
  readonly label: string;
  readonly selected: boolean;
  /** The one cell that the tab key comes to. */
  readonly reachable: boolean;
}

/** One miner of the map. What is done with it is heard by the map: 308 listeners would be as many reasons to draw anew. */
export const MinerCell = memo(
  function MinerCell({ position, look, label, selected, reachable }: CellProps) {
    return (
      <button
        type="button"
        className={`mc${selected ? ' sel' : ''}${look.notched ? ' over' : ''}`}
        data-s={styleOf(look.state)}
        data-paint={look.paint ?? undefined}
        data-position={position}
        tabIndex={reachable ? 0 : -1}
        aria-pressed={selected}
        aria-label={label}
        data-tip=""
      >
        <SilentMark state={look.state} />
      </button>
    );
  },
  (one, other) =>
    one.label === other.label &&
    one.selected === other.selected &&
    one.reachable === other.reachable &&
    one.look.state === other.look.state &&
    one.look.paint === other.look.paint &&
    one.look.notched === other.look.notched,
);
