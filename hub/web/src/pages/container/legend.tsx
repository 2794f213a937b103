import { useTranslation } from 'react-i18next';
import { bandText } from '../../components/miner/fill-text.ts';
import { FILL, type Fill } from '../../components/miner/fills.ts';
import type { Looks } from '../../components/miner/looks.ts';
import { SilentMark, styleOf } from '../../components/miner/silent-mark.tsx';
import { number, temperature, text } from '../../format.ts';

/** What the colours mean, and how many miners have each. */
export function Legend({ fill, looks, past }: { fill: Fill; looks: Looks; past: boolean }) {
  const { t } = useTranslation();
  const kinds = FILL[fill].kind === 'kinds';
  return (
    <div className="row wrap mapkey">
      <div className="grow">
        <p className="t2 small">
          {fill === 'deviation' && looks.reference === null
            ? t('container.legendNoMedian')
            : t(`container.legend.${fill}`, { reference: text(temperature(looks.reference)) })}
        </p>
        {kinds && looks.bands.length === 0 && (
          <p className="small">{t(past ? 'container.notInPast' : 'container.noKinds')}</p>
        )}
        <ul className={kinds ? 'scale is-kinds' : 'scale'}>
          {looks.bands.map((band) => (
            <li key={band.paint}>
              <b>{number(band.count)}</b>
              <i data-paint={band.paint} />
              <span>{bandText(band, fill, t('container.others'))}</span>
            </li>
          ))}
        </ul>
      </div>
      <ul className="lgd">
        {looks.notched > 0 && (
          <li>
            <span className="mc over k" data-paint={fill === 'hashrate' ? 'd-3' : 'd3'} />
            {t('container.offScale')} <b>{number(looks.notched)}</b>
          </li>
        )}
        {(['offline', 'sleeping', 'unknown'] as const).map((state) => (
          <li key={state}>
            <span className="mc k" data-s={styleOf(state)}>
              <SilentMark state={state} />
            </span>
            {t(`container.silent.${state}`)} <b>{number(looks.counts[state])}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
