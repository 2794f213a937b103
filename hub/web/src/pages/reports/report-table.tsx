import { useTranslation } from 'react-i18next';
import type { ReportFigures } from '../../api/reports.ts';
import { number, percent, text } from '../../format.ts';
import { columnsFor } from './columns.ts';
import { coverageShown } from './coverage.ts';
import type { Row } from './rows.ts';

/** A line for each day or container, and their total. */
export function ReportTable({
  title,
  first,
  rows,
  total,
  isFine = false,
  onDay,
}: {
  title: string;
  /** What the first column holds. */
  first: string;
  rows: readonly Row[];
  total: ReportFigures;
  /** Whether lines are small parts of the total. */
  isFine?: boolean;
  onDay?: (date: string) => void;
}) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  const columns = columnsFor(
    rows.map(({ figures }) => figures),
    isFine,
  );
  const cells = (figures: ReportFigures) => (
    <>
      {columns.map(({ key, show }) => (
        <td key={key} className="num">
          {show(figures)}
        </td>
      ))}
      <td className="num">
        <Coverage ratio={figures.coverage_ratio} />
      </td>
    </>
  );
  return (
    <section className="card report-table" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        <span className="t2">{number(rows.length)}</span>
      </div>
      <div className="card-b scrolls">
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{first}</th>
              {columns.map(({ key, unit }) => (
                <th key={key} scope="col" className="num">
                  {t(`reports.column.${key}`)}
                  {unit !== '' && <span className="unit">{unit}</span>}
                </th>
              ))}
              <th scope="col" className="num">
                {t('reports.column.coverage')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, figures, runs, day }) => (
              <tr key={id}>
                <th scope="row">
                  {day === null || onDay === undefined ? (
                    name
                  ) : (
                    <button type="button" className="as-link" onClick={() => onDay(day)}>
                      {name}
                    </button>
                  )}
                  {runs && <span className="tag runs">{t('reports.soFar')}</span>}
                </th>
                {cells(figures)}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('reports.total')}</th>
              {cells(total)}
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

/** Hatched as soon as it is not all. */
function Coverage({ ratio }: { ratio: number | null }) {
  const shown = text(percent(coverageShown(ratio), ratio === 1 ? 0 : 1));
  return ratio === null || ratio >= 1 ? shown : <span className="cov">{shown}</span>;
}
