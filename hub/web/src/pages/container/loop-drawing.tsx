import { useTranslation } from 'react-i18next';
import { text } from '../../format.ts';
import type { Loop } from './loop.ts';
import { Pump, Sensor, Value, WrongMark } from './loop-parts.tsx';
import type { LoopWords } from './loop-words.ts';

export interface DrawingProps {
  readonly loop: Loop;
  readonly words: LoopWords;
  /** `C14`. */
  readonly container: string;
  /** Its two sides by name, where it has two. */
  readonly sides: readonly string[];
  readonly miners: string;
}

/** The loop as it lies: the warm way back above, the cool way there below. */
export function LoopDrawing({ loop, words, container, sides, miners }: DrawingProps) {
  const { t } = useTranslation();
  const { wrong } = loop;
  const flows = loop.pump !== false;
  const cooler = wrong.get('cooler') ?? wrong.get('fans');
  return (
    <svg className="hyd not-phone" viewBox="0 0 720 236" role="img" aria-label={words.said}>
      <path className="p h" data-s={wrong.get('return')} d="M560 62H170" />
      <path className="p" data-s={wrong.get('supply')} d="M170 182H560" />
      {flows && (
        <>
          <path className="f h" d="M356 57l-9 5 9 5z" />
          <path className="f" d="M486 177l9 5-9 5z" />
        </>
      )}
      <rect className="b" data-s={cooler} x="20" y="34" width="150" height="176" rx="6" />
      <path className="d" d="M170 62H52v24h86v24H52v24h86v24H52v24h118" />
      <text className="name" x="20" y="27">
        {t('container.cooler')}
      </text>
      {cooler !== undefined && <WrongMark x={156} y={17} how={cooler} />}
      <text x="20" y="228">
        {words.fans}
      </text>
      <rect className="b" x="560" y="34" width="140" height="176" rx="6" />
      <path
        className="d"
        d="M586 62v24M612 62v24M648 62v24M674 62v24M560 62h114M586 158v24M612 158v24M648 158v24M674 158v24M560 182h114"
      />
      <rect className="d" x="576" y="86" width="46" height="72" rx="3" />
      <rect className="d" x="638" y="86" width="46" height="72" rx="3" />
      {sides.map((name, i) => (
        <text key={name} className="name" x={599 + 62 * i} y="126" textAnchor="middle">
          {name}
        </text>
      ))}
      <text className="name" x="560" y="27">
        {container}
      </text>
      <text x="700" y="228" textAnchor="end">
        {miners}
      </text>

      <text x="196" y="47">
        {t('container.return')}
      </text>
      <Value x={196} y={84} shown={words.back} how={wrong.get('return')} />
      <Sensor x={440} y={62} of="pressureReturn" loop={loop} />
      <text x="440" y="47" textAnchor="middle">
        {t('container.returnPressure')}
      </text>
      <Value x={440} y={84} anchor="middle" shown={words.pressureReturn} how={undefined} />
      {wrong.has('pressureReturn') && <WrongMark x={478} y={73} how={wrong.get('pressureReturn') ?? 'warning'} />}

      <text className={wrong.has('deltaT') ? 'name' : undefined} x="312" y="126" textAnchor="middle">
        {t('container.deltaT', { value: text(words.deltaT) })}
      </text>
      {wrong.has('deltaT') && <WrongMark x={306} y={100} how={wrong.get('deltaT') ?? 'warning'} />}

      <Value x={196} y={158} shown={words.supply} how={wrong.get('supply')} />
      <text x="196" y="217">
        {t('container.supply')}
      </text>
      <Pump x={300} y={182} r={17} loop={loop} />
      <text x="300" y="217" textAnchor="middle" className={wrong.has('pump') ? 'name' : undefined}>
        {words.pump}
      </text>
      {wrong.has('pump') && <WrongMark x={294} y={147} how={wrong.get('pump') ?? 'critical'} />}
      <circle className="b sym" data-s={wrong.get('flow')} cx="410" cy="182" r="15" />
      <text className="name" x="410" y="186" textAnchor="middle">
        F
      </text>
      <Value x={410} y={158} anchor="middle" shown={words.flow} how={wrong.get('flow')} />
      <text x="410" y="217" textAnchor="middle">
        {t('container.flow')}
      </text>
      <Sensor x={520} y={182} of="pressureSupply" loop={loop} />
      <Value x={520} y={158} anchor="middle" shown={words.pressureSupply} how={wrong.get('pressureSupply')} />
      <text x="520" y="217" textAnchor="middle">
        {t('container.pressure')}
      </text>
    </svg>
  );
}
