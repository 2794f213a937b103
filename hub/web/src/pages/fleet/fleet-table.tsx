import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { mean } from '../../components/miner/fills.ts';
import { Pager, usePages } from '../../components/pager.tsx';
import { hashrate, number, temperature, text } from '../../format.ts';
import { type Container, type FleetModel, minerIdOf } from './model.ts';
import { slotText } from './words.ts';

const ROWS = 25;

/** The fleet in rows: its containers, or the miners of the one that is shown near. */
export function FleetTable({
  model,
  near,
  projectId,
  onNear,
}: {
  model: FleetModel;
  near: string | undefined;
  projectId: string;
  onNear: (container: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const container = model.containers.find(({ id }) => id === near);
  return (
    <div className="card-b fleet-table">
      {container === undefined ? (
        <ContainerRows containers={model.containers} onNear={onNear} />
      ) : (
        <>
          <div className="row wrap">
            <button type="button" className="btn sm" onClick={() => onNear(undefined)}>
              <Icon name="left" small />
              {t('fleet.allContainers')}
            </button>
            <h3>{t('fleet.minersOf', { name: container.name })}</h3>
          </div>
          <MinerRows key={container.id} container={container} projectId={projectId} />
        </>
      )}
    </div>
  );
}

function ContainerRows({
  containers,
  onNear,
}: {
  containers: readonly Container[];
  onNear: (container: string) => void;
}) {
  const { t } = useTranslation();
  const rows = useMemo(() => containers.map(rowOf), [containers]);
  return (
    <table className="tbl" aria-label={t('fleet.tableContainers')}>
      <thead>
        <tr>
          <th scope="col">{t('fleet.container')}</th>
          {STATUS_COLUMNS.map((status) => (
            <th key={status} scope="col" className="num">
              {t(`common.miner.${status}`)}
            </th>
          ))}
          <th scope="col" className="num">
            {t('common.quantity.hashrate')}
          </th>
          <th scope="col" className="num">
            {t('fleet.chipMean')}
          </th>
          <th scope="col" className="num">
            {t('fleet.chipMost')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ container, counts, ths, chip, hottest }) => (
          <tr key={container.id}>
            <th scope="row">
              <button type="button" className="btn ghost sm" onClick={() => onNear(container.id)}>
                {container.name}
              </button>
            </th>
            {STATUS_COLUMNS.map((status) => (
              <td key={status} className="num">
                {number(counts[status] ?? 0)}
              </td>
            ))}
            <td className="num">{text(hashrate(ths))}</td>
            <td className="num">{text(temperature(chip))}</td>
            <td className="num">{text(temperature(hottest))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const STATUS_COLUMNS = ['hashing', 'degraded', 'idle', 'offline'] as const;

function rowOf(container: Container) {
  const { miners } = container;
  const counts: Partial<Record<string, number>> = {};
  for (const { status } of miners) counts[status] = (counts[status] ?? 0) + 1;
  const rates = miners.flatMap(({ hashrate_th: rate }) => (rate === null ? [] : [rate]));
  const chips = miners.flatMap(({ status, temp_chip_c: chip }) =>
    chip === null || status === 'offline' ? [] : [chip],
  );
  return {
    container,
    counts,
    ths: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0),
    chip: mean(chips),
    hottest: chips.length === 0 ? null : chips.reduce((most, chip) => Math.max(most, chip)),
  };
}

function MinerRows({ container, projectId }: { container: Container; projectId: string }) {
  const { t } = useTranslation();
  const { from, to, pager } = usePages(container.miners.length, ROWS);
  return (
    <>
      <table className="tbl" aria-label={t('fleet.minersOf', { name: container.name })}>
        <thead>
          <tr>
            <th scope="col">{t('fleet.miner')}</th>
            <th scope="col">{t('fleet.slot')}</th>
            <th scope="col">{t('fleet.state')}</th>
            <th scope="col" className="num">
              {t('common.quantity.hashrate')}
            </th>
            <th scope="col" className="num">
              {t('common.quantity.chip')}
            </th>
            <th scope="col" className="num">
              {t('common.quantity.power')}
            </th>
          </tr>
        </thead>
        <tbody>
          {container.miners.slice(from, to).map((miner) => (
            <tr key={miner.position}>
              <th scope="row">
                <Link
                  className="link"
                  to="/projects/$projectId/containers/$containerId"
                  params={{ projectId, containerId: container.id }}
                  search={{ miner: minerIdOf(miner) }}
                >
                  M{String(miner.position).padStart(3, '0')}
                </Link>
              </th>
              <td>{slotText(t, miner, container)}</td>
              <td>{t(`common.miner.${miner.status}`)}</td>
              <td className="num">{text(hashrate(miner.hashrate_th))}</td>
              <td className="num">{text(temperature(miner.temp_chip_c))}</td>
              <td className="num">{text({ value: number(miner.power_w), unit: 'W' })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Pager {...pager} before={t('fleet.before')} after={t('fleet.after')} />
    </>
  );
}
