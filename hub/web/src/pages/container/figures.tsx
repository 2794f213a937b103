import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import { Fig } from '../../components/fig.tsx';
import { inKilowatts } from '../../components/miner/fill-text.ts';
import { efficiency, hashrate, number, percent, THIN, text } from '../../format.ts';

/** The container's key figures. `asleep` counts the miners that were put to sleep; null: not known yet. */
export function Figures({ container, asleep }: { container: Container; asleep: number | null }) {
  const { t } = useTranslation();
  const {
    hashrate_th: ths,
    hashrate_expected_th: expected,
    power_consumption_kw: kw,
    temp_supply_c: supply,
    temp_return_c: back,
    flow_m3h: flow,
    miners_active: active,
    miners_total: polled,
    miners_expected: total,
  } = container;
  const share = ths === null || !expected ? null : (ths / expected) * 100;
  const old = container.freshness !== 'fresh' && container.freshness !== null;
  return (
    <dl className={old ? 'figs is-stale' : 'figs'} aria-label={t('container.figures')}>
      <Fig label={t('common.quantity.hashrate')} shown={hashrate(ths, expected ?? ths)}>
        {expected !== null && t('container.share', { value: text(hashrate(expected)), share: text(percent(share)) })}
      </Fig>
      <Fig label={t('common.quantity.power')} shown={inKilowatts(kw)}>
        {kw !== null && t(`container.source.${sourceOf(container.power_source)}`)}
      </Fig>
      <Fig label={t('common.quantity.efficiency')} shown={efficiency(kw === null || !ths ? null : (kw * 1000) / ths)} />
      <Fig
        label={t('container.supplyReturn')}
        shown={{ value: `${number(supply, 1)} / ${number(back, 1)}`, unit: '°C' }}
      >
        {supply !== null &&
          back !== null &&
          t('container.difference', { value: `${number(back - supply, 1)}${THIN}K` })}
      </Fig>
      <Fig label={t('common.quantity.flow')} shown={{ value: number(flow, 1), unit: 'm³/h' }}>
        {flow !== null &&
          !!polled &&
          t('container.perMiner', { value: `${number((flow * 1000) / 60 / polled, 1)}${THIN}L/min` })}
      </Fig>
      <Fig label={t('common.quantity.miners')} shown={{ value: number(active), unit: '' }}>
        {asleep === null || asleep === 0
          ? t('container.ofTotal', { total: number(total) })
          : t('container.minersOf', { total: number(total), count: asleep })}
      </Fig>
    </dl>
  );
}

export function sourceOf(source: string | null): 'controller' | 'meter' | 'miners' | 'unknown' {
  return source === 'controller' || source === 'meter' || source === 'miners' ? source : 'unknown';
}
