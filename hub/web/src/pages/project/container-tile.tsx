import { useRouter } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { memo } from 'react';
import { Sparkline } from '../../components/sparkline.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { statusWord } from '../../components/status-word.ts';
import { duration, number, type Shown, THIN, temperature, text, UNKNOWN } from '../../format.ts';
import type { Tile } from './grid.ts';
import { quantityOf } from './quantities.ts';
import type { Fill } from './view.ts';

interface ContainerTileProps {
  readonly t: TFunction;
  readonly tile: Tile;
  readonly fill: Fill;
  /** Which colour of the scale, where tiles are not coloured by status; null: its value is unknown. */
  readonly shade: number | null | undefined;
  readonly trend: readonly (number | null)[];
  /** Viewers look, and go no further. */
  readonly isLink: boolean;
  /** The one tile that the tab key leads to. */
  readonly isStop: boolean;
  readonly onFocus: (id: string) => void;
  /** Whether it is chosen for comparison; null where nothing is being chosen. */
  readonly isPicked: boolean | null;
  readonly onPick: (id: string) => void;
}

const CONTAINER_PAGE = '/projects/$projectId/containers/$containerId';

/** What stands in a tile, as text. */
interface Words {
  readonly value: Shown;
  readonly supply: string;
  readonly active: string;
  readonly expected: string;
  /** How old its readings are, where they are old, min: what changes every second would draw a silent site every second. */
  readonly minutesOld: number | null;
}

function wordsOf({ container, value }: Tile, fill: Fill): Words {
  const { freshness, age_s: age } = container;
  return {
    value: quantityOf(fill).shown(value),
    supply: text(temperature(container.temp_supply_c)),
    active: number(container.miners_active),
    expected: number(container.miners_expected),
    minutesOld: (freshness === 'late' || freshness === 'stale') && age !== null ? Math.floor(age / 60) : null,
  };
}

/** One container: name, status, value, trend, supply temperature, miners. Drawn anew only where one would see it. */
export const ContainerTile = memo(function ContainerTile(props: ContainerTileProps) {
  const { t, tile, fill, shade, trend, isLink, isStop, onFocus, isPicked, onPick } = props;
  const router = useRouter();
  const { value: shown, supply, active, expected, minutesOld } = wordsOf(tile, fill);
  const spoken =
    fill === 'status' || fill === 'hashrate'
      ? t('project.ofExpectedHashrate', { share: text(shown) })
      : `${t(`project.fills.${fill}`)} ${text(shown)}`;
  const { container, mark, name } = tile;
  const { project_id: projectId, container_id: containerId } = container;
  const href = `/projects/${encodeURIComponent(projectId)}/containers/${encodeURIComponent(containerId)}`;
  const word = statusWord(t, mark);
  const age =
    minutesOld === null
      ? null
      : minutesOld < 1
        ? t('project.lastReadingNow')
        : t('project.lastReading', { age: duration(minutesOld * 60) });
  const label = [name, word, spoken, supply, t('project.minersOf', { active, total: expected })];
  const known = trend.filter((value) => value !== null);
  const words = [...label, ...(age === null ? [] : [age])].join(', ');
  // Read out in whole sentences; a link is called what its content is.
  const content = (
    <span className="t-all" role="img" aria-label={words}>
      <span className="t-h">
        <span>{name}</span>
        <StatusMark mark={mark} />
      </span>
      <span className="t-v n">
        {shown.value}
        {shown.value !== UNKNOWN && <span className="u">{THIN + shown.unit}</span>}
      </span>
      {known.length > 1 && mark !== 'offline' ? (
        <Sparkline values={trend} height={16} leastSpan={Math.max(...known) * LEAST_TREND} />
      ) : (
        <span />
      )}
      <span className="t-f">
        <span>{supply}</span>
        <span>
          {active}/{expected}
        </span>
      </span>
    </span>
  );
  const common = {
    className: `tile${shade === undefined ? '' : ' by-value'}${isPicked ? ' is-sel' : ''}`,
    'data-s': mark,
    'data-shade': shade ?? undefined,
    'data-tip': age === null ? word : `${word}, ${age}`,
  };
  if (!isLink) return <div {...common}>{content}</div>;
  return (
    // A plain link: the router's own watches the address, and 58 of them would at every change of it.
    <a
      href={href}
      data-cell={tile.id}
      tabIndex={isStop ? 0 : -1}
      onFocus={() => onFocus(tile.id)}
      onPointerEnter={() => void router.preloadRoute({ to: CONTAINER_PAGE, params: { projectId, containerId } })}
      {...(isPicked === null ? {} : { role: 'checkbox', 'aria-checked': isPicked })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        // A press of Enter, which has no detail, opens also while tiles are chosen.
        if (isPicked === null || event.detail === 0) router.history.push(href);
        else onPick(tile.id);
      }}
      {...common}
    >
      {content}
    </a>
  );
}, isSameToTheEye);

function isSameToTheEye({ tile, ...rest }: ContainerTileProps, other: ContainerTileProps): boolean {
  const isSame = (Object.keys(rest) as (keyof typeof rest)[]).every((key) => rest[key] === other[key]);
  // An answer keeps what has not changed in it, and all of a tile is told by its container.
  if (!isSame || tile.container === other.tile.container) return isSame;
  return seenOf(tile, rest.fill) === seenOf(other.tile, rest.fill);
}

/** All that is seen of a tile besides its trend, as one text. */
const seenOf = (tile: Tile, fill: Fill): string => JSON.stringify([tile.id, tile.name, tile.mark, wordsOf(tile, fill)]);

/** A trend's height stands for at least 4 % of its value. */
const LEAST_TREND = 0.04;
