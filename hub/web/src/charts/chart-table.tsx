import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
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
  const [wanted, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(times.times.length / ROWS));
  const page = Math.min(wanted, pages - 1);
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
          {rows.slice(page * ROWS, (page + 1) * ROWS).map(({ at, i }) => (
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
      <nav className="row" aria-label={t('charts.pages')}>
        <button type="button" className="btn sm icon" disabled={page === 0} onClick={() => setPage(page - 1)}>
          <Icon name="left" />
          <span className="sr">{t('charts.newer')}</span>
        </button>
        <span className="t2">{t('charts.page', { page: number(page + 1), pages: number(pages) })}</span>
        <button type="button" className="btn sm icon" disabled={page === pages - 1} onClick={() => setPage(page + 1)}>
          <Icon name="right" />
          <span className="sr">{t('charts.older')}</span>
        </button>
      </nav>
    </div>
  );
}
