import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import type { Transformer } from '../../api/transformers.ts';
import { Figure } from '../../components/figure.tsx';
import { singleKeys } from '../../components/keys.ts';
import { Empty } from '../../components/panel.tsx';
import { shortId } from '../../components/short-id.ts';
import { BADNESS, statusWord } from '../../components/status-word.ts';
import { useRoving } from '../../components/use-roving.ts';
import { percent, text } from '../../format.ts';
import { ContainerTile } from './container-tile.tsx';
import type { TileGroup } from './grid.ts';
import { quantityOf, SHADES, shadesOf } from './quantities.ts';
import type { View } from './view.ts';

export type Trends = ReadonlyMap<string, readonly (number | null)[]>;
const NO_TREND: readonly (number | null)[] = [];
const NO_TRENDS: Trends = new Map();

/** All containers as tiles: one tab stop, arrow keys within, Enter opens, Space chooses for comparison. */
export function ContainerGrid({
  groups,
  view,
  projectId,
  trends,
  transformers,
  isLink,
  picked,
  onPick,
}: {
  groups: readonly TileGroup[];
  view: View;
  projectId: string;
  trends: Trends;
  /** For the load beside each group; none where the reader sees none. */
  transformers: readonly Transformer[];
  isLink: boolean;
  /** Ids of those that are chosen for comparison; null while nothing is being chosen. */
  picked: readonly string[] | null;
  /** Stays the same function. */
  onPick: (id: string) => void;
}) {
  const { t } = useTranslation();
  const tiles = groups.flatMap((group) => group.tiles);
  const { gridProps, current, choose } = useRoving(tiles);
  // What a tile says comes first, its trend right after.
  const drawnTrends = useDeferredValue(trends, NO_TRENDS);
  const quantity = quantityOf(view.fill);
  const values = tiles.map(({ value }) => value);
  const shades = view.fill === 'status' ? undefined : shadesOf(values, quantity.leastSpan);
  const shadeOf = (value: number | null): number | null | undefined =>
    shades === undefined ? undefined : value === null ? null : shades?.of(value);
  const draw = (group: TileGroup): React.ReactNode =>
    group.tiles.map((tile) => (
      <ContainerTile
        key={tile.id}
        t={t}
        tile={tile}
        fill={view.fill}
        shade={shadeOf(tile.value)}
        trend={drawnTrends.get(tile.id) ?? NO_TREND}
        isLink={isLink}
        isStop={tile.id === current}
        onFocus={choose}
        isPicked={picked === null ? null : picked.includes(tile.id)}
        onPick={onPick}
      />
    ));
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const isPick = event.key === ' ' || (event.key === 'x' && singleKeys());
    if (!isPick || !isLink || event.ctrlKey || event.metaKey || event.altKey || current == null) {
      gridProps.onKeyDown(event);
      return;
    }
    event.preventDefault();
    onPick(current);
  };
  if (tiles.length === 0) return <Empty>{t('project.noneMatch')}</Empty>;
  return (
    <>
      <section
        {...gridProps}
        onKeyDown={onKeyDown}
        className={`grid is-${view.density} by-${view.group}`}
        aria-label={t('project.containersCount', { count: tiles.length })}
      >
        {view.group === 'none' ? (
          <div className="tiles">{groups.map(draw)}</div>
        ) : (
          groups.map((group) => (
            <div key={group.key ?? ''} className="pairbox">
              <h3>
                <GroupName group={group} view={view} projectId={projectId} />
                <GroupLoad load={transformers.find(({ transformer_id: id }) => id === group.key)?.load_pct} />
              </h3>
              <div className="tiles">{draw(group)}</div>
            </div>
          ))
        )}
      </section>
      {shades && (
        <p className="scale-key lgd">
          <span>{t(`project.fills.${view.fill}`)}</span>
          <span>{text(quantity.shown(shades.low))}</span>
          <span className="shades" aria-hidden="true">
            {Array.from({ length: SHADES }, (_, shade) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a shade is its number
              <i key={shade} data-shade={shade} />
            ))}
          </span>
          <span>{text(quantity.shown(shades.high))}</span>
        </p>
      )}
    </>
  );
}

function GroupName({ group: { key }, view, projectId }: { group: TileGroup; view: View; projectId: string }) {
  const { t } = useTranslation();
  if (key === null) return t(view.group === 'transformer' ? 'project.noTransformer' : 'project.noRow');
  if (view.group === 'transformer') return shortId(key, projectId);
  if (view.group === 'row') return t('project.row', { row: key });
  return statusWord(t, BADNESS.find((mark) => mark === key) ?? 'unknown');
}

function GroupLoad({ load }: { load: number | null | undefined }) {
  if (load === undefined) return null;
  return (
    <span>
      <Figure {...percent(load)} />
    </span>
  );
}
