import type { TFunction } from 'i18next';
import { number, type Shown, temperature, text } from '../../format.ts';
import type { Loop } from './loop.ts';

/** The loop's values as they are shown, and the whole of it in a sentence. */

export interface LoopWords {
  readonly supply: Shown;
  readonly back: Shown;
  readonly deltaT: Shown;
  readonly flow: Shown;
  readonly pressureSupply: Shown;
  readonly pressureReturn: Shown;
  readonly pump: string;
  readonly fans: string;
  readonly said: string;
}

export function loopWords(t: TFunction, loop: Loop): LoopWords {
  const bar = (value: number | null): Shown => ({ value: number(value, 2), unit: 'bar' });
  const shown = {
    supply: temperature(loop.supply),
    back: temperature(loop.back),
    deltaT: { value: number(loop.deltaT, 1), unit: 'K' },
    flow: { value: number(loop.flow, 1), unit: 'm³/h' },
    pressureSupply: bar(loop.pressureSupply),
    pressureReturn: bar(loop.pressureReturn),
  };
  const pump = t(`container.pump.${running(loop.pump)}`);
  const { supply, back, deltaT, flow, pressureSupply, pressureReturn } = shown;
  return {
    ...shown,
    pump,
    fans: loop.towerFans.known === 0 ? t('container.fansUnknown') : t('container.fansOf', loop.towerFans),
    said: t('container.loopSaid', {
      supply: text(supply),
      back: text(back),
      deltaT: text(deltaT),
      flow: text(flow),
      pressureSupply: text(pressureSupply),
      pressureReturn: text(pressureReturn),
      pump,
    }),
  };
}

export const running = (runs: boolean | null): 'running' | 'stopped' | 'unknown' =>
  runs === null ? 'unknown' : runs ? 'running' : 'stopped';
