import { useTranslation } from 'react-i18next';
import { text } from '../../format.ts';
import type { DrawingProps } from './loop-drawing.tsx';
import { Pump, Sensor, Value, WrongMark } from './loop-parts.tsx';

/** The same loop for a phone: the cooler above, the container below. The other drawing says it in words. */
export function LoopUpright({ loop, words, container, sides, miners }: DrawingProps) {
  const { t } = useTranslation();
  const { wrong } = loop;
  const flows = loop.pump !== false;
  const cooler = wrong.get('cooler') ?? wrong.get('fans');
  return (
    <svg className="hyd only-phone" viewBox="0 0 330 372" role="img" aria-label={words.said}>
      <path className="p h" data-s={wrong.get('return')} d="M60 268V104" />
      <path className="p" data-s={wrong.get('supply')} d="M256 104v164" />
      {flows && (
        <>
          <path className="f h" d="M55 186l5-9 5 9z" />
          <path className="f" d="M251 244l5 9 5-9z" />
        </>
      )}
      <rect className="b" data-s={cooler} x="20" y="32" width="290" height="72" rx="6" />
      <path className="d" d="M60 104V56h34v32h30V56h30v32h30V56h30v32h42v16" />
      <text className="name" x="20" y="22">
        {t('container.cooler')}
      </text>
      <text x="310" y="22" textAnchor="end">
        {words.fans}
      </text>
      {cooler !== undefined && <WrongMark x={290} y={36} how={cooler} />}
      <rect className="b" x="20" y="268" width="290" height="72" rx="6" />
      <rect className="d" x="44" y="284" width="112" height="40" rx="3" />
      <rect className="d" x="176" y="284" width="112" height="40" rx="3" />
      {sides.map((name, i) => (
        <text key={name} className="name" x={100 + 132 * i} y="308" textAnchor="middle">
          {name}
        </text>
      ))}
      <text className="name" x="20" y="362">
        {container}
      </text>
      <text x="310" y="362" textAnchor="end">
        {miners}
      </text>

      <text x="74" y="130">
        {t('container.return')}
      </text>
      <Value x={74} y={148} shown={words.back} how={undefined} />
      {wrong.has('return') && <WrongMark x={40} y={137} how={wrong.get('return') ?? 'warning'} />}
      <text x="74" y="186">
        {t('container.deltaT', { value: text(words.deltaT) })}
      </text>
      {wrong.has('deltaT') && <WrongMark x={40} y={175} how={wrong.get('deltaT') ?? 'warning'} />}
      <Sensor x={60} y={222} of="pressureReturn" loop={loop} />
      <Value x={74} y={226} shown={words.pressureReturn} how={undefined} />
      {wrong.has('pressureReturn') && <WrongMark x={36} y={215} how={wrong.get('pressureReturn') ?? 'warning'} />}

      <Pump x={256} y={140} r={15} loop={loop} upright />
      <text x="232" y="144" textAnchor="end" className={wrong.has('pump') ? 'name' : undefined}>
        {words.pump}
      </text>
      {wrong.has('pump') && <WrongMark x={280} y={134} how={wrong.get('pump') ?? 'critical'} />}
      <circle className="b sym" data-s={wrong.get('flow')} cx="256" cy="184" r="13" />
      <text className="name" x="256" y="188" textAnchor="middle">
        F
      </text>
      <Value x={232} y={188} anchor="end" shown={words.flow} how={undefined} />
      {wrong.has('flow') && <WrongMark x={280} y={178} how={wrong.get('flow') ?? 'warning'} />}
      <Sensor x={256} y={222} of="pressureSupply" loop={loop} />
      <Value x={232} y={226} anchor="end" shown={words.pressureSupply} how={undefined} />
      {wrong.has('pressureSupply') && <WrongMark x={280} y={216} how={wrong.get('pressureSupply') ?? 'warning'} />}
      <text x="232" y="254" textAnchor="end">
        {t('container.supply')} <tspan className="v">{words.supply.value}</tspan> {words.supply.unit}
      </text>
      {wrong.has('supply') && <WrongMark x={280} y={243} how={wrong.get('supply') ?? 'warning'} />}
    </svg>
  );
}
