import { useTranslation } from 'react-i18next';
import { ScrollingCard } from '../../components/scrolling-card.tsx';
import { difference, number, text } from '../../format.ts';
import { differenceOf, type Measured, summaryOf } from './measured.ts';
import type { Period } from './periods.ts';

type Row = 'latest' | 'mean' | 'before';

/** The newest value and the mean of each, and how far that is from the first; with the time before, from what was then. */
export function DifferenceTable({ measured, period }: { measured: readonly Measured[]; period: Period | undefined }) {
  const { t } = useTranslation();
  const labels = measured[0]?.tracks.map(({ label }) => label) ?? [];
  const rows: readonly Row[] = period === undefined ? ['latest', 'mean'] : ['latest', 'mean', 'before'];
  return (
    <ScrollingCard labelledBy="dt">
      <div className="card-h">
        <h2 id="dt">{t('compare.differences')}</h2>
        {labels.length > 1 && <span className="t2 small end">{t('compare.against', { name: labels[0] })}</span>}
      </div>
      <div className="card-b">
        <table className="tbl diffs">
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                {t('compare.quantities')}
              </th>
              {labels.map((label) => (
                <th key={label} scope="col" className="num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          {measured.map((quantity) => (
            <tbody key={quantity.name}>
              {rows.map((row, i) => (
                <tr key={row}>
                  {i === 0 && (
                    <th scope="rowgroup" rowSpan={rows.length}>
                      {t(`compare.quantity.${quantity.name}`)}
                      {quantity.unit !== '' && (
                        <span className="t2 small block">
                          {quantity.isShare ? t('compare.ofExpected') : quantity.unit}
                        </span>
                      )}
                    </th>
                  )}
                  <td className="t2">
                    {row === 'before' ? t(`compare.row.${period?.name ?? 'before'}`) : t(`compare.row.${row}`)}
                  </td>
                  {quantity.tracks.map(({ label }, k) => (
                    <Cell key={label} quantity={quantity} row={row} which={k} />
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </ScrollingCard>
  );
}

function Cell({ quantity, row, which }: { quantity: Measured; row: Row; which: number }) {
  const { tracks } = quantity;
  const decimals = decimalsOf(quantity);
  const [track, first] = [tracks[which], tracks[0]];
  const now = summaryOf(track?.now ?? []);
  const value = row === 'before' ? summaryOf(track?.before ?? []).mean : now[row];
  // What was before is told by how far the mean has gone since.
  const apart =
    row === 'before'
      ? differenceOf(now.mean, value)
      : which === 0
        ? null
        : differenceOf(value, summaryOf(first?.now ?? [])[row]);
  return (
    <td className="num">
      {number(value, decimals)}
      {apart !== null && <span className="t2 small block">{apartText(apart, quantity)}</span>}
    </td>
  );
}

/** As many as leave three figures of the smallest value: one container stands beside a whole project. */
function decimalsOf({ decimals, isRatio, tracks }: Measured): number {
  const means = tracks.flatMap(({ now }) => summaryOf(now).mean || []).map(Math.abs);
  if (!isRatio || means.length === 0) return decimals;
  return Math.min(MOST_DECIMALS, Math.max(decimals, 2 - Math.floor(Math.log10(Math.min(...means)))));
}

const MOST_DECIMALS = 4;

function apartText({ by, pct }: NonNullable<ReturnType<typeof differenceOf>>, quantity: Measured): string {
  const { differenceUnit, isRatio } = quantity;
  const apart = difference(by, decimalsOf(quantity));
  const absolute = differenceUnit === '' ? apart : text({ value: apart, unit: differenceUnit });
  if (!isRatio || pct === null) return absolute;
  return `${absolute} · ${text({ value: difference(pct, Math.abs(pct) < 100 ? 1 : 0), unit: '%' })}`;
}
