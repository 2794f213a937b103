import { useTranslation } from 'react-i18next';
import { Pager, usePages } from '../components/pager.tsx';
import { number } from '../format.ts';
import { type ChartPanel, type Coverage, type Times, titleOf } from './model.ts';
import { coverageText } from './read-out.tsx';
import { bucketLabel } from './time-ticks.ts';

const ROWS = 25;
const ALWAYS_DATED = Number.POSITIVE_INFINITY;

/** The values of a chart, the newest first, 25 rows at a time. */
export function ChartTable({
  label,
  times,
  panels,
  coverage,
  timeZone,
}: {
  label: string;
  times: Times;
  panels: readonly ChartPanel[];
  coverage: readonly (Coverage | null)[] | undefined;
  timeZone: string;
}) {
  const { t } = useTranslation();
  const { from, to, pager } = usePages(times.times.length, ROWS);
  const rows = times.times.map((at, i) => ({ at, i })).toReversed();
  const columns = panels.flatMap((panel) => panel.lines.map((line) => ({ panel, line })));
  return (
    <div className="card-b chart-table">
      <table className="tbl" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t('charts.time')}</th>
            {columns.map(({ panel, line }) => (
              <th key={`${panel.title} ${line.label}`} scope="col" className="num">
                {titleOf({ title: line.label, unit: panel.unit })}
              </th>
            ))}
            {coverage !== undefined && (
              <th scope="col" className="num">
                {t('charts.covered')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.slice(from, to).map(({ at, i }) => (
            <tr key={at}>
              <td>{bucketLabel(at, times.step, ALWAYS_DATED, timeZone)}</td>
              {columns.map(({ panel, line }) => (
                <td key={`${panel.title} ${line.label}`} className="num">
                  {number(line.values[i] ?? null, panel.decimals ?? 1)}
                </td>
              ))}
              {coverage !== undefined && <td className="num">{coverageText(coverage[i])}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <Pager {...pager} before={t('charts.newer')} after={t('charts.older')} />
    </div>
  );
}
