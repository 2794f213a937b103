import { useTranslation } from 'react-i18next';
import type { ReportFigures } from '../../api/reports.ts';
import { Figure } from '../../components/figure.tsx';
import { Empty } from '../../components/panel.tsx';
import { hashrateHours, number, percent, text } from '../../format.ts';
import { lossesOf, lostInAll } from './losses.ts';

/** What a prefix stands for, and with how many decimals small causes are still to be seen. */
const SCALES: Readonly<Record<string, readonly [size: number, decimals: number]>> = { P: [1e3, 1], E: [1e6, 3] };

/** Hashrate times hours that miners lost, by cause: one bar, and each cause in words and numbers. */
export function Losses({ total }: { total: ReportFigures }) {
  const { t } = useTranslation();
  const all = lostInAll(total);
  const losses = lossesOf(total);
  const { unit } = hashrateHours(all);
  const [size, decimals] = SCALES[unit.charAt(0)] ?? [1, 0];
  return (
    <section className="card" aria-label={t('reports.lost')}>
      <div className="card-h">
        <h2>{t('reports.lost')}</h2>
        <span className="end">
          <Figure {...hashrateHours(all)} />
        </span>
      </div>
      {all === null ? (
        <Empty>{t('reports.lostUnknown')}</Empty>
      ) : (
        <div className="card-b stack">
          <div className="lost-bar" aria-hidden="true">
            {losses.map(
              ({ cause, share }) =>
                share !== null && share > 0 && <i key={cause} data-cause={cause} style={{ flexGrow: share }} />,
            )}
          </div>
          <table className="tbl lost-table">
            <thead className="sr">
              <tr>
                <th scope="col">{t('reports.cause')}</th>
                <th scope="col">{t('reports.figure.lost')}</th>
                <th scope="col">{t('reports.share')}</th>
              </tr>
            </thead>
            <tbody>
              {losses.map(({ cause, thh, share }) => (
                <tr key={cause}>
                  <th scope="row">
                    <span className="row">
                      <i className="lost-key" data-cause={cause} />
                      <span>
                        {t(`reports.causes.${cause}.name`)}{' '}
                        <span className="t2 small not-phone">{t(`reports.causes.${cause}.means`)}</span>
                      </span>
                    </span>
                  </th>
                  <td className="num">
                    <Figure value={number(thh === null ? null : thh / size, decimals)} unit={unit} />
                  </td>
                  <td className="num t2">{share === null ? '' : text(percent(share * 100))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
