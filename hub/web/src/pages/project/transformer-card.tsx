import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../api/alert-rules.ts';
import type { Transformer } from '../../api/transformers.ts';
import { shortId } from '../../components/short-id.ts';
import { markOf } from '../../components/status.ts';
import { statusWord } from '../../components/status-word.ts';
import { number, percent, text } from '../../format.ts';

/** The rule whose limit is drawn. */
const OVERLOAD = 'transformer_overload';
/** Bars reach this far at least, in percent. */
const TOP = 105;

/** What each transformer carries, in percent of what it is rated for. */
export const TransformerCard = memo(function TransformerCard({
  transformers,
  projectId,
  hasLink = false,
}: {
  transformers: readonly Transformer[];
  projectId: string;
  hasLink?: boolean;
}) {
  const { t } = useTranslation();
  const { data: rules } = useQuery(rulesQuery(projectId));
  const rule = rules?.get(OVERLOAD);
  const limit = rule?.enabled ? rule.raise : null;
  const top = Math.max(TOP, limit ?? 0, ...transformers.map(({ load_pct: load }) => load ?? 0));
  const ratings = new Set(transformers.map(({ rated_kva: kva }) => kva));
  const [kva] = ratings;
  return (
    <section className="card" aria-label={t('project.transformers')}>
      <div className="card-h">
        <h2>{t('project.transformers')}</h2>
        <span className="t2 dots">
          <span>
            {ratings.size === 1 && kva != null
              ? t('project.ratedEach', { count: transformers.length, kva: number(kva) })
              : t('project.transformersCount', { count: transformers.length })}
          </span>
          <span>{t('project.loadIn')}</span>
        </span>
        <span className="end lgd">
          {limit != null && <span>{t('project.dashed', { limit: text(percent(limit, 0)) })}</span>}
        </span>
        {hasLink && (
          <Link className="btn sm" to="/projects/$projectId" params={{ projectId }} search={{ tab: 'electrical' }}>
            {t('project.electricalView')}
          </Link>
        )}
      </div>
      <div className="card-b">
        <div
          className="tfs loads"
          style={{ '--limit': limit == null ? undefined : `${(limit / top) * 100}%` } as React.CSSProperties}
        >
          {transformers.map((transformer) => (
            <Bar key={transformer.transformer_id} transformer={transformer} top={top} hasLimit={limit != null} />
          ))}
        </div>
      </div>
    </section>
  );
});

function Bar({ transformer, top, hasLimit }: { transformer: Transformer; top: number; hasLimit: boolean }) {
  const { t } = useTranslation();
  const { transformer_id: id, project_id: projectId, load_pct: load } = transformer;
  const name = transformer.name ?? shortId(id, projectId);
  const mark = markOf(transformer);
  const label = `${name}, ${statusWord(t, mark)}, ${text(percent(load))}`;
  return (
    <div className="tf" data-s={mark} role="img" aria-label={label} data-tip="">
      <b>{number(load, 1)}</b>
      <span className={hasLimit ? 'bar' : 'bar no-limit'}>
        {load !== null && <i style={{ blockSize: `${(load / top) * 100}%` }} />}
      </span>
      <span>{name}</span>
    </div>
  );
}
