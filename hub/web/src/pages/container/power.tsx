import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import type { Transformer } from '../../api/transformers.ts';
import { Figure } from '../../components/figure.tsx';
import { inKilowatts } from '../../components/miner/fill-text.ts';
import { shortId } from '../../components/short-id.ts';
import { markOf } from '../../components/status.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { listing, number, percent, text } from '../../format.ts';
import { sourceOf } from './figures.tsx';

/** What the container draws, by whose word, and the transformer that it hangs on. */
export function PowerCard({
  container,
  transformer,
}: {
  container: Container;
  /** Undefined where it is not known yet, or there is none. */
  transformer: Transformer | undefined;
}) {
  const { t } = useTranslation();
  const { power_consumption_kw: kw, power_source: source, cooling } = container;
  const boxes = ([1, 2] as const).flatMap((n) => {
    const told = cooling?.[`power_box${n}_kw`] ?? null;
    return told === null ? [] : [[n, told] as const];
  });
  return (
    <section className="card" aria-labelledby="pw">
      <div className="card-h">
        <h2 id="pw">{t('container.powerCard')}</h2>
        {kw !== null && <span className="t2">{t(`container.source.${sourceOf(source)}`)}</span>}
      </div>
      <div className="card-b stack">
        <dl className="facts">
          <dt>{t('container.total')}</dt>
          <dd>
            <b>
              <Figure {...inKilowatts(kw)} />
            </b>
          </dd>
          {boxes.map(([n, told]) => (
            <Box key={n} number={n} kw={told} />
          ))}
        </dl>
        {container.transformer_id === null ? (
          <p className="t2">{t('container.noTransformer')}</p>
        ) : (
          transformer !== undefined && <Load transformer={transformer} containerId={container.container_id} />
        )}
      </div>
    </section>
  );
}

function Box({ number: n, kw }: { number: number; kw: number }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>{t('container.box', { number: n })}</dt>
      <dd>
        <Figure {...inKilowatts(kw)} />
      </dd>
    </>
  );
}

function Load({ transformer, containerId }: { transformer: Transformer; containerId: string }) {
  const { t } = useTranslation();
  const {
    transformer_id: id,
    load_pct: load,
    rated_kva: rated,
    apparent_power_kva: kva,
    power_factor: cos,
  } = transformer;
  const others = transformer.container_ids
    .filter((other) => other !== containerId)
    .map((other) => shortId(other, transformer.project_id));
  const mark = markOf(transformer);
  const kilo = (value: number | null): string => text({ value: number(value), unit: 'kVA' });
  return (
    <div className="bul">
      <div className="bul-h">
        <span className="status" data-s={mark}>
          <StatusMark mark={mark} />
          <span className="sr">{t(`common.status.${transformer.status}`)}</span>
          <span className="t2">{t('container.ofTransformer', { id })}</span>
        </span>
        <span className="v end">
          <Figure {...percent(load)} />
        </span>
      </div>
      <div className="bullet" aria-hidden="true">
        {load !== null && <i style={{ inlineSize: `${Math.min(104, load) * 0.96}%` }} />}
        <b style={{ insetInlineStart: '96%' }} />
      </div>
      <p className="dots t2 small">
        {kva !== null && rated !== null && <span>{t('container.load', { load: kilo(kva), rated: kilo(rated) })}</span>}
        {cos !== null && <span>{t('container.factor', { value: number(cos, 2) })}</span>}
        {others.length > 0 && <span>{t('container.sharedWith', { containers: listing(others) })}</span>}
      </p>
    </div>
  );
}
