import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import { sidesOf } from '../../components/miner/grid.ts';
import { shortId } from '../../components/short-id.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { number, temperature, text } from '../../format.ts';
import { type Badness, badnessOf, type Element, type Loop } from './loop.ts';
import { LoopDrawing } from './loop-drawing.tsx';
import { LoopUpright } from './loop-upright.tsx';
import { loopWords, running } from './loop-words.ts';
import { tankOf } from './tank.ts';
import { TankDrawing, TankFacts } from './tank-drawing.tsx';

/** The cooling loop, or the tanks of an immersion container, in grey, what is abnormal in it in colour, and the flags that its controller raises. */
export function CoolingCard({ container, loop }: { container: Container; loop: Loop }) {
  const { t } = useTranslation();
  const words = loopWords(t, loop);
  const tank = tankOf(container);
  const { has_cooling: has, cooling, miners_active: active, miners_expected: total } = container;
  const drawn = {
    loop,
    words,
    container: shortId(container.container_id, container.project_id),
    sides: sidesOf(container.layout, total).flatMap(({ name }) => name ?? []),
    miners: t('container.minersIn', { active: number(active), total: number(total) }),
  };
  const old = container.freshness === 'stale' || container.freshness === 'offline';
  return (
    <figure className="card loop" aria-labelledby="hy">
      <div className="card-h">
        <h2 id="hy">{t(tank === null ? 'container.loop' : 'container.tanks')}</h2>
        <span className="t2">
          {!has
            ? t('container.loopNone')
            : cooling === null
              ? t('container.loopSilent')
              : loop.wrong.size === 0
                ? t('container.loopWell')
                : t('container.loopWrong', { count: loop.wrong.size })}
        </span>
      </div>
      <div className={old ? 'card-b is-stale' : 'card-b'}>
        {tank === null ? (
          <>
            <LoopDrawing {...drawn} />
            <LoopUpright {...drawn} />
          </>
        ) : (
          <>
            <TankDrawing {...drawn} tank={tank} />
            <TankFacts tank={tank} loop={loop} />
          </>
        )}
      </div>
      {loop.flags.length > 0 && (
        <ul className="flags">
          {loop.flags.map((flag) => (
            <li key={flag} data-s={badnessOf(flag)}>
              <StatusMark mark={badnessOf(flag)} />
              {t(`container.flag.${flag}`)}
            </li>
          ))}
        </ul>
      )}
      <div className="card-f">
        <p className="dots">
          <Said of="leak" wrong={loop.wrong}>
            {t(`container.leak.${loop.leak === null ? 'unknown' : loop.leak ? 'yes' : 'no'}`)}
          </Said>
          <Said of="level" wrong={loop.wrong}>
            {t(`container.level.${loop.level ?? 'unknown'}`)}
          </Said>
          {tank === null && (
            <>
              <Said of="spray" wrong={loop.wrong}>
                {t(`container.spray.${running(loop.spray)}`)}
              </Said>
              <Said of="infusion" wrong={loop.wrong}>
                {t(`container.infusion.${running(loop.infusion)}`)}
              </Said>
            </>
          )}
          {loop.setpoint !== null && (
            <span>{t('container.setpoint', { value: text(temperature(loop.setpoint)) })}</span>
          )}
        </p>
      </div>
    </figure>
  );
}

function Said({
  of,
  wrong,
  children,
}: {
  of: Element;
  wrong: ReadonlyMap<Element, Badness>;
  children: React.ReactNode;
}) {
  const how = wrong.get(of);
  if (how === undefined) return <span>{children}</span>;
  return (
    <span data-s={how} className="wrong">
      <StatusMark mark={how} /> <b>{children}</b>
    </span>
  );
}
