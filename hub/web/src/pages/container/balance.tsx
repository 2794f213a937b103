import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import { Figure } from '../../components/figure.tsx';
import { inKilowatts } from '../../components/miner/fill-text.ts';
import { Empty } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { number, percent, text } from '../../format.ts';
import { AGREES, agrees, type Balance, balanceOf } from './thermal-balance.ts';

/** What the gauge spans, %. */
const GAUGE = [90, 110] as const;
const at = (share: number): string =>
  `${Math.min(100, Math.max(0, ((share - GAUGE[0]) / (GAUGE[1] - GAUGE[0])) * 100))}%`;

/** What goes in as current comes out as heat: where the two differ, something is measured wrong or lost. */
export function BalanceCard({ container, doubted }: { container: Container; doubted: boolean }) {
  const { t } = useTranslation();
  const balance = balanceOf(container);
  const [from, to] = AGREES;
  return (
    <section className="card balance" aria-labelledby="tb">
      <div className="card-h">
        <h2 id="tb">{t('container.balance')}</h2>
        {balance !== null && <Verdict balance={balance} doubted={doubted} />}
      </div>
      {balance === null ? <Empty>{t('container.noBalance')}</Empty> : <Bars balance={balance} />}
      <div className="card-f" title={t('container.method')}>
        <span>{t('container.outsideOf', { from, to })}</span>
      </div>
    </section>
  );
}

/** `doubted`: an alert about it is open. */
function Verdict({ balance, doubted }: { balance: Balance; doubted: boolean }) {
  const { t } = useTranslation();
  const well = agrees(balance);
  const mark = well ? 'normal' : doubted ? 'warning' : 'info';
  return (
    <span className="end status" data-s={mark}>
      <StatusMark mark={mark} />
      <span>{t(well ? 'container.agrees' : 'container.differs')}</span>
    </span>
  );
}

function Bars({ balance: { heatKw, powerKw, share } }: { balance: Balance }) {
  const { t } = useTranslation();
  const most = Math.max(heatKw, powerKw) / 0.96;
  const width = (kw: number): string => `${Math.max(0, (kw / most) * 100)}%`;
  const [from, to] = AGREES;
  const said = t('container.accepted', { share: text(percent(share)), from, to });
  return (
    <div className="card-b stack">
      <div className="row hero-row">
        <span className="hero">
          <Figure {...percent(share)} />
        </span>
        <span className="t2">{t('container.leaves')}</span>
      </div>
      <div className="bul">
        <div className="bul-h">
          <span className="t2">{t('container.heat')}</span>
          <span className="v end">
            <Figure {...inKilowatts(heatKw)} />
          </span>
        </div>
        <div className="bullet of-heat" aria-hidden="true">
          <i style={{ inlineSize: width(heatKw) }} />
        </div>
      </div>
      <div className="bul">
        <div className="bul-h">
          <span className="t2">{t('container.electric')}</span>
          <span className="v end">
            <Figure {...inKilowatts(powerKw)} />
          </span>
        </div>
        <div className="bullet of-power" aria-hidden="true">
          <i style={{ inlineSize: width(powerKw) }} />
        </div>
      </div>
      <div>
        <div className="gauge" role="img" aria-label={said}>
          <i style={{ insetInlineStart: at(from), inlineSize: `calc(${at(to)} - ${at(from)})` }} />
          <b style={{ insetInlineStart: at(share) }} />
        </div>
        <div className="gx small t2" aria-hidden="true">
          {[GAUGE[0], from, 100, to, GAUGE[1]].map((tick) => (
            <span key={tick} style={{ insetInlineStart: at(tick) }}>
              {tick === GAUGE[1] ? text(percent(tick, 0)) : number(tick)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
