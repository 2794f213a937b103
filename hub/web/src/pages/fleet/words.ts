import { slotOf } from '@hearst/protocol/cells.ts';
import type { TFunction } from 'i18next';
import { valueText } from '../../components/miner/fill-text.ts';
import { hashrate, number, percent, temperature, text, UNKNOWN } from '../../format.ts';
import type { Container, FleetMiner } from './model.ts';
import type { FleetFill } from './painting.ts';

/** The figures of a miner, each with its name; what is not known is a dash. */
export function figuresOf(t: TFunction, miner: FleetMiner): readonly (readonly [name: string, value: string])[] {
  const { hashrate_th: now, hashrate_expected_th: expected, power_w: watts } = miner;
  const share = now === null || !expected ? '' : ` · ${text(percent((now / expected) * 100, 0))}`;
  return [
    [t('common.quantity.hashrate'), `${text(hashrate(now))}${share}`],
    [t('common.quantity.chip'), text(temperature(miner.temp_chip_c))],
    [t('common.quantity.power'), text({ value: number(watts), unit: 'W' })],
  ];
}

/** Whether what is coloured by is told of every miner anyway. */
export const isTold = (fill: FleetFill): fill is 'status' | 'hashrate' | 'chip' | 'power' =>
  fill === 'status' || fill === 'hashrate' || fill === 'chip' || fill === 'power';

/** Where somebody finds it: `R07-04`, or the position where nothing is known of the layout. */
export function slotText(t: TFunction, { position }: FleetMiner, { layout }: Container): string {
  return (layout && slotOf(position, layout)) ?? t('container.placeUnknown', { position });
}

/** A miner as it is read out: where, what it does, what it is coloured by, its figures. */
export function wordsOf(
  t: TFunction,
  miner: FleetMiner,
  container: Container,
  fill: FleetFill,
  value: number | string | null,
): string {
  const coloured =
    isTold(fill) || value === null
      ? []
      : [`${t(`container.fill.${fill}`)} ${valueText(value, fill, miner.temp_chip_c)}`];
  return [
    container.name,
    `M${String(miner.position).padStart(3, '0')}`,
    slotText(t, miner, container),
    t(`common.miner.${miner.status}`),
    ...coloured,
    ...figuresOf(t, miner)
      .filter(([, figure]) => figure !== UNKNOWN)
      .map(([name, figure]) => `${name} ${figure}`),
  ].join(', ');
}
