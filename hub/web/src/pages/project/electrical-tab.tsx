import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Transformer, transformersQuery } from '../../api/transformers.ts';
import { Figure } from '../../components/figure.tsx';
import { Empty, Panel } from '../../components/panel.tsx';
import { ScrollingCard } from '../../components/scrolling-card.tsx';
import { shortId } from '../../components/short-id.ts';
import { markOf } from '../../components/status.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { statusWord } from '../../components/status-word.ts';
import { number, percent, power, text } from '../../format.ts';
import { TransformerCard } from './transformer-card.tsx';

/** The transformers: as bars, and with all that their meters tell. */
export function ElectricalTab({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const transformers = useQuery(transformersQuery(projectId));
  return (
    <Panel of={transformers}>
      {({ data }) =>
        data.length === 0 ? (
          <section className="card">
            <Empty>{t('project.noTransformers')}</Empty>
          </section>
        ) : (
          <>
            <TransformerCard transformers={data} projectId={projectId} />
            <ScrollingCard label={t('project.transformersTable')}>
              <div className="card-b">
                <Table transformers={data} />
              </div>
            </ScrollingCard>
          </>
        )
      }
    </Panel>
  );
}

function Table({ transformers }: { transformers: readonly Transformer[] }) {
  const { t } = useTranslation();
  const columns = ['rated', 'load', 'active', 'apparent', 'factor'] as const;
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th scope="col">{t('project.transformer')}</th>
          <th scope="col">{t('project.status')}</th>
          {columns.map((column) => (
            <th key={column} scope="col" className="num">
              {t(`project.columns.${column}`)}
            </th>
          ))}
          <th scope="col">{t('common.quantity.containers')}</th>
        </tr>
      </thead>
      <tbody>
        {transformers.map((transformer) => (
          <Row key={transformer.transformer_id} transformer={transformer} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ transformer }: { transformer: Transformer }) {
  const { t } = useTranslation();
  const { transformer_id: id, project_id: projectId, container_ids: containers } = transformer;
  const mark = markOf(transformer);
  const kva = (value: number | null): string => text({ value: number(value), unit: 'kVA' });
  return (
    <tr>
      <th scope="row">{transformer.name ?? shortId(id, projectId)}</th>
      <td>
        <span className="status" data-s={mark}>
          <StatusMark mark={mark} />
          {statusWord(t, mark)}
        </span>
      </td>
      <td className="num">{kva(transformer.rated_kva)}</td>
      <td className="num">
        <Figure {...percent(transformer.load_pct)} />
      </td>
      <td className="num">{text(power(transformer.active_power_kw, 0))}</td>
      <td className="num">{kva(transformer.apparent_power_kva)}</td>
      <td className="num">{number(transformer.power_factor, 3)}</td>
      <td>
        <span className="row">
          {containers.map((containerId) => (
            <Link
              key={containerId}
              className="link"
              to="/projects/$projectId/containers/$containerId"
              params={{ projectId, containerId }}
            >
              {shortId(containerId, projectId)}
            </Link>
          ))}
        </span>
      </td>
    </tr>
  );
}
