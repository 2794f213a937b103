import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { COMPARISON_PATH, type Comparison, comparisonQuery } from '../../api/compare.ts';
import { ExportMenu } from '../../charts/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollingCard } from '../../components/scrolling-card.tsx';
import { efficiency, hashrate, measured, number, percent, power, type Shown, temperature, text } from '../../format.ts';

const usd = (value: number | null): Shown => ({ value: measured(value), unit: 'USD' });

/** What the hub reckons of projects, and how each is shown. */
const ROWS = [
  ['hashrate', ({ hashrate_ths }) => hashrate(hashrate_ths)],
  ['targetHashrate', ({ target_hashrate_pct }) => percent(target_hashrate_pct)],
  ['power', ({ power_kw }) => power(power_kw)],
  ['targetPower', ({ target_power_pct }) => percent(target_power_pct)],
  ['efficiency', ({ efficiency_j_per_th }) => efficiency(efficiency_j_per_th)],
  ['perMiner', ({ hashrate_ths_per_miner }) => ({ value: measured(hashrate_ths_per_miner), unit: 'TH/s' })],
  ['powerPerMiner', ({ power_w_per_miner }) => ({ value: number(power_w_per_miner), unit: 'W' })],
  ['perMw', ({ hashrate_ths_per_mw }) => ({ value: number(hashrate_ths_per_mw), unit: 'TH/s' })],
  ['supply', ({ temp_supply_c }) => temperature(temp_supply_c)],
  ['return', ({ temp_return_c }) => temperature(temp_return_c)],
  ['containers', ({ containers_active: a, containers_total: b }) => ({ value: number(a), unit: `/ ${number(b)}` })],
  ['miners', ({ miners_active: a, miners_total: b }) => ({ value: number(a), unit: `/ ${number(b)}` })],
  ['capex', ({ capex_usd }) => usd(capex_usd)],
  ['capexPerMw', ({ capex_usd_per_mw }) => usd(capex_usd_per_mw)],
  ['capexPerTh', ({ capex_usd_per_ths }) => usd(capex_usd_per_ths)],
  ['opex', ({ opex_monthly_usd }) => usd(opex_monthly_usd)],
  ['opexPerMw', ({ opex_monthly_usd_per_mw }) => usd(opex_monthly_usd_per_mw)],
] as const satisfies readonly (readonly [string, (project: Comparison) => Shown])[];

/** Projects side by side as they are now: per miner, per MW, and what they cost. */
export function ProjectsTable({ projectIds }: { projectIds: readonly string[] }) {
  const { t } = useTranslation();
  const isAsked = projectIds.length > 1;
  const projects = useQuery({ ...comparisonQuery(projectIds), enabled: isAsked });
  if (!isAsked) return null;
  return (
    <ScrollingCard labelledBy="pt">
      <div className="card-h">
        <h2 id="pt">{t('compare.projects')}</h2>
        <span className="end">
          <ExportMenu path={COMPARISON_PATH} query={{ projects: projectIds.join(',') }} name="compare" files />
        </span>
      </div>
      <Panel of={projects}>
        {({ data }) => (
          <div className="card-b">
            <table className="tbl">
              <thead>
                <tr>
                  <th scope="col">{t('compare.figure')}</th>
                  {data.map(({ project_id: id, name }) => (
                    <th key={id} scope="col" className="num">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {ROWS.map(([name, shown]) => (
                  <tr key={name}>
                    <td>{t(`compare.figures.${name}`)}</td>
                    {data.map((project) => (
                      <td key={project.project_id} className="num">
                        {text(shown(project))}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </ScrollingCard>
  );
}
