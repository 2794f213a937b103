import { useTranslation } from 'react-i18next';
import { number, percent, type Shown, temperature, text } from '../../format.ts';
import type { Loop } from './loop.ts';
import { Value, WrongMark } from './loop-parts.tsx';
import { running } from './loop-words.ts';
import type { Tank } from './tank.ts';

export interface TankProps {
  readonly tank: Tank;
  readonly loop: Loop;
  /** `C01`. */
  readonly container: string;
  readonly miners: string;
}

/** Where the tanks stand, and how far apart. */
const TANKS = { x: 470, y: 70, width: 46, height: 104, step: 58 } as const;

/** The tanks with their oil, the water that cools it, and the dry cooler: warm above, cool below. */
export function TankDrawing({ tank, loop, container, miners }: TankProps) {
  const { t } = useTranslation();
  const { primary, dryCooler, levels } = tank;
  const { wrong } = loop;
  const oil = temperature(loop.supply);
  const back = temperature(loop.back);
  return (
    <svg
      className="hyd not-phone"
      viewBox="0 0 720 236"
      role="img"
      aria-label={t('container.tankSaid', {
        supply: text(oil),
        back: text(back),
        levels: levels.map(({ name, percent: level }) => `${name} ${text(percent(level, 0))}`).join(', '),
      })}
    >
      <path className="p h" d="M320 62H150" />
      <path className="p" d="M150 182H320" />
      <path className="p h" data-s={wrong.get('return')} d="M460 62H320" />
      <path className="p" data-s={wrong.get('supply')} d="M320 182H460" />
      <path className="f h" d="M240 57l-9 5 9 5z" />
      <path className="f" d="M216 177l9 5-9 5z" />
      {loop.pump !== false && (
        <>
          <path className="f h" d="M404 57l-9 5 9 5z" />
          <path className="f" d="M380 177l9 5-9 5z" />
        </>
      )}
      <rect className="b" data-s={wrong.get('cooler')} x="20" y="34" width="130" height="176" rx="6" />
      <path className="d" d="M150 62H46v24h78v24H46v24h78v24H46v24h104" />
      <text className="name" x="20" y="27">
        {t('container.dryCooler')}
      </text>
      <text x="20" y="228">
        {t(`container.coolerRuns.${running(dryCooler.running)}`)}
        {dryCooler.hertz !== null && ` · ${number(dryCooler.hertz, 1)} Hz`}
      </text>
      <rect className="b" x="300" y="34" width="40" height="176" rx="6" />
      <path className="d" d="M310 50v144M320 50v144M330 50v144" />
      <text className="name" x="320" y="27" textAnchor="middle">
        {t('container.exchanger')}
      </text>
      <rect
        className="b"
        data-s={wrong.get('level') ?? wrong.get('leak')}
        x="460"
        y="34"
        width="240"
        height="176"
        rx="6"
      />
      {levels.map((level, i) => (
        <TankLevel key={level.name} x={TANKS.x + TANKS.step * i} {...level} />
      ))}
      <text className="name" x="460" y="27">
        {container}
      </text>
      {wrong.has('level') && <WrongMark x={684} y={15} how={wrong.get('level') ?? 'warning'} />}
      <text x="700" y="228" textAnchor="end">
        {miners}
      </text>

      <text x="162" y="47">
        {t('container.primaryReturn')}
      </text>
      <Value x={162} y={84} shown={temperature(primary.back)} how={undefined} />
      <Value x={162} y={158} shown={temperature(primary.supply)} how={undefined} />
      <text x="162" y="217">
        {t('container.primarySupply')}
      </text>
      <text x="352" y="47">
        {t('container.oilReturn')}
      </text>
      <Value x={wrong.has('return') ? 368 : 352} y={84} shown={back} how={wrong.get('return')} />
      <text x="352" y="126" className={wrong.has('deltaT') ? 'name' : undefined}>
        {t('container.deltaT', { value: text({ value: number(loop.deltaT, 1), unit: 'K' }) })}
      </text>
      <Value x={wrong.has('supply') ? 368 : 352} y={158} shown={oil} how={wrong.get('supply')} />
      <text x="352" y="217">
        {t('container.oilSupply')}
      </text>
    </svg>
  );
}

/** A tank, filled as far as its oil stands; empty where that is unknown. */
function TankLevel({ x, name, percent: level }: { x: number; name: string; percent: number | null }) {
  const { y, width, height } = TANKS;
  const filled = (Math.min(100, Math.max(0, level ?? 0)) / 100) * height;
  return (
    <>
      {level !== null && <rect className="lvl" x={x} y={y + height - filled} width={width} height={filled} rx="3" />}
      <rect className="d" x={x} y={y} width={width} height={height} rx="3" />
      <text className="name" x={x + width / 2} y={y - 10} textAnchor="middle">
        {name}
      </text>
      <Value x={x + width / 2} y={y + height + 22} anchor="middle" shown={percent(level, 0)} how={undefined} />
    </>
  );
}

/** Loops and pumps one by one; on a phone levels and temperatures too, in place of the drawing. */
export function TankFacts({ tank, loop }: Pick<TankProps, 'tank' | 'loop'>) {
  const { t } = useTranslation();
  const { primary, dryCooler, levels, loops, outdoor } = tank;
  const between = (supply: number | null, back: number | null): string =>
    `${text(temperature(supply))} / ${text(temperature(back))}`;
  const level = (told: number | null): Shown => percent(told, 0);
  const facts: readonly (readonly [label: string, value: string, phone?: boolean])[] = [
    [t('container.oil'), between(loop.supply, loop.back), true],
    ...levels.map(({ name, percent: told }) => [t('container.tankLevel', { name }), text(level(told)), true] as const),
    ...loops.map(
      ({ supply, back, pump }, i) =>
        [
          t('container.oilLoop', { number: i + 1 }),
          `${between(supply, back)} · ${t(`container.pump.${running(pump)}`)}`,
        ] as const,
    ),
    [
      t('container.primary'),
      `${between(primary.supply, primary.back)} · ${t(`container.pump.${running(primary.pump)}`)}`,
    ],
    [t('container.dryCooler'), t(`container.coolerRuns.${running(dryCooler.running)}`), true],
    [t('container.outdoor'), text(temperature(outdoor))],
  ];
  return (
    <dl className="facts tank-facts">
      {facts.map(([label, value, onPhone = false]) => (
        <div key={label} className={onPhone ? 'fact only-phone' : 'fact'}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
