import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Miner } from '../../api/containers.ts';
import { projectMinersQuery } from '../../api/project-miners.ts';
import { Icon } from '../../components/icon.tsx';
import { MINER_MARKS } from '../../components/miner/miner-marks.ts';
import { MoreButton } from '../../components/more-button.tsx';
import { Empty, Panel, Skeleton } from '../../components/panel.tsx';
import { ScrollingCard } from '../../components/scrolling-card.tsx';
import { shortId } from '../../components/short-id.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { hashrate, number, temperature, text, UNKNOWN } from '../../format.ts';
import { minersAsked } from './miners-asked.ts';
import { useProjectSearch } from './use-search.ts';

const TYPING_MS = 250;

/** Every miner of the project, found by container, id, address, serial or MAC. */
export function MinersTab({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const [{ q = '' }, change] = useProjectSearch('q');
  const miners = useInfiniteQuery(
    projectMinersQuery(projectId, minersAsked(useDebounced(q.trim(), TYPING_MS), projectId)),
  );
  const total = miners.data?.pages[0]?.total;
  return (
    <ScrollingCard label={t('project.tabs.miners')}>
      <div className="card-h">
        <label className="field wide">
          <Icon name="search" />
          <span className="sr">{t('project.findMiner')}</span>
          <input
            type="search"
            placeholder={t('project.findMiner')}
            value={q}
            onChange={(event) => change({ q: event.target.value || undefined })}
          />
        </label>
        {total != null && (
          <span className="t2">{t('project.minersCount', { count: total, shown: number(total) })}</span>
        )}
      </div>
      <Panel of={miners} skeleton={<Skeleton rows={8} height={28} />}>
        {({ pages }) => {
          const found = pages.flatMap(({ data }) => data);
          return found.length === 0 ? <Empty>{t('project.noMiner')}</Empty> : <Table miners={found} />;
        }}
      </Panel>
      <MoreButton of={miners} />
    </ScrollingCard>
  );
}

function Table({ miners }: { miners: readonly Miner[] }) {
  const { t } = useTranslation();
  const numbers = ['hashrate', 'chip', 'power'] as const;
  const words = ['ip', 'serial', 'firmware'] as const;
  return (
    <div className="card-b">
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{t('project.columns.miner')}</th>
            <th scope="col">{t('project.columns.place')}</th>
            <th scope="col">{t('project.status')}</th>
            {numbers.map((column) => (
              <th key={column} scope="col" className="num">
                {t(`project.columns.${column}`)}
              </th>
            ))}
            {words.map((column) => (
              <th key={column} scope="col">
                {t(`project.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {miners.map((miner) => (
            <Row key={miner.miner_id} miner={miner} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ miner }: { miner: Miner }) {
  const { t } = useTranslation();
  const { project_id: projectId, container_id: containerId, miner_id: id, status } = miner;
  return (
    <tr>
      <th scope="row">
        <Link className="link" to="/projects/$projectId/miners/$minerId" params={{ projectId, minerId: id }}>
          {shortId(id, projectId)}
        </Link>
      </th>
      <td>{[shortId(containerId, projectId), miner.slot ?? number(miner.position)].join(' · ')}</td>
      <td>
        <span className="status" data-s={MINER_MARKS[status]}>
          <StatusMark mark={MINER_MARKS[status]} />
          {t(`common.miner.${status}`)}
        </span>
      </td>
      <td className="num">{text(hashrate(miner.hashrate_th))}</td>
      <td className="num">{text(temperature(miner.temp_chip_c))}</td>
      <td className="num">{text({ value: number(miner.power_w), unit: 'W' })}</td>
      <td className="mono">{miner.ip ?? UNKNOWN}</td>
      <td className="mono">{miner.serial ?? UNKNOWN}</td>
      <td className="mono">{miner.firmware ?? UNKNOWN}</td>
    </tr>
  );
}
