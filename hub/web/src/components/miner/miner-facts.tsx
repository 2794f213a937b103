import { useTranslation } from 'react-i18next';
import type { Miner } from '../../api/containers.ts';
import { duration, efficiency, moment, number, percent, temperature, text, UNKNOWN } from '../../format.ts';
import { Figure } from '../figure.tsx';

/** What a miner does: its hashrate of what is expected, water, chips, power. */
export function MinerFigures({
  miner,
  deviation,
  className = 'sec pair',
  children,
}: {
  miner: Miner;
  deviation: string | null;
  className?: string;
  /** Further values. */
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { hashrate_th: ths, hashrate_expected_th: expected, temp_inlet_c: inlet, temp_outlet_c: outlet } = miner;
  const share = ths === null || !expected ? null : (ths / expected) * 100;
  const low = share !== null && share < 80;
  return (
    <div className={className} data-s={low ? 'warning' : 'normal'}>
      <div className="whole-pair">
        <h3>{t('common.quantity.hashrate')}</h3>
        <p className="row base">
          <span className="big">
            <Figure value={number(ths, 1)} unit="TH/s" />
          </span>
          {expected !== null && (
            <span className="t2 end">
              {t('container.expectedShare', { value: number(expected), share: text(percent(share)) })}
            </span>
          )}
        </p>
        <div className="bullet of-status" aria-hidden="true">
          {share !== null && <i style={{ inlineSize: `${Math.min(104, share) * 0.96}%` }} />}
          {expected !== null && <b style={{ insetInlineStart: '96%' }} />}
        </div>
      </div>
      <Value name={t('common.quantity.chip')}>
        <Figure {...temperature(miner.temp_chip_c)} />
        {deviation !== null && <span className="t2 small beside"> {deviation}</span>}
      </Value>
      <Value name={t('container.fill.board')}>
        <Figure {...temperature(miner.temp_board_c)} />
      </Value>
      <Value name={t('container.inletOutlet')}>
        <Figure
          value={inlet === null && outlet === null ? UNKNOWN : `${number(inlet, 1)} → ${number(outlet, 1)}`}
          unit="°C"
        />
      </Value>
      <Value name={t('container.warming')}>
        <Figure value={number(inlet === null || outlet === null ? null : outlet - inlet, 1)} unit="K" />
      </Value>
      <Value name={t('common.quantity.power')}>
        <Figure value={number(miner.power_w)} unit="W" />
      </Value>
      <Value name={t('common.quantity.efficiency')}>
        <Figure {...efficiency(miner.efficiency_j_per_th)} />
      </Value>
      {children}
    </div>
  );
}

/** One of them, below its name. */
export function Value({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <h3>{name}</h3>
      <p className="mid">{children}</p>
    </div>
  );
}

/** What the miner is, and since when it runs. */
export function Identity({ miner, zone }: { miner: Miner; zone: string }) {
  const { t } = useTranslation();
  const { uptime_s: uptime, last_seen_at: seen } = miner;
  const position = miner.slot === null ? String(miner.position) : `${miner.position} · ${miner.slot}`;
  const facts: readonly (readonly [name: string, value: string | null, code?: boolean])[] = [
    [t('container.model'), miner.model],
    [t('container.serial'), miner.serial, true],
    ['MAC', miner.mac, true],
    ['IP', miner.ip, true],
    [t('container.firmware'), miner.firmware, true],
    [t('container.pool'), miner.pool],
    [t('container.worker'), miner.worker],
    [t('container.uptime'), uptime === null ? null : longDuration(uptime)],
    [
      t('container.seen'),
      seen === null
        ? null
        : moment(seen, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false }, zone),
    ],
    [t('container.position'), position],
  ];
  return (
    <div className="sec">
      <h3>{t('container.identity')}</h3>
      <dl className="facts">
        {facts.map(([name, value, code]) => (
          <Fact key={name} name={name} value={value} code={code === true} />
        ))}
      </dl>
    </div>
  );
}

function Fact({ name, value, code }: { name: string; value: string | null; code: boolean }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={code ? 'mono' : undefined} title={value ?? undefined}>
        {value ?? UNKNOWN}
      </dd>
    </>
  );
}

const DAY_S = 86_400;

/** From two days on with its hours: `21 d 4 h`. */
export function longDuration(seconds: number): string {
  if (seconds < 2 * DAY_S) return duration(seconds);
  const rest = seconds % DAY_S;
  return rest < 3_600 ? duration(seconds) : `${duration(seconds)}\u00a0${duration(rest)}`;
}
