import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectQuery } from '../../api/projects.ts';
import { Icon } from '../../components/icon.tsx';
import { useKeys } from '../../components/keys.ts';
import { Empty } from '../../components/panel.tsx';
import { Select } from '../../components/select.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration, number } from '../../format.ts';
import type { FleetSearch } from '../../router.tsx';
import type { FleetChange } from './fleet.tsx';
import { FleetLegend } from './fleet-legend.tsx';
import { FleetMap } from './fleet-map.tsx';
import { FleetTable } from './fleet-table.tsx';
import { containerOf, type FleetModel, minerIdOf } from './model.ts';
import { FLEET_FILLS, fleetFillOf, paintingOf } from './painting.ts';
import { minerPath, ReadOut } from './read-out.tsx';
import { FleetStandOuts } from './stand-outs.tsx';
import { wordsOf } from './words.ts';

interface ViewProps {
  readonly model: FleetModel;
  readonly projectId: string;
  readonly search: FleetSearch;
  readonly onSearch: (next: FleetChange) => void;
}

export function FleetView({ model, projectId, search, onSearch }: ViewProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fill = fleetFillOf(search.fill);
  const painting = useMemo(() => paintingOf(model, fill), [model, fill]);
  const near = search.container?.toUpperCase();
  const [at, setAt] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const miner = at === null ? undefined : model.miners[at];
  const container = at === null ? undefined : containerOf(model, at);

  const toProject = (): void => void navigate({ to: '/projects/$projectId', params: { projectId } });
  const onNear = useCallback((id: string | undefined) => onSearch({ container: id }), [onSearch]);
  const toAll = (): void => onNear(undefined);
  useKeys({ m: toProject, ...(near === undefined ? {} : { Escape: toAll }) });

  const onOpen = (index: number): void => {
    const found = model.miners[index];
    if (found === undefined) return;
    const search = { miner: minerIdOf(found), ...(fill === 'status' || fill === 'deviation' ? {} : { fill }) };
    const params = { projectId, containerId: found.container };
    void navigate({ to: '/projects/$projectId/containers/$containerId', params, search });
  };
  const onOpenMiner = (index: number): void => {
    const found = model.miners[index];
    if (found !== undefined) void navigate({ to: minerPath(projectId, found) });
  };
  const onMiner = (index: number): void => {
    setAt(index);
    onNear(containerOf(model, index)?.id);
  };
  const said = (index: number): string => {
    const [found, its] = [model.miners[index], containerOf(model, index)];
    return found === undefined || its === undefined ? '' : wordsOf(t, found, its, fill, painting.values[index] ?? null);
  };

  return (
    <>
      <Head model={model} projectId={projectId} />
      <div className="cols panel">
        <section className="card fleet" aria-labelledby="fleet-map">
          <div className="card-h">
            <h2 id="fleet-map">{t('fleet.map', { count: model.miners.length, shown: number(model.miners.length) })}</h2>
            <span className="row wrap end">
              <button type="button" className="btn sm" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
                <Icon name="table" small />
                {t(isTable ? 'fleet.asMap' : 'fleet.asTable')}
              </button>
              <Select
                label={t('container.fillBy')}
                value={fill}
                options={FLEET_FILLS.map((value) => ({
                  value,
                  label: value === 'status' ? t('fleet.status') : t(`container.fill.${value}`),
                }))}
                onChange={(next) => onSearch({ fill: next === FLEET_FILLS[0] ? undefined : next })}
              />
            </span>
          </div>
          {model.miners.length === 0 ? (
            <Empty>{t('fleet.empty')}</Empty>
          ) : isTable ? (
            <FleetTable model={model} near={near} projectId={projectId} onNear={onNear} />
          ) : (
            <div className="card-b fleet-body">
              <FleetLegend fill={fill} painting={painting} />
              <FleetMap
                model={model}
                painting={painting}
                near={near}
                onNear={onNear}
                at={at}
                onAt={setAt}
                onOpen={onOpen}
                onOpenMiner={onOpenMiner}
                wordsOf={said}
              >
                <ReadOut
                  miner={miner}
                  container={container}
                  fill={fill}
                  value={at === null ? null : (painting.values[at] ?? null)}
                  projectId={projectId}
                />
              </FleetMap>
            </div>
          )}
        </section>
        <FleetStandOuts model={model} onNear={onNear} onMiner={onMiner} />
      </div>
    </>
  );
}

function Head({ model, projectId }: { model: FleetModel; projectId: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const { data: project } = useQuery(projectQuery(projectId));
  const seen = model.containers.flatMap(({ observed_at: at }) => (at === null ? [] : [Date.parse(at)]));
  const current = model.containers.filter(({ freshness }) => freshness === 'fresh' || freshness === 'late').length;
  const newest = seen.reduce((latest, at) => Math.max(latest, at), 0);
  return (
    <div className="head">
      <div className="grow">
        <div className="row wrap">
          <h1>{t('fleet.title', { name: project?.name ?? projectId })}</h1>
        </div>
        <p className="sub">
          <span>{t('fleet.miners', { count: model.miners.length, shown: number(model.miners.length) })}</span>
          <span className={current < model.containers.length ? 'cov' : undefined}>
            {t('common.coverage', { reporting: number(current), expected: number(model.containers.length) })}
          </span>
          {newest > 0 && <span>{t('project.lastData', { age: duration((now - newest) / 1000) })}</span>}
        </p>
      </div>
      <Link className="btn" to="/projects/$projectId" params={{ projectId }}>
        {t('container.backToProject')}
        <kbd className="not-phone">m</kbd>
      </Link>
    </div>
  );
}
